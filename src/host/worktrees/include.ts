import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readlink, realpath, symlink, utimes } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { errnoOf } from '../journal/files.ts';

/** The file in the root of a repository that lists which ignored files a new worktree gets, in the form of `.gitignore`. */
export const includeFile = '.worktreeinclude';

/** An ignored file that a worktree is to get; a link is kept as one. */
export interface IncludedFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly bytes: number;
}

/** What the list of a repository names. */
export interface Included {
  readonly files: readonly IncludedFile[];
  /** Files beyond the limit, which are not copied. */
  readonly tooMany: number;
  readonly bytes: number;
  /** What a person should know of the list. */
  readonly notes: readonly string[];
}

const nothing: Included = { files: [], tooMany: 0, bytes: 0, notes: [] };

/**
 * The ignored files of a working tree that its list names. Git matches: so `..` matches nothing, a folder behind a link is not entered, and a file
 * that git tracks, or would show as untracked, is none of them. At most `limit` bytes are named.
 */
export async function includedFiles(repository: Repository, root: string, limit: number): Promise<Included> {
  const list = join(root, includeFile);
  const about = await lstat(list).catch(() => undefined);
  if (about === undefined) return nothing;
  if (!about.isFile()) return { ...nothing, notes: [`${includeFile} is no ordinary file, so no ignored file was copied.`] };
  const matched = await repository.run(['ls-files', '--others', '--ignored', `--exclude-from=${list}`, '-z'], {
    cwd: root,
    timeoutMs: 60_000,
  });
  if (matched.code !== 0) throw gitFailed(`The files that ${includeFile} names could not be listed`, matched);
  // What the list names and git would show as untracked is none of its matter: it would make the worktree look changed.
  const shown = await repository.run(['ls-files', '--others', '--exclude-standard', '-z'], { cwd: root, timeoutMs: 60_000 });
  if (shown.code !== 0) throw gitFailed('The untracked files could not be listed', shown);
  const untracked = new Set(namesIn(shown.out));
  const paths = namesIn(matched.out).filter((path) => !path.endsWith('/') && !untracked.has(path));
  const files: IncludedFile[] = [];
  let bytes = 0;
  let tooMany = 0;
  for (const path of paths) {
    const found = await lstat(join(root, path)).catch(() => undefined);
    if (found === undefined || !(found.isFile() || found.isSymbolicLink())) continue;
    if (bytes + found.size > limit) tooMany += 1;
    else {
      bytes += found.size;
      files.push({ path, kind: found.isFile() ? 'file' : 'link', bytes: found.size });
    }
  }
  return { files, tooMany, bytes, notes: [] };
}

function namesIn(out: Buffer): readonly string[] {
  return out
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
}

/**
 * Copies files from one root into another, blocks shared where the file system can do that, and gives how many were copied. Nothing that is
 * there is written over, and nothing is written where a link of the new tree leads out of it. Rejects with `storage` when the disk does not take one.
 */
export async function copyIncluded(from: string, to: string, files: readonly IncludedFile[], signal: AbortSignal): Promise<number> {
  const root = await realpath(to);
  let copied = 0;
  const folders = new Map<string, boolean>();
  for (const { path, kind } of files) {
    signal.throwIfAborted();
    const target = join(root, path);
    const folder = dirname(target);
    try {
      const isInside = folders.get(folder) ?? (await makeInside(root, folder));
      folders.set(folder, isInside);
      if (!isInside) continue;
      await (kind === 'link' ? symlink(await readlink(join(from, path)), target) : copyOne(join(from, path), target));
      copied += 1;
    } catch (error) {
      // What is there, and what has gone meanwhile, is left as it is.
      if (['EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) continue;
      throw new LoomError('storage', `${path} could not be copied into the worktree: ${messageOf(error)}`, { cause: error });
    }
  }
  return copied;
}

async function copyOne(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const { atime, mtime } = await lstat(from);
  await utimes(to, atime, mtime);
}

async function makeInside(root: string, folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real === undefined) continue;
    if (!isInside(root, real)) return false;
    break;
  }
  await mkdir(folder, { recursive: true });
  return isInside(root, await realpath(folder));
}

/** Whether a path, links resolved, is a folder or lies below it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
