import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import { placeOf } from '../realPlace.ts';
import type { EditorFiles, FilePlace } from './agentPort.ts';

/** The largest file that is handed to an agent, in bytes. */
const largestFile = 32 * 1024 * 1024;

/**
 * The text of a file, as an editor has it where one has. `line` counts from 1, `limit` is a number of lines. A file that is not there is empty: before they create one,
 * some agents read it and give up on an error. Fails with `invalid-input` for what is no ordinary file or too large, else with `storage`.
 */
export async function readTextFile(file: string, line?: number, limit?: number, editor?: EditorFiles): Promise<string> {
  let text = await textInEditor(file, editor);
  try {
    text ??= await textOnDisk(file);
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

async function textInEditor(file: string, editor: EditorFiles | undefined): Promise<string | undefined> {
  if (editor === undefined) return undefined;
  return editor.read({ path: file, real: await realpath(file).catch(() => file) });
}

async function textOnDisk(file: string): Promise<string> {
  const about = await stat(file);
  // A pipe or a device would never come to an end.
  if (!about.isFile()) throw new LoomError('invalid-input', `${file} is not a file.`);
  if (about.size > largestFile) throw new LoomError('invalid-input', `${file} is too large: ${about.size} bytes, at most ${largestFile}.`);
  return readFile(file, 'utf8');
}

/** A written file: what it was, and what it is now, which an editor that formats when it saves may have changed. */
export interface Written {
  readonly over: WrittenOver;
  readonly after: string;
}

/** What a file was before it was written: new, a text, or neither (no text, or too large to be kept). */
export type WrittenOver = { readonly kind: 'nothing' } | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'other' };

/**
 * Writes a text file: through an editor where one has it and where it was there, so that it can be undone; else on the disk in one step: a reader sees the old text or the new one. Folders that are missing are made, a link inside of the folder is followed.
 * Fails with `not-allowed` when the file would really lie outside of `folder`, else with `storage`.
 */
export async function writeTextFile(folder: string, file: string, text: string, editor?: EditorFiles): Promise<Written> {
  const target = await placeInside(folder, file);
  const edited = editor === undefined ? undefined : await writeInEditor({ path: path.resolve(folder, file), real: target }, text, editor);
  if (edited !== undefined) return { over: { kind: 'text', text: edited.before }, after: edited.after };
  const draft = path.join(path.dirname(target), `.${path.basename(target).slice(0, 80)}.${randomUUID()}.tmp`);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    const before = await stat(target).catch(() => undefined);
    if (before !== undefined && !before.isFile()) throw new LoomError('invalid-input', `${file} is not a file.`);
    await writeFile(draft, text);
    if (before !== undefined) await chmod(draft, before.mode & 0o7777);
    const over = before === undefined ? ({ kind: 'nothing' } as const) : await writtenOver(target, before.size);
    await rename(draft, target);
    return { over, after: text };
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof LoomError) throw error;
    throw new LoomError('storage', `${file} could not be written: ${messageOf(error)}`, { cause: error });
  }
}

/** Only a text that an editor gives back as it was goes there: none that is new, and none with a mark at its beginning. */
async function writeInEditor(place: FilePlace, text: string, editor: EditorFiles): Promise<Awaited<ReturnType<EditorFiles['write']>>> {
  const about = await stat(place.real).catch(() => undefined);
  if (about?.isFile() !== true) return undefined;
  const over = await writtenOver(place.real, about.size);
  const isPlain = over.kind === 'text' && ![over.text, text].some((each) => each.startsWith('\uFEFF'));
  return isPlain ? editor.write(place, text) : undefined;
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
  const { given, real, inside } = await placeOf(folder, file);
  if (real === undefined)
    await realpath(given).catch((error: unknown) => {
      if (isMissing(error)) return;
      throw new LoomError('storage', `${file} could not be reached: ${messageOf(error)}`, { cause: error });
    });
  if (real === undefined || inside === undefined || inside === '') throw outside(folder, file);
  return real;
}

function outside(folder: string, file: string): LoomError {
  return new LoomError('not-allowed', `${file} is outside of ${folder}, where this session works. Nothing was written.`);
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR');
}
