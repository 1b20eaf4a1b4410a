import { readFile, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { specPlaceOf } from '../../specs/paths.ts';

/** Documents beyond this many bytes are left alone: no spec that a person reads is so long. */
export const largestDocument = 4_000_000;

function placeOfPath(path: string): ReturnType<typeof specPlaceOf> {
  return specPlaceOf(sep === '/' ? path : path.replaceAll(sep, '/'));
}

/**
 * Reads a spec document from disk by its `file:` URI. Undefined when it is not there, is too large, is no regular file, or when the path, with all
 * links followed, is not that of a spec document: a link in a spec folder must not open other files of the machine.
 */
export async function readSpecFile(uri: string): Promise<string | undefined> {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(uri);
    const place = placeOfPath(path);
    const real = await realpath(path);
    if (place === undefined || placeOfPath(real)?.file !== place.file) return undefined;
    const { size, ...entry } = await stat(real).then((found) => ({ size: found.size, isFile: found.isFile() }));
    return entry.isFile && size <= largestDocument ? await readFile(real, 'utf8') : undefined;
  } catch {
    // A file that cannot be read is one that is not there: the features then do without it.
    return undefined;
  }
}
