/** What Linux says of a process. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Resident memory in MB (of a million bytes). */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`Process ${String(pid)} has no resident memory.`);
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Milliseconds of processor time that all threads of a process have used so far; threads that have ended are left out. */
export function processorMilliseconds(pid: number): number {
  const tasks = `/proc/${String(pid)}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    const [nanoseconds = '0'] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return sum + Number(nanoseconds) / 1e6;
  }, 0);
}

/** What the open handles of a process lead to, each by what the kernel calls it. */
export function openHandles(pid: number): readonly string[] {
  const folder = `/proc/${String(pid)}/fd`;
  return readdirSync(folder).flatMap((handle) => {
    try {
      return readlinkSync(`${folder}/${handle}`);
    } catch {
      // It was closed between being listed and being read.
      return [];
    }
  });
}

/** Waits until the resident memory of a process has stopped to change, and gives it in MB. Nothing is collected by force. */
export async function settledMegabytes(pid: number): Promise<number> {
  let before = residentMegabytes(pid);
  for (let round = 0; round < 15; round++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = residentMegabytes(pid);
    if (round >= 3 && Math.abs(now - before) < 0.5) return now;
    before = now;
  }
  return before;
}
