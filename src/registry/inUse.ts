import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The command lines of all processes of this machine, as far as they can be read. Empty on Windows: there a folder in use cannot be renamed,
 * which says the same for certain.
 */
export async function commandLines(platform: NodeJS.Platform = process.platform): Promise<readonly string[]> {
  if (platform === 'win32') return [];
  if (platform === 'linux') {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return lines.map((line) => line.replaceAll('\0', ' '));
  }
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'args='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n');
}

/** Whether a process runs a program of a folder: its path stands in a command line, for a script as for a program. */
export function isInUse(folder: string, lines: readonly string[]): boolean {
  return lines.some((line) => line.includes(`${folder}/`) || line.includes(`${folder}\\`));
}
