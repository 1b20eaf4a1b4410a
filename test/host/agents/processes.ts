/** Looking at processes from a test. */
import { setTimeout as delay } from 'node:timers/promises';
import { findProcesses } from '../../../src/host/agents/processList.ts';

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when no process carries the variable with this value any more; outside Linux, where none can be found, at once. */
export async function untilGone(variable: string, value: string): Promise<void> {
  while ((await findProcesses(undefined, { variable, value })).strays.length > 0) await delay(20);
}
