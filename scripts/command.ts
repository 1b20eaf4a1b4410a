/** Running the commands of a script, with their output where the script's own is. */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { root } from './paths.ts';

/** How a command ended. `output` is empty unless it was captured. */
export interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Runs a command in the checkout. `capture` keeps its output instead of showing it at once, for commands that run side by side; `yields` lets
 * everything else on the machine go first.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  {
    capture = false,
    yields = false,
    env = {},
  }: { readonly capture?: boolean; readonly yields?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    if (yields && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** Seconds since a moment of `Date.now()`, for a person to read. */
export function secondsSince(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
