import { lstat, mkdir, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { LoomError } from '../base/errors.ts';
import type { Environment } from './findProgram.ts';
import { runTool } from './runTool.ts';
import { unzip } from './unzip.ts';

/** What unpacking needs beside the archive. */
export interface UnpackOptions {
  readonly env: Environment;
  readonly line: (text: string) => void;
}

/**
 * Unpacks an archive into a folder of its own, which is made. Rejects with `damaged` when it cannot be read, or when something in it would lie
 * or lead outside of the folder; what was unpacked until then is the caller's to remove.
 */
export async function unpack(
  archive: string,
  format: 'zip' | 'tar',
  folder: string,
  options: UnpackOptions,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (format === 'zip') await unzip(archive, folder, signal);
  else await untar(archive, folder, options, signal);
  await assertInside(folder);
}

/** The system's tar knows gzip, bzip2 and xz. The names are looked at before anything is written. */
async function untar(archive: string, folder: string, { env, line }: UnpackOptions, signal: AbortSignal | undefined): Promise<void> {
  const names: string[] = [];
  const listed = await runTool('tar', ['-tf', archive], { cwd: folder, env, line: (name) => names.push(name) }, signal);
  if (listed.code !== 0) throw unreadable(listed.lastLines);
  const bad = names.find((name) => /^([\\/]|[A-Za-z]:)/.test(name) || name.split(/[\\/]/).includes('..'));
  if (bad !== undefined) throw leaves(bad);
  const { code, lastLines } = await runTool('tar', ['-xf', archive, '-C', folder], { cwd: folder, env, line }, signal);
  if (code !== 0) throw unreadable(lastLines);
}

/** Links may lead to other places of the folder only, and no file of it may be one that lies elsewhere as well. */
async function assertInside(folder: string): Promise<void> {
  const root = await realpath(folder);
  const shared = new Map<string, { readonly path: string; readonly links: number; seen: number }>();
  const walk = async (current: string): Promise<void> => {
    for (const entry of await readdir(current, { withFileTypes: true })) {
      const path = join(current, entry.name);
      if (entry.isSymbolicLink()) {
        const target = resolve(dirname(path), await readlink(path));
        const real = await realpath(path).catch(() => target);
        if (!isInside(root, target) || !isInside(root, real)) throw leaves(entry.name);
      } else if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        const { dev, ino, nlink } = await lstat(path);
        const key = `${dev}:${ino}`;
        if (nlink > 1) shared.set(key, { path: entry.name, links: nlink, seen: (shared.get(key)?.seen ?? 0) + 1 });
      } else throw leaves(entry.name);
    }
  };
  await walk(root);
  for (const { path, links, seen } of shared.values()) if (seen < links) throw leaves(path);
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

function leaves(name: string): LoomError {
  return new LoomError('damaged', `The archive was not unpacked: "${name.slice(0, 200)}" in it leads out of its folder.`);
}

function unreadable(lines: readonly string[]): LoomError {
  return new LoomError('damaged', `The archive could not be unpacked: ${lines.at(-1) ?? 'tar failed'}.`);
}
