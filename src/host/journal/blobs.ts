import { createHash, randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { errnoOf } from './files.ts';
import type { JournalFiles } from './files.ts';
import { temporarySuffix } from './leftovers.ts';
import { diskError } from './trouble.ts';

/** Payloads longer than this many bytes go to a blob, and the record carries the reference. */
export const blobThreshold = 64 * 1024;

/** How a record refers to a payload that is kept beside the journal. */
export interface BlobReference {
  /** The SHA-256 of the bytes, in lower-case hex; also the name of the file in `blobs/`. */
  readonly id: string;
  /** The length in bytes. */
  readonly bytes: number;
}

/** A part of a blob, in bytes. */
export interface BlobRange {
  readonly offset: number;
  readonly length: number;
}

/** The reference that these bytes have, wherever they are kept. */
export function referenceTo(bytes: Uint8Array): BlobReference {
  return { id: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** The file of a blob. Throws `invalid-input` for anything that is no id, so that no id can lead out of the folder. */
export function blobFile(folder: string, id: string): string {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new LoomError('invalid-input', 'This is no id of a stored payload: 64 hex digits were expected.');
  return path.join(folder, 'blobs', id);
}

/**
 * Writes a payload once, under its own hash, through a temporary file and a rename, so that the name never stands for half of the bytes while
 * the machine runs. What a power loss does to it is the matter of `syncBlob`. Throws what the disk throws.
 */
export function writeBlob(files: JournalFiles, folder: string, reference: BlobReference, bytes: Uint8Array): void {
  const file = blobFile(folder, reference.id);
  files.makeFolder(folder);
  files.makeFolder(path.dirname(file));
  const temporary = `${file}.${randomBytes(4).toString('hex')}${temporarySuffix}`;
  const copy = files.create(temporary);
  try {
    if (copy.write(bytes) < bytes.length) throw diskError('ENOSPC', 'There was no room for the payload.');
  } catch (error) {
    copy.close();
    files.remove(temporary);
    throw error;
  }
  copy.close();
  files.rename(temporary, file);
}

/** Resolves when a written payload and its name are on the disk. */
export async function syncBlob(files: JournalFiles, folder: string, id: string): Promise<void> {
  const file = blobFile(folder, id);
  const handle = files.openExisting(file);
  try {
    await handle.sync();
  } finally {
    handle.close();
  }
  await files.syncFolder(path.dirname(file));
  await files.syncFolder(folder);
}

/**
 * Reads a payload, or a part of it (fewer bytes at its end). Rejects with `invalid-input` for a bad id, `not-found` when there is no such
 * payload, and `damaged` when the whole was asked for and is not what its id says; parts cannot be checked.
 */
export async function readBlob(files: JournalFiles, folder: string, id: string, range?: BlobRange): Promise<Buffer> {
  const file = blobFile(folder, id);
  let bytes: Buffer;
  try {
    bytes = await files.read(file, range);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT')
      throw new LoomError('storage', `The stored payload ${file} cannot be read. Check the disk.`, { cause: error });
    throw new LoomError('not-found', `The stored payload ${id} is not there any more.`, { cause: error });
  }
  if (range === undefined && referenceTo(bytes).id !== id) {
    throw new LoomError('damaged', `The stored payload ${file} is damaged: its content does not match its name.`);
  }
  return bytes;
}
