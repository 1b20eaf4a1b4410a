/** Running a program to its end and keeping what it said. */
import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';

/** How a program ended: its exit code (null when a signal ended it) and the last part of what it wrote to both outputs. */
export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** The longest output that is kept, in characters. */
const keptOutput = 100_000;

/** Runs a program to its end. Never rejects: a program that cannot be started ends with code null and the reason as its output. */
export function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { readonly timeout?: number } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-keptOutput);
    };
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Runs a program and returns its output, or rejects with the line of it that says why. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { readonly timeout?: number } = {},
): Promise<string> {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${String(code)}: ${lastLines(output)}`);
  return output;
}

/** The line that names an error if there is one, else the last lines. */
function lastLines(output: string): string {
  const lines = output.trim().split('\n');
  return (lines.find((line) => /^(Error|E:|npm error (?!code))/.test(line)) ?? lines.slice(-3).join(' | ')).slice(0, 500);
}

/** Runs npm with these arguments in a folder. npm takes the Node that is first on the path: the scripts see to it that this is ours. */
export async function npm(args: readonly string[], folder: string): Promise<void> {
  await runOrThrow('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    shell: process.platform === 'win32',
    env: npmEnvironment(),
  });
}

/** What a surrounding `npm run` sets (its own prefix and settings) must not reach an npm that works in another folder. */
function npmEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(package_|lifecycle_|config_local_prefix)/.test(name)));
}
