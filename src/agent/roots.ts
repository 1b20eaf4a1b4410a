import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { LoomError } from '../base/errors.ts';

/**
 * The absolute path of a file that a person named, relative to the first root. Where it really is, with every link followed, must be inside
 * one of the roots; it need not exist. Fails with `not-allowed`.
 */
export async function pathInside(roots: readonly [string, ...string[]], given: string): Promise<string> {
  const path = resolve(roots[0], given.replace(/^@/, ''));
  const [real, ...realRoots] = await Promise.all([realPathOf(path), ...roots.map((root) => realpath(root))]);
  if (real !== undefined && realRoots.some((root) => isInside(root, real))) return path;
  throw new LoomError('not-allowed', `${given} is outside the session’s folder, so I leave it alone. I work in ${roots.join(' and ')}.`);
}

/** A path as a person wants to read it: relative to the folder when it is inside, with forward slashes. */
export function shortPath(folder: string, path: string): string {
  return isInside(folder, path) ? relative(folder, path).split(sep).join('/') || '.' : path;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Follows links as far as the path exists. Undefined for a link that leads nowhere: writing to it would create its target. */
async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  if (await isThere(path)) return undefined;
  const parent = await realPathOf(dirname(path));
  return parent === undefined ? undefined : resolve(parent, relative(dirname(path), path));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Whether a file system call failed because there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
