import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { idFromBytes } from '../../base/ids.ts';

/**
 * The name of this machine in the history: ten letters that say nothing about it, drawn once and kept in a file of the user. Of two processes
 * that start at once, both get the same.
 */
export async function machineId(file: string): Promise<string> {
  const known = await read(file);
  if (known !== undefined) return known;
  const drawn = idFromBytes(randomBytes(10));
  const temporary = `${file}.${drawn}.tmp`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(temporary, `${drawn}\n`, { mode: 0o600 });
  try {
    // A link appears with all of its content, and only where there is no file yet.
    await link(temporary, file);
    return drawn;
  } catch {
    const other = await read(file);
    if (other !== undefined) return other;
    // The file is damaged, or this disk knows no links.
    await rename(temporary, file);
    return drawn;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function read(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^[a-z0-9-]{4,40}$/.exec(text.trim())?.[0];
}
