import * as path from 'node:path';
import { decodeRecords, encodeRecords } from './frame.ts';
import type { JournalFiles } from './files.ts';
import { temporarySuffix } from './leftovers.ts';
import { diskError } from './trouble.ts';
import type { ParseRecord, Sequenced } from './segments.ts';

/** Leaves out of a closed segment's records those that nothing needs any more, for example streamed pieces of a text that is sealed further on. */
export type CompactRecords<T> = (records: readonly T[]) => readonly T[];

/**
 * Rewrites a segment to which nobody writes any more: a temporary file, synced, renamed over it, the folder synced. Returns by how many
 * bytes the segment shrank. A segment with damage or unknown records is left as it is, for their sake. Throws what the disk throws.
 */
export async function compactSegment<T extends Sequenced>(
  files: JournalFiles,
  folder: string,
  segment: string,
  parse: ParseRecord<T>,
  compact: CompactRecords<T>,
): Promise<number> {
  const file = path.join(folder, segment);
  const bytes = await files.read(file);
  const decoded = decodeRecords(bytes);
  const records = decoded.records.map(parse).filter((record) => record !== undefined);
  if (decoded.damage.length > 0 || records.length !== decoded.records.length) return 0;
  const rewritten = encodeRecords(compact(records));
  if (rewritten.length >= bytes.length) return 0;
  const temporary = file + temporarySuffix;
  const copy = files.create(temporary);
  try {
    if (copy.write(rewritten) < rewritten.length) throw diskError('ENOSPC', 'There was no room for the rewritten segment.');
    await copy.sync();
    // What a host that should not run has appended meanwhile must not go with the old file.
    if (files.size(file) !== bytes.length) throw diskError('EBUSY', `${segment} is still being written.`);
  } catch (error) {
    copy.close();
    files.remove(temporary);
    throw error;
  }
  copy.close();
  files.rename(temporary, file);
  await files.syncFolder(folder);
  return bytes.length - rewritten.length;
}
