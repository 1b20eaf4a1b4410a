/**
 * `host/search` finds words in the sessions that are stored. It reads journals, which are the truth, and knows neither agents nor clients nor
 * the written history. This file reads a journal in stretches, so that none of any length is held in memory as a whole.
 */
import * as path from 'node:path';
import type { JournalFiles } from '../journal/files.ts';
import { listSegments } from '../journal/segments.ts';

/** Bytes that are read of a journal at a time. A single record can be longer; then it is a stretch of its own. */
const partBytes = 512 * 1024;
const newline = 0x0a;

/** The segments of a journal, oldest first, in stretches of whole lines. The last line of a segment may be torn. Rejects with Node's own errors. */
export async function* journalParts(files: JournalFiles, folder: string): AsyncGenerator<Buffer> {
  for (const { name } of await listSegments(files, folder)) {
    const file = path.join(folder, name);
    const size = files.size(file) ?? 0;
    if (size <= partBytes) yield await files.read(file);
    else yield* largeSegment(files, file);
  }
}

async function* largeSegment(files: JournalFiles, file: string): AsyncGenerator<Buffer> {
  let held: readonly Buffer[] = [];
  for (let offset = 0; ;) {
    const bytes = await files.read(file, { offset, length: partBytes });
    offset += bytes.length;
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0) {
      yield Buffer.concat([...held, bytes.subarray(0, end)]);
      held = [];
    }
    if (end < bytes.length) held = [...held, bytes.subarray(end)];
    if (bytes.length < partBytes) break;
  }
  if (held.length > 0) yield Buffer.concat(held);
}
