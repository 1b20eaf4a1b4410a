import * as path from 'node:path';
import type { JournalFiles } from './files.ts';

/** Names that a file has until it is whole. A sudden end leaves one behind; no reader looks at it. */
export const temporarySuffix = '.tmp';

/**
 * Removes the temporary files that a sudden end left in a journal's folder. Only for the process that writes there, at a moment when it has
 * none itself. Should a second host write there too, its rename fails and it tries again. Throws what the disk throws.
 */
export async function removeLeftovers(files: JournalFiles, folder: string): Promise<void> {
  for (const each of [folder, path.join(folder, 'blobs')]) {
    const names = await files.list(each);
    for (const name of names.filter((candidate) => candidate.endsWith(temporarySuffix))) files.remove(path.join(each, name));
  }
}
