import * as fs from 'node:fs';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
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
  // Not synced: one that does not belong to the snapshot only has it checked.
  await fs.promises.writeFile(sumFileOf(file), sumOf(bytes), { mode: 0o600 }).catch(() => undefined);
}

/** Whether these bytes of a snapshot are those that were written, by the sum that lies beside it. False where there is none. */
export async function isAsWritten(file: string, bytes: Uint8Array): Promise<boolean> {
  const sum = await fs.promises.readFile(sumFileOf(file), 'utf8').catch(() => undefined);
  return sum === sumOf(bytes);
}

function sumFileOf(file: string): string {
  return `${file}.sum`;
}

/** The length in bytes and the CRC-32 in hexadecimal. */
function sumOf(bytes: Uint8Array): string {
  return `${String(bytes.byteLength)} ${crc32(bytes).toString(16)}\n`;
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
