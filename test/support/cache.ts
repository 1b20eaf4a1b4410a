/** A folder of things that are expensive to fetch. A thing is there whole or not at all, also when two runs fetch it at once or one is killed. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const unfinished = 'unfinished-';

/** How old a half-made thing is before nobody can still be making it, in milliseconds. */
const abandonedAfter = 60 * 60 * 1000;

/**
 * Returns the folder `name` inside `cache`, made by `make` if it is not there. `make` fills an empty folder, which gets its name only once
 * it is complete; it must not depend on where the folder is. Rejects with what `make` rejects with, and then leaves nothing behind.
 */
export async function fetchOnce(cache: string, name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const whole = join(cache, name);
  if (existsSync(whole)) return whole;
  await deleteAbandoned(cache);
  const half = join(cache, `${unfinished}${name}-${randomUUID().slice(0, 8)}`);
  await mkdir(half, { recursive: true });
  try {
    await make(half);
    await rename(half, whole);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    // Another run may have finished the same thing first: then ours is not needed.
    if (!existsSync(whole)) throw error;
  }
  return whole;
}

async function deleteAbandoned(cache: string): Promise<void> {
  if (!existsSync(cache)) return;
  for (const name of await readdir(cache)) {
    if (!name.startsWith(unfinished)) continue;
    const folder = join(cache, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > abandonedAfter) await rm(folder, { recursive: true, force: true });
  }
}
