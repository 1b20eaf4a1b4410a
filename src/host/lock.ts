import * as path from 'node:path';
import type * as sqliteModule from 'node:sqlite';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { disposable } from '../base/lifecycle.ts';

/** The right to be the host of a data folder, until it is disposed or the process ends, however it ends. */
export interface HostLock extends Disposable {
  /** The path of the file that the kernel has locked. No other code of this process may open it: closing any handle of it would free the lock on POSIX. */
  readonly file: string;
}

type Sqlite = typeof sqliteModule;

/** The extended bits are masked off: `SQLITE_BUSY_RECOVERY` is busy too. The numbers are SQLite's result codes. */
const sqliteBusy = 5;

function builtinSqlite(): Sqlite | 'missing' {
  // The look-up itself is missing below Node 20.16, where the module is missing as well.
  const look = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule;
  return (look?.call(process, 'node:sqlite') as Sqlite | undefined) ?? 'missing';
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' && (thrown.errcode & 0xff) === sqliteBusy;
}

/**
 * Tries to become the host of the data folder, which must exist. Resolves to undefined when another process is: attach to it then.
 * The lock is an exclusive SQLite transaction that is never committed; the kernel frees it when the process ends, kill -9 included, and no
 * clock has a part in it. Rejects with `version` where Node has no `node:sqlite` (below 22.13), with `storage` when the file cannot be used.
 */
export function acquireHostLock(folder: string, sqlite: Sqlite | 'missing' = builtinSqlite()): Promise<HostLock | undefined> {
  return new Promise((resolve) => resolve(tryLock(folder, sqlite)));
}

function tryLock(folder: string, sqlite: Sqlite | 'missing'): HostLock | undefined {
  if (sqlite === 'missing') {
    throw new LoomError(
      'version',
      `Node ${process.versions.node} cannot run the session host. Use Node 22.13 or newer, or update the editor.`,
    );
  }
  const file = path.join(folder, 'host.lock');
  let database: InstanceType<Sqlite['DatabaseSync']> | undefined;
  try {
    database = new sqlite.DatabaseSync(file, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw new LoomError('storage', `The lock file ${file} cannot be used: ${messageOf(error)}. Check its folder, or delete the file.`, {
      cause: error,
    });
  }
  const held = database;
  return { file, ...disposable(() => held.close()) };
}
