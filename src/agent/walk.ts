import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold what others made; nobody means them when searching. */
const skipped = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** Every file under a folder, as paths relative to it with forward slashes, in the order of their names. Links are not followed. */
export async function* filesUnder(root: string, signal: AbortSignal, below = ''): AsyncGenerator<string> {
  signal.throwIfAborted();
  const entries = [];
  try {
    for await (const entry of await opendir(join(root, below))) entries.push(entry);
  } catch (error) {
    // A folder that may not be read is passed over, as by any search; the root itself must be readable.
    if (below === '') throw error;
    return;
  }
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* filesUnder(root, signal, path);
    else if (entry.isFile()) yield path;
  }
}
