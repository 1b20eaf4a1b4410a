import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';

/** The largest file that is handed to an agent, in bytes. */
const largestFile = 32 * 1024 * 1024;

/**
 * The text of a file. `line` counts from 1, `limit` is a number of lines. A file that is not there is empty: before they create one,
 * some agents read it and give up on an error. Fails with `invalid-input` for what is no ordinary file or too large, else with `storage`.
 */
export async function readTextFile(file: string, line?: number, limit?: number): Promise<string> {
  let text: string;
  try {
    const about = await stat(file);
    // A pipe or a device would never come to an end.
    if (!about.isFile()) throw new LoomError('invalid-input', `${file} is not a file.`);
    if (about.size > largestFile)
      throw new LoomError('invalid-input', `${file} is too large: ${about.size} bytes, at most ${largestFile}.`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof LoomError) throw error;
    if (isMissing(error)) return '';
    throw new LoomError('storage', `${file} could not be read: ${messageOf(error)}`, { cause: error });
  }
  if (line === undefined && limit === undefined) return text;
  const start = Math.max(0, (line ?? 1) - 1);
  return text
    .split(/(?<=\n)/)
    .slice(start, limit === undefined ? undefined : start + limit)
    .join('');
}

/** What a file was before it was written: new, a text, or neither (no text, or too large to be kept). */
export type WrittenOver = { readonly kind: 'nothing' } | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'other' };

/**
 * Writes a text file in one step: a reader sees the old text or the new one. Folders that are missing are made, a link inside of the folder is followed.
 * Fails with `not-allowed` when the file would really lie outside of `folder`, else with `storage`.
 */
export async function writeTextFile(folder: string, file: string, text: string): Promise<WrittenOver> {
  const target = await placeInside(folder, file);
  const draft = path.join(path.dirname(target), `.${path.basename(target).slice(0, 80)}.${randomUUID()}.tmp`);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    const before = await stat(target).catch(() => undefined);
    if (before !== undefined && !before.isFile()) throw new LoomError('invalid-input', `${file} is not a file.`);
    await writeFile(draft, text);
    if (before !== undefined) await chmod(draft, before.mode & 0o7777);
    const over = before === undefined ? ({ kind: 'nothing' } as const) : await writtenOver(target, before.size);
    await rename(draft, target);
    return over;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof LoomError) throw error;
    throw new LoomError('storage', `${file} could not be written: ${messageOf(error)}`, { cause: error });
  }
}

async function writtenOver(target: string, size: number): Promise<WrittenOver> {
  const text = size > largestFile ? undefined : textIn(await readFile(target));
  return text === undefined ? { kind: 'other' } : { kind: 'text', text };
}

/** The text of a file's bytes, a mark at its beginning included; undefined where they are no text. */
export function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where a path really leads, which must be inside of the folder, also when parts of it do not exist yet. */
export async function placeInside(folder: string, file: string): Promise<string> {
  const root = await realpath(folder);
  const missing: string[] = [];
  let place = path.resolve(folder, file);
  for (;;) {
    const real = await realpath(place).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw new LoomError('storage', `${file} could not be reached: ${messageOf(error)}`, { cause: error });
    });
    if (real !== undefined) {
      const target = path.join(real, ...missing);
      const way = path.relative(root, target);
      if (way === '' || way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way)) throw outside(folder, file);
      return target;
    }
    // A link into nowhere has no real path, and writing to it would create what it points to.
    if (await lstat(place).catch(() => undefined)) throw outside(folder, file);
    const parent = path.dirname(place);
    if (parent === place) throw outside(folder, file);
    missing.unshift(path.basename(place));
    place = parent;
  }
}

function outside(folder: string, file: string): LoomError {
  return new LoomError('not-allowed', `${file} is outside of ${folder}, where this session works. Nothing was written.`);
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR');
}
