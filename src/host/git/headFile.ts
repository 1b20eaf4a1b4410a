import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What HEAD of a working tree says; `branch` is undefined where it is detached. */
export interface HeadFile {
  readonly branch: string | undefined;
}

/** Bytes of `packed-refs` up to which it is looked through; git itself has an index for a longer one. */
const mostPacked = 256 * 1024;

/**
 * What HEAD says in the working tree around a folder, read from git's files (gitrepository-layout): a process of git takes longer than all else
 * that makes a session, and so would a round through Node's threads for each of these few bytes. Undefined where only git can say it: another storage of refs, a HEAD that is a link, or a branch whose short name something else
 * has as well, which git writes with `heads/`.
 */
export function readHead(folder: string): HeadFile | undefined {
  try {
    const gitDir = gitDirAround(folder);
    if (gitDir === undefined) return undefined;
    const file = join(gitDir, 'HEAD');
    if (!lstatSync(file).isFile()) return undefined;
    const text = readFileSync(file, 'utf8').trim();
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return { branch: undefined };
    const branch = /^ref: refs\/heads\/(\S+)$/.exec(text)?.[1];
    if (branch === undefined || branch === '.invalid' || isAmbiguous(gitDir, branch)) return undefined;
    return { branch };
  } catch {
    // What cannot be read here is git's to explain.
    return undefined;
  }
}

/** The git folder of the working tree around a folder, by its `.git`: a folder, or a file that names one. Undefined inside of a git folder. */
function gitDirAround(folder: string): string | undefined {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    const dot = join(at, '.git');
    const found = statSync(dot, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return dot;
    if (found !== undefined) {
      const named = /^gitdir: *(.+?)[\r\n]*$/.exec(readFileSync(dot, 'utf8'))?.[1];
      return named === undefined ? undefined : resolve(at, named);
    }
    const isGitDir = existsSync(join(at, 'HEAD')) && existsSync(join(at, 'objects'));
    if (isGitDir || dirname(at) === at) return undefined;
  }
}

/** Whether `branch` alone could mean another ref: the places where git looks (gitrevisions). */
function isAmbiguous(gitDir: string, branch: string): boolean {
  const shared = join(gitDir, 'commondir');
  const common = existsSync(shared) ? resolve(gitDir, readFileSync(shared, 'utf8').trim()) : gitDir;
  const others = ['refs', 'refs/tags', 'refs/remotes'].map((place) => `${place}/${branch}`);
  if ([branch, ...others].some((ref) => existsSync(join(common, ref)))) return true;
  const packed = join(common, 'packed-refs');
  const size = statSync(packed, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return false;
  if (size > mostPacked) return true;
  const text = readFileSync(packed, 'utf8');
  return others.some((ref) => text.includes(` ${ref}\n`));
}
