import { spawn } from 'node:child_process';
import process from 'node:process';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { LoomError } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';

/** How a command ended. `left` says that it had left processes behind, which were ended too. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly left: boolean;
}

/** How long a process may take to leave after a polite request, and how long pipes may stay open after it left. Milliseconds. */
const grace = 300;

const windows = process.platform === 'win32';

/** The commands that run now. Each has a process group of its own, so that it can be ended with everything it started. */
export class Children implements Disposable {
  readonly #running = new Set<number>();

  /**
   * Runs a command through the system's shell and hands on what it prints, both streams in the order of arrival.
   * When the signal aborts, the whole tree is ended and the exit is reported as usual. Fails with `agent` when no shell can be started.
   */
  async run(command: string, folder: string, print: (text: string) => void, signal: AbortSignal): Promise<Exit> {
    // One pipe for both streams keeps what a command prints in its own order. Windows' shell gets two.
    const child = spawn(windows ? command : `exec 2>&1; ${command}`, {
      cwd: folder,
      shell: true,
      detached: !windows,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environmentForCommands(),
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const exited = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('exit', (code, by) => resolve({ code, signal: by }));
      child.once('error', (cause) =>
        reject(new LoomError('agent', `The command could not be started in ${folder}: ${cause.message}`, { cause })),
      );
    });
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8');
      stream.on('data', (bytes: Buffer) => print(decoder.write(bytes)));
      stream.on('end', () => print(decoder.end()));
    }
    const group = child.pid;
    if (group === undefined) {
      await exited;
      throw new LoomError('agent', 'The command could not be started.');
    }
    this.#running.add(group);
    const stop = (): void => void endTree(group);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      const exit = await exited;
      const open = await Promise.race([closed.then(() => false), delay(grace / 3, true)]);
      const left = open || isAlive(group);
      // The group's number stays taken only while it has members, so what is left is ended now and never later by number.
      if (left) await endTree(group);
      await Promise.race([closed, delay(grace)]);
      return { ...exit, left: left && !signal.aborted };
    } finally {
      signal.removeEventListener('abort', stop);
      this.#running.delete(group);
      child.stdout.destroy();
      child.stderr.destroy();
    }
  }

  /** Ends every command at once, without waiting: the last act before the program leaves. */
  dispose(): void {
    for (const group of this.#running) signalTree(group, 'SIGKILL');
    this.#running.clear();
  }
}

/** Asks a process tree to leave, and ends it when it has not left in time. */
async function endTree(group: number): Promise<void> {
  signalTree(group, 'SIGTERM');
  for (let waited = 0; waited < grace && isAlive(group); waited += 20) await delay(20);
  if (isAlive(group)) signalTree(group, 'SIGKILL');
}

function signalTree(group: number, signal: NodeJS.Signals): void {
  if (windows) {
    // Windows has no process groups to signal; its own tool walks the tree.
    spawn('taskkill', ['/pid', String(group), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isAlive(group: number): boolean {
  try {
    process.kill(windows ? group : -group, 0);
    return true;
  } catch (error) {
    // A group that exists and refuses the signal is alive all the same.
    return !isGone(error);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}

/** What a command sees: the agent's own environment without what made an editor's binary run this program. */
function environmentForCommands(): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _electron, SESSION_LOOM_AGENT_STATE: _state, ...environment } = process.env;
  return environment;
}
