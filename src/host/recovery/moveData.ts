import { randomBytes } from 'node:crypto';
import { cp, mkdir, open, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { Id } from '../../model/entries.ts';
import type { JournalFiles } from '../journal/files.ts';
import { errnoOf } from '../journal/files.ts';
import { claimAbove } from '../stored/epochs.ts';
import { deletedPrefix } from '../live/liveSessions.ts';
import { acquireHostLock } from '../lock.ts';
import { newestOf, readNote, removeNote, stillServed } from '../stored/plainData.ts';

export interface MoveOptions {
  /** The data folder that everything goes to. Its lock is held by the caller, and no journal in it is open. */
  readonly dataFolder: string;
  readonly files: JournalFiles;
  readonly log: Log;
  /** Takes the refs of a bare repository over into the workspace's own. */
  readonly takeHistory: (bareRepository: string) => Promise<void>;
}

/**
 * Moves the data of a plain folder, where an earlier host has noted that it is to be moved; gives how many sessions it
 * were, undefined where nothing is to be moved. Each session is renamed into
 * its new place, so that it is in one of the two at any moment; on another disk it is copied, synced and renamed before the old one goes. A
 * kill puts off what is left to the next start. Rejects with `conflict` while a host serves the old folder, and with errors of the disk.
 */
export async function moveData(options: MoveOptions): Promise<number | undefined> {
  const { dataFolder, files, log } = options;
  const note = await readNote(dataFolder);
  if (note === undefined) return undefined;
  const { from } = note;
  if ((await files.list(from)).length === 0) return 0;
  const lock = await acquireHostLock(from);
  if (lock === undefined) throw stillServed(from);
  try {
    // The journals that come hold epochs of their own, and what is written after them must come after them.
    await claimAbove(dataFolder, await newestOf(from, files));
    const sessions = await moveSessions(options, from);
    for (const name of ['agent', 'quarantine']) await moveInto(options, join(from, name), join(dataFolder, name));
    await moveHistory(options, from);
    const pending = 'history-pending.json';
    const isPending = (await files.list(from)).includes(pending) && !(await files.list(dataFolder)).includes(pending);
    if (isPending) await moveFolder(options, join(from, pending), join(dataFolder, pending));
    log.info('The data of a plain folder was moved.', { from, sessions });
    return sessions;
  } finally {
    lock.dispose();
  }
}

async function moveSessions(options: MoveOptions, from: string): Promise<number> {
  const { dataFolder, files } = options;
  const target = join(dataFolder, 'sessions');
  await mkdir(target, { recursive: true, mode: 0o700 });
  const names = (await readdir(join(from, 'sessions')).catch(() => [])).filter((name) => Id.safeParse(name).success);
  for (const name of names) {
    const old = join(from, 'sessions', name);
    const isTaken = (await files.list(join(target, name))).length > 0;
    // Both can be there only where a copy was cut off before the old one went, or somebody has worked there since: nothing of either is lost.
    if (isTaken) await moveFolder(options, old, join(dataFolder, 'quarantine', `session-${name}-${randomBytes(4).toString('hex')}`));
    else await moveFolder(options, old, join(target, name));
  }
  await files.syncFolder(target);
  return names.length;
}

/** Moves what is in a folder into another, but over nothing. */
async function moveInto(options: MoveOptions, from: string, to: string): Promise<void> {
  for (const name of await options.files.list(from)) {
    const there = await options.files.list(to);
    if (!there.includes(name)) await moveFolder(options, join(from, name), join(to, name));
  }
}

async function moveFolder({ dataFolder, files }: MoveOptions, from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    files.rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'EXDEV') throw error;
    const scratch = join(dataFolder, 'sessions', `${deletedPrefix}moving-${randomBytes(6).toString('hex')}`);
    await cp(from, scratch, { recursive: true, preserveTimestamps: true });
    await syncAll(files, scratch);
    files.rename(scratch, to);
    await files.syncFolder(dirname(to));
    await rm(from, { recursive: true, force: true });
  }
}

async function syncAll(files: JournalFiles, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(files, path);
    else if (entry.isFile()) {
      const handle = await open(path, 'r');
      await handle.sync().finally(() => handle.close());
    }
  }
  await files.syncFolder(folder).catch((error: unknown) => {
    // A file that was moved alone is no folder.
    if (errnoOf(error) !== 'ENOTDIR') throw error;
  });
}

/** What a host makes in its data folder beside the sessions; all of it is of no use once they are gone. */
const remains = [
  '.gitignore',
  'epochs',
  'history.git',
  'history-pending.json',
  'host.json',
  'host.lock',
  'logs',
  'spent.json',
  'spent.json.new',
];

/** Removes what is left of the folder that was moved, and the note of it. What is not ours stays, and with it the folder. */
export async function finishMove(dataFolder: string): Promise<void> {
  const note = await readNote(dataFolder);
  if (note === undefined) return;
  const names = await readdir(note.from).catch(() => []);
  const gone = names.filter((name) => remains.includes(name) || /^(?:catalogue|search)\.db/.test(name) || /^host\.lock-/.test(name));
  for (const name of gone) await rm(join(note.from, name), { recursive: true, force: true });
  for (const name of ['sessions', 'agent', 'quarantine', '']) await rmdir(join(note.from, name)).catch(() => undefined);
  // The note goes last: while anything is left to do, the next start goes on.
  await removeNote(dataFolder);
}

/** The refs go into the workspace's repository; where git does not do that, the bare repository itself is kept, and is still read. */
async function moveHistory(options: MoveOptions, from: string): Promise<void> {
  const bare = join(from, 'history.git');
  if ((await options.files.list(bare)).length === 0) return;
  try {
    await options.takeHistory(bare);
  } catch (error) {
    options.log.warn('The history of a plain folder was not taken over; its repository is kept beside the sessions.', {
      error: messageOf(error),
    });
    const kept = join(options.dataFolder, 'history.git');
    if ((await options.files.list(kept)).length > 0) throw error;
    await moveFolder(options, bare, kept);
  }
}
