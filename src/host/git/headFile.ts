import { existsSync, statSync } from 'node:fs';
import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** What HEAD of a working tree says; `branch` is undefined where it is detached. */
export interface HeadFile {
  readonly branch: string | undefined;
}

/** Bytes of `packed-refs` up to which it is looked through; git itself has an index for a longer one. */
const mostPacked = 256 * 1024;

/**
 * What HEAD says in the working tree around a folder, read from git's files (gitrepository-layout): a process of git takes longer than all else
 * that makes a session. Undefined where only git can say it: another storage of refs, a HEAD that is a link, or a branch whose short name something else
 * has as well, which git writes with `heads/`.
 */
export async function readHead(folder: string): Promise<HeadFile | undefined> {
  try {
    const gitDir = await gitDirAround(folder);
    if (gitDir === undefined) return undefined;
    const file = join(gitDir, 'HEAD');
    if (!(await lstat(file)).isFile()) return undefined;
    const text = (await readFile(file, 'utf8')).trim();
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return { branch: undefined };
    const branch = /^ref: refs\/heads\/(\S+)$/.exec(text)?.[1];
    if (branch === undefined || branch === '.invalid' || (await isAmbiguous(gitDir, branch))) return undefined;
    return { branch };
  } catch {
    // What cannot be read here is git's to explain.
    return undefined;
  }
}

/** The git folder of the working tree around a folder, by its `.git`: a folder, or a file that names one. Undefined inside of a git folder. */
async function gitDirAround(folder: string): Promise<string | undefined> {
  for (let at = await realpath(folder); ; at = dirname(at)) {
    const dot = join(at, '.git');
    const found = statSync(dot, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return dot;
    if (found !== undefined) {
      const named = /^gitdir: *(.+?)[\r\n]*$/.exec(await readFile(dot, 'utf8'))?.[1];
      return named === undefined ? undefined : resolve(at, named);
    }
    const isGitDir = existsSync(join(at, 'HEAD')) && existsSync(join(at, 'objects'));
    if (isGitDir || dirname(at) === at) return undefined;
  }
}

/** Whether `branch` alone could mean another ref: the places where git looks (gitrevisions). */
async function isAmbiguous(gitDir: string, branch: string): Promise<boolean> {
  const named = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.');
  const common = resolve(gitDir, named.trim());
  const others = ['refs', 'refs/tags', 'refs/remotes'].map((place) => `${place}/${branch}`);
  if ([branch, ...others].some((ref) => existsSync(join(common, ref)))) return true;
  const packed = join(common, 'packed-refs');
  const size = statSync(packed, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return false;
  if (size > mostPacked) return true;
  const text = await readFile(packed, 'utf8');
  return others.some((ref) => text.includes(` ${ref}\n`));
}
