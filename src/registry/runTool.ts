import type { ChildProcess } from 'node:child_process';
import spawn from 'cross-spawn';
import { LoomError } from '../base/errors.ts';
import type { Environment } from './findProgram.ts';

/** How a tool ended, and the last that it printed. */
export interface ToolEnd {
  readonly code: number | undefined;
  /** The last lines of its output and of its error output, at most 40. */
  readonly lastLines: readonly string[];
}

/** Milliseconds between asking a tool to end and ending it. */
const graceMs = 2000;
const keptLines = 40;
const longestLine = 2000;

/**
 * Runs a program to its end and tells each line that it prints. Rejects with `cancelled` when the signal aborts, once the program and what it
 * started have ended, and with `not-found` when it cannot be started.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Environment; readonly line: (text: string) => void },
  signal?: AbortSignal,
): Promise<ToolEnd> {
  throwIfStopped(signal);
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A group of its own, so that it is ended with all that it starts.
    detached: process.platform !== 'win32',
  });
  const lastLines: string[] = [];
  const say = (text: string): void => {
    lastLines.push(text);
    if (lastLines.length > keptLines) lastLines.shift();
    options.line(text);
  };
  for (const stream of [child.stdout, child.stderr]) eachLine(stream, say);
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    end(child, 'SIGTERM');
    kill = setTimeout(() => end(child, 'SIGKILL'), graceMs);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new LoomError('not-found', `The program "${command}" could not be started: ${cause.message}`, { cause })),
      );
      child.once('close', (exitCode) => resolve(exitCode ?? undefined));
    });
    throwIfStopped(signal);
    return { code, lastLines };
  } finally {
    clearTimeout(kill);
    signal?.removeEventListener('abort', stop);
  }
}

function end(child: ChildProcess, how: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/PID', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => child.kill());
    return;
  }
  try {
    process.kill(-child.pid, how);
  } catch {
    // The group has ended already.
  }
}

function eachLine(stream: NodeJS.ReadableStream | null, say: (text: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-longestLine);
    for (const line of lines) if (line.trim() !== '') say(line.slice(0, longestLine));
  });
  stream?.on('end', () => {
    if (rest.trim() !== '') say(rest);
  });
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LoomError('cancelled', 'It was cancelled.');
}
