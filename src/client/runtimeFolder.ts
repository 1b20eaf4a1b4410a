/**
 * `client` finds a running host or starts one, and holds a typed connection to it. It knows no VS Code, no git and no agent,
 * and nothing of how a host does its work.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { LoomError } from '../base/errors.ts';

/** Where the endpoint file and the socket of one data folder lie. */
export interface EndpointPaths {
  readonly folder: string;
  readonly file: string;
  /** Path of the socket (short, since the system allows about 100 bytes) or name of the pipe. */
  readonly socket: string;
}

/** What decides about the paths, so that the decision can be tested for any system. */
export interface RuntimeSurroundings {
  readonly platform: NodeJS.Platform;
  readonly runtimeDir: string | undefined;
  readonly temporary: string;
  readonly user: string;
}

/** Bytes that a socket path may have; Linux allows 107, macOS 103. */
const longestSocketPath = 100;

export function surroundings(): RuntimeSurroundings {
  const user = process.platform === 'win32' ? userInfo().username : String(process.getuid?.() ?? userInfo().username);
  return { platform: process.platform, runtimeDir: process.env['XDG_RUNTIME_DIR'], temporary: tmpdir(), user };
}

/** The paths for a data folder. The same folder gives the same paths in every window. */
export function endpointPaths(dataFolder: string, around: RuntimeSurroundings): EndpointPaths {
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  const own = `session-loom-${around.user.replace(/[^A-Za-z0-9]/g, '_')}`;
  const candidates = [
    ...(around.runtimeDir === undefined || around.runtimeDir === '' ? [] : [join(around.runtimeDir, 'session-loom')]),
    join(around.temporary, own),
    join('/tmp', own),
  ];
  const fits = (folder: string): boolean =>
    around.platform === 'win32' || Buffer.byteLength(join(folder, `${name}.sock`)) <= longestSocketPath;
  const folder = candidates.find(fits) ?? join('/tmp', own);
  const socket = around.platform === 'win32' ? `\\\\.\\pipe\\${own}-${name}` : join(folder, `${name}.sock`);
  return { folder, file: join(folder, `${name}.json`), socket };
}

/** Makes the folder, readable by this user only, and refuses one that somebody else made. */
export function prepareRuntimeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  assertOwn(folder, found);
  if (process.getuid !== undefined && (found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/** Whether the folder is there, without making it. Refuses one that somebody else made: what lies in it would be that person's. */
export function hasRuntimeFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return false;
  assertOwn(folder, found);
  return true;
}

function assertOwn(folder: string, found: Stats): void {
  const uid = process.getuid?.();
  if (found.isDirectory() && (uid === undefined || found.uid === uid)) return;
  throw new LoomError(
    'not-allowed',
    `The folder ${folder} belongs to somebody else, so Session Loom does not use it. Remove it, or set XDG_RUNTIME_DIR to a folder of your own.`,
  );
}
