import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Stats } from 'node:fs';
import { LoomError } from '../base/errors.ts';
import { isMissing } from './roots.ts';
import type { Turn } from './turn.ts';

/** The largest file that is read or searched, in bytes. */
export const largestFile = 5_000_000;

/** What the disk says about a path; undefined when there is nothing. */
export async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Reads a text file through the client, which knows what is not saved yet, or from the disk when it offers no such thing.
 * Undefined when there is none. Fails with `invalid-input` for folders, large and binary files.
 */
export async function readText(turn: Turn, path: string): Promise<string | undefined> {
  const status = await statusOf(path);
  if (status?.isDirectory() === true) throw new LoomError('invalid-input', `${path} is a folder.`);
  if (status !== undefined && status.size > largestFile) {
    throw new LoomError(
      'invalid-input',
      `${path} has ${status.size.toLocaleString('en')} bytes, which is too much to show. Use /run with head or tail.`,
    );
  }
  if (status !== undefined && isBinary(await readFile(path))) {
    throw new LoomError('invalid-input', `${path} is no text file (${status.size.toLocaleString('en')} bytes).`);
  }
  if (turn.client.capabilities.fs?.readTextFile !== true) return status === undefined ? undefined : readFile(path, 'utf8');
  const { content } = await turn.request((wait) =>
    turn.client.context.request('fs/read_text_file', { sessionId: turn.session.id, path }, wait),
  );
  // Clients answer a missing file with an empty one.
  return status === undefined && content === '' ? undefined : content;
}

/** Writes a text file through the client, or to the disk. Folders on the way are created. */
export async function writeText(turn: Turn, path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (turn.client.capabilities.fs?.writeTextFile === true) {
    await turn.request((wait) => turn.client.context.request('fs/write_text_file', { sessionId: turn.session.id, path, content }, wait));
  } else await writeFile(path, content, { signal: turn.signal });
}

/** Whether bytes are more likely a picture or a program than a text: texts have no zero byte near their beginning. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}
