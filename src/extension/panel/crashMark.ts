import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../../base/lifecycle.ts';
import { disposable } from '../../base/lifecycle.ts';

const markName = /^panels-(\d+)$/;

/**
 * Leaves a mark in the extension's own storage while this process holds panels; disposing removes it. Synchronous, because an extension
 * host that leaves waits for nothing.
 */
export function leaveMark(folder: string, pid: number): Disposable {
  const mark = join(folder, `panels-${String(pid)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, '');
  return disposable(() => rmSync(mark, { force: true }));
}

/** Whether a process that held panels is gone without having removed its mark. Takes such marks away. */
export function foundDeadMarks(folder: string, isAlive: (pid: number) => boolean): boolean {
  const dead = namesIn(folder).filter((name) => {
    const pid = markName.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  for (const name of dead) rmSync(join(folder, name), { force: true });
  return dead.length > 0;
}

/** Whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was ever stored here.
    return [];
  }
}
