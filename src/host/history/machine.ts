import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${drawn}\n`, { flag: 'wx', mode: 0o600 });
    return drawn;
  } catch {
    // Another process was first, or the file is damaged; then it is written anew.
    const other = await read(file);
    if (other !== undefined) return other;
    await writeFile(file, `${drawn}\n`, { mode: 0o600 });
    return drawn;
  }
}

async function read(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^[a-z0-9-]{4,40}$/.exec(text.trim())?.[0];
}
