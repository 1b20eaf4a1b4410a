import { createHash } from 'node:crypto';
import { blobFile } from './blobs.ts';
import type { JournalFiles } from './files.ts';
import { decodeRecords } from './frame.ts';

/** Resolves when a slice more may be read; rejects when the whole work is given up. */
export type Gate = () => Promise<void>;

/** Bytes that are read and checked before the event loop gets a turn: about two milliseconds of work. */
const sliceBytes = 256 * 1024;

async function* slices(files: JournalFiles, file: string, gate: Gate): AsyncGenerator<Buffer> {
  for (let offset = 0; ; offset += sliceBytes) {
    await gate();
    const bytes = await files.read(file, { offset, length: sliceBytes });
    if (bytes.length > 0) yield bytes;
    if (bytes.length < sliceBytes) return;
  }
}

/**
 * Reads a segment in slices, gives each record to `see`, and says whether all of it are whole records. What exactly is damaged is the matter of
 * `readSegments`. Rejects with what the disk or the gate rejects with.
 */
export async function verifySegment(files: JournalFiles, file: string, gate: Gate, see: (record: unknown) => void): Promise<boolean> {
  let isSound = true;
  const check = (bytes: Buffer): void => {
    const { records, damage } = decodeRecords(bytes);
    if (damage.length > 0) isSound = false;
    for (const record of records) see(record);
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const slice of slices(files, file, gate)) {
    const bytes = rest.length === 0 ? slice : Buffer.concat([rest, slice]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    check(bytes.subarray(0, end));
    rest = bytes.subarray(end);
  }
  check(rest);
  return isSound;
}

/** Reads a stored payload in slices and says whether it is what its name says. Rejects as `verifySegment` does. */
export async function verifyBlob(files: JournalFiles, folder: string, id: string, gate: Gate): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const slice of slices(files, blobFile(folder, id), gate)) hash.update(slice);
  return hash.digest('hex') === id;
}
