import * as fs from 'node:fs';
import * as path from 'node:path';
import { diskFiles, errnoOf } from '../journal/files.ts';

/** The bytes of a file, or undefined when there is none. Rejects with Node's error otherwise. */
export async function readSnapshot(file: string): Promise<Buffer | undefined> {
  try {
    return await fs.promises.readFile(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Replaces a file as a whole: whoever reads it, whenever the machine stops, finds the old bytes or the new ones. Rejects with Node's error.
 * The temporary file carries the process's id, so that a second host does not write into it.
 */
export async function writeSnapshot(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await fs.promises.open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await fs.promises.rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  await fs.promises.rename(temporary, file);
  await diskFiles.syncFolder(path.dirname(file));
}

/**
 * Renames a file that cannot be used to `<file>.<why>-<n>`, the first number that is free, and gives the new name; undefined when the
 * file is gone. Rejects with Node's error.
 */
export async function setAside(file: string, why: string): Promise<string | undefined> {
  for (let number = 1; ; number++) {
    const aside = `${file}.${why}-${number}`;
    try {
      // A link fails when the name is taken, where a rename would replace what has it.
      await fs.promises.link(file, aside);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      if (errnoOf(error) === 'ENOENT') return undefined;
      if (fs.existsSync(aside)) continue;
      await fs.promises.rename(file, aside);
      return aside;
    }
    await fs.promises.rm(file);
    return aside;
  }
}
