/** Finding and ending what a test or `npm start` has left running, also when it is detached: by a variable in its environment. */
import { readFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/** The variable by which everything that was started from one place can be found again. Its value is unique to that place. */
export const tokenVariable = 'SESSION_LOOM_RUN_TOKEN';

/** A running process. `command` is its command line, cut to a readable length. */
export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** A new token. Inside a place that has one itself, it begins with that, so that the outer place finds what the inner one has lost. */
export function newToken(outer: string | undefined): string {
  const own = randomBytes(8).toString('hex');
  return outer === undefined ? own : `${outer}.${own}`;
}

/** Every process, other than this one, whose environment holds this token. On Windows no environment can be read: empty there. */
export function processesWithToken(token: string): FoundProcess[] {
  const needle = new RegExp(String.raw`(?:^|[\0\s])${tokenVariable}=${token.replaceAll('.', String.raw`\.`)}(?:[.\0\s]|$)`);
  const all = process.platform === 'linux' ? fromProc(needle) : process.platform === 'darwin' ? fromPs(needle) : [];
  return all.filter(({ pid }) => pid !== process.pid);
}

/** Waits until no process with this token is left, at most so many milliseconds, and returns those that are. */
export async function processesLeft(token: string, limit: number): Promise<FoundProcess[]> {
  const end = Date.now() + limit;
  for (;;) {
    const left = processesWithToken(token);
    if (left.length === 0 || Date.now() >= end) return left;
    await wait(100);
  }
}

/** Kills every process with this token and waits until they are gone. Returns what it had to kill. */
export async function endProcesses(token: string): Promise<FoundProcess[]> {
  const killed = processesWithToken(token);
  for (const { pid } of killed) kill(pid);
  // One of them may have started another just before it was killed.
  for (const { pid } of await processesLeft(token, 2000)) kill(pid);
  return killed;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime, which is what was wanted.
  }
}

function fromProc(needle: RegExp): FoundProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    if (!needle.test(readProc(name, 'environ'))) return [];
    // The environment of a zombie cannot be read, so what is here is alive.
    return [{ pid: Number(name), command: readable(readProc(name, 'cmdline').replaceAll('\0', ' ')) }];
  });
}

/** A process can end between being listed and being read, and one of another user cannot be read: both are not ours to find. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function fromPs(needle: RegExp): FoundProcess[] {
  const { stdout } = spawnSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const pid = /^\s*(\d+)/.exec(line)?.[1];
    return pid === undefined || !needle.test(line) ? [] : [{ pid: Number(pid), command: readable(line.replace(/^\s*\d+\s*/, '')) }];
  });
}

function readable(command: string): string {
  return command.trim().slice(0, 200);
}
