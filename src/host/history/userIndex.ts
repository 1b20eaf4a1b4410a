import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LoomError, messageOf } from '../../base/errors.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import type { SpecPlace } from './specPlace.ts';

/** What the index is to hold for a path; without an id the path is to be gone. */
export interface IndexEntry {
  readonly path: string;
  readonly mode: string;
  readonly id: string | undefined;
}

/** How often the new index is made before the lock is taken, so that the lock is held for a moment only; then it is made under the lock. */
const triesWithoutLock = 3;
const lockTries = 10;
const lockPauseMs = 100;

interface Options {
  readonly entries: readonly IndexEntry[];
  /** A folder for files that the caller removes. */
  readonly scratch: string;
  readonly move: () => Promise<void>;
}

/**
 * Makes the user's index hold these entries and runs `move`, which moves the branch, in between: git's own order for a commit, under git's own lock. All
 * other entries stay, with what is staged in them. When `move` rejects, the index stays as it was. Rejects with `conflict` when another
 * command of git holds the lock for longer than a second.
 */
export async function updateUserIndex(repository: Repository, place: SpecPlace, options: Options): Promise<void> {
  const index = join(place.gitFolder, 'index');
  const make = async (before: Buffer | undefined): Promise<Buffer> =>
    withEntries(repository, place, { entries: options.entries, before, file: join(options.scratch, 'user-index') });
  for (let attempt = 1; attempt <= triesWithoutLock; attempt++) {
    const before = await bytesOf(index);
    const after = await make(before);
    // What was made from an index that has changed meanwhile would undo that change.
    if (await underLock(index, options.move, (now) => (areSame(now, before) ? after : undefined))) return;
  }
  await underLock(index, options.move, make);
}

/** Replaces the index by what `make` gives for its present bytes, and runs `move` before; does nothing and gives false when that is undefined. */
async function underLock(
  index: string,
  move: () => Promise<void>,
  make: (now: Buffer | undefined) => Promise<Buffer> | Buffer | undefined,
): Promise<boolean> {
  const lock = `${index}.lock`;
  const handle = await takeLock(lock);
  let isOurs = true;
  try {
    const after = await make(await bytesOf(index));
    if (after === undefined) return false;
    await handle.writeFile(after);
    await handle.sync();
    // Windows renames no open file.
    await handle.close();
    await move();
    await rename(lock, index);
    // From here on the name can be another's lock.
    isOurs = false;
    return true;
  } finally {
    await handle.close();
    if (isOurs) await rm(lock, { force: true });
  }
}

/** The bytes of an index with the entries put in. */
async function withEntries(
  repository: Repository,
  place: SpecPlace,
  options: { readonly entries: readonly IndexEntry[]; readonly before: Buffer | undefined; readonly file: string },
): Promise<Buffer> {
  const { entries, before, file } = options;
  await (before === undefined ? rm(file, { force: true }) : writeFile(file, before));
  const zero = '0'.repeat(entries.find(({ id }) => id !== undefined)?.id?.length ?? 40);
  // What goes is named first, since a file may stand where a folder was.
  const sorted = entries.toSorted((a, b) => Number(a.id !== undefined) - Number(b.id !== undefined));
  const stdin = sorted.map(({ path, mode, id }) => `${id === undefined ? '0' : mode} ${id ?? zero}\t${path}\0`).join('');
  const result = await repository.run(['update-index', '--add', '--remove', '--replace', '--verbose', '-z', '--index-info'], {
    cwd: place.top,
    index: file,
    stdin,
  });
  if (result.code !== 0) throw gitFailed('The index of git could not be brought up to date', result);
  return readFile(file);
}

async function takeLock(lock: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(lock, 'wx');
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) {
        throw new LoomError(
          'storage',
          `The index of git cannot be written: ${messageOf(error)}. Check the permissions of the folder .git.`,
          { cause: error },
        );
      }
      if (attempt === lockTries) {
        throw new LoomError(
          'conflict',
          `Another git command is running in this repository (${lock} is there). Wait for it and try again; if none is running, delete that file.`,
          { cause: error },
        );
      }
    }
    await pause(lockPauseMs);
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function areSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
