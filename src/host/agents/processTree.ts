import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FoundProcesses, Mark } from './processList.ts';
import { findProcesses } from './processList.ts';

/** One step in ending a process tree, and how long it may take to work, in milliseconds. */
export type EndingStep =
  | { readonly do: 'close-input'; readonly wait: number }
  | { readonly do: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL'; readonly wait: number }
  | { readonly do: 'run'; readonly command: string; readonly args: readonly string[]; readonly wait: number };

/** How a tree is ended on a system: first the polite way, then ways that always work. */
export function endingSteps(platform: NodeJS.Platform, pid: number, systemRoot = 'C:\\Windows'): readonly EndingStep[] {
  const first: EndingStep = { do: 'close-input', wait: 1500 };
  if (platform === 'win32') {
    // Windows knows no process groups; taskkill follows the parents, which works as long as the first process is there.
    const command = path.win32.join(systemRoot, 'System32', 'taskkill.exe');
    return [first, { do: 'run', command, args: ['/PID', String(pid), '/T', '/F'], wait: 2000 }];
  }
  return [first, { do: 'signal', signal: 'SIGTERM', wait: 2000 }, { do: 'signal', signal: 'SIGKILL', wait: 2000 }];
}

/** A process that leads a process group of its own. */
export interface ProcessTree {
  readonly pid: number;
  /** Resolves when the first process has ended. */
  readonly exited: Promise<unknown>;
  /** Finds children that left the group, where the system lets us read environments. */
  readonly mark?: Mark | undefined;
  closeInput(): void;
}

/** Ends a process with all its children and resolves when they are gone, or when every way was tried. A tree that has ended already is swept only. */
export async function endProcessTree(tree: ProcessTree): Promise<void> {
  for (const step of endingSteps(process.platform, tree.pid, process.env['SystemRoot'])) {
    if (step.do === 'close-input') {
      tree.closeInput();
      await withLimit(tree.exited, step.wait);
      if (process.platform !== 'win32' && !isSomeone(await findProcesses(tree.pid, tree.mark))) return;
    } else if (step.do === 'signal') {
      if (await signalUntilGone(tree, step.signal, step.wait)) return;
    } else {
      await withLimit(run(step.command, step.args), step.wait);
      await withLimit(tree.exited, step.wait);
    }
  }
}

/** Kills every process that carries the mark, and says how many there were. For what an earlier host left behind; finds nothing outside Linux. */
export async function sweepProcesses(mark: Mark): Promise<number> {
  const { strays } = await findProcesses(undefined, mark);
  for (const pid of strays) send(pid, 'SIGKILL');
  return strays.length;
}

async function signalUntilGone(tree: ProcessTree, signal: 'SIGTERM' | 'SIGKILL', wait: number): Promise<boolean> {
  const end = performance.now() + wait;
  let found = await findProcesses(tree.pid, tree.mark);
  signalAll(tree, found, signal);
  while (isSomeone(found) && performance.now() < end) {
    await delay(25);
    found = await findProcesses(tree.pid, tree.mark);
    // A child that was born while its parent was being killed has not heard the signal yet.
    if (signal === 'SIGKILL') signalAll(tree, found, signal);
  }
  if (isSomeone(found)) return false;
  await withLimit(tree.exited, 200);
  return true;
}

function isSomeone(found: FoundProcesses): boolean {
  return found.inGroup || found.strays.length > 0;
}

function signalAll(tree: ProcessTree, found: FoundProcesses, signal: NodeJS.Signals): void {
  if (found.inGroup) send(-tree.pid, signal);
  for (const pid of found.strays) send(pid, signal);
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It ended by itself in the meantime, which is what was wanted.
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', windowsHide: true });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

async function withLimit(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  const stop = new AbortController();
  await Promise.race([promise, delay(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
}
