import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import { instanceVariable } from '../agents/environment.ts';
import type { Mark } from '../agents/processList.ts';
import { endProcessTree } from '../agents/processTree.ts';

/** A set-up script of a repository, and the hash that an approval of it is bound to. What the script itself calls is not part of the hash. */
export interface SetupScript {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
}

/** The largest script, in bytes. */
const largestScript = 1024 * 1024;
/** Bytes of what a script prints that are kept. */
const keptBytes = 8 * 1024 * 1024;
const lastLines = 5;

/** Where the script is looked for on a system, the first one that is there. */
export function setupPaths(platform: NodeJS.Platform): readonly string[] {
  return platform === 'win32' ? ['.session-loom/setup.cmd', '.session-loom/setup.ps1'] : ['.session-loom/setup', '.session-loom/setup.sh'];
}

/** How a script is started on a system. Only a script without a `#!` line needs a shell to be named. */
export function setupCommand(
  platform: NodeJS.Platform,
  file: string,
  text: string,
): readonly [command: string, ...args: readonly string[]] {
  if (platform !== 'win32') return text.startsWith('#!') ? [file] : ['/bin/sh', file];
  if (file.toLowerCase().endsWith('.ps1')) return ['powershell.exe', '-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', file];
  return [win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'cmd.exe'), '/d', '/c', file];
}

/** The set-up script of a working tree; undefined where there is none. Rejects with `not-allowed` for what is no ordinary file in it. */
export async function findSetup(root: string, platform: NodeJS.Platform = process.platform): Promise<SetupScript | undefined> {
  for (const path of setupPaths(platform)) {
    const about = await lstat(join(root, path)).catch(() => undefined);
    if (about === undefined) continue;
    const folder = await lstat(join(root, '.session-loom'));
    if (!about.isFile() || !folder.isDirectory() || about.size > largestScript)
      throw new LoomError('not-allowed', `${path} is no ordinary file of this repository, or too large, so it does not run.`);
    const bytes = await readFile(join(root, path));
    return { path, text: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  return undefined;
}

/** How a script is run. */
export interface SetupRun {
  readonly root: string;
  readonly script: SetupScript;
  readonly environment: Readonly<Record<string, string>>;
  /** The mark of the host, by which the next one finds what a killed one left. Agents carry it as well. */
  readonly mark: Mark;
  readonly logFile: string;
  readonly limitMs: number;
}

/**
 * Runs a set-up script in a process group of its own, and ends the whole of it at the time limit, on cancel, and after it. What it prints is kept
 * in the log. Rejects with `timeout`, `cancelled`, or `agent` with the last lines that it printed; `conflict` when it is not the script that was approved.
 */
export async function runSetup(run: SetupRun, signal: AbortSignal): Promise<void> {
  const { root, script, limitMs, mark } = run;
  const now = await findSetup(root);
  if (now?.sha256 !== script.sha256) throw new LoomError('conflict', `${script.path} was changed since it was approved. Look at it again.`);
  const file = join(root, script.path);
  const [command, ...args] = setupCommand(process.platform, file, script.text);
  // Whatever it leaves behind is ended with it, and nothing else that this host has started.
  const own = { variable: instanceVariable, value: randomUUID() };
  const log = openSync(run.logFile, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...run.environment, [mark.variable]: mark.value, [own.variable]: own.value },
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = keepOutput(child, log);
    const exited = new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, by) => resolve(code ?? by ?? 'unknown'));
    });
    exited.catch(() => undefined);
    const stopped = new Promise<'stopped'>((resolve) => {
      for (const each of [signal, limit.signal]) {
        if (each.aborted) resolve('stopped');
        else each.addEventListener('abort', () => resolve('stopped'), { once: true });
      }
    });
    try {
      const end = await Promise.race([exited, stopped]);
      if (end === 'stopped') throw signal.aborted ? cancelled() : overdue(script, limitMs);
      if (end !== 0) throw new LoomError('agent', `${script.path} ended with ${String(end)}. It said: ${said() || 'nothing'}`);
    } finally {
      if (child.pid !== undefined)
        await endProcessTree({ pid: child.pid, exited: exited.catch(() => undefined), mark: own, closeInput: () => askToEnd(child.pid) });
    }
  } catch (error) {
    if (error instanceof LoomError) throw error;
    throw new LoomError('agent', `${script.path} could not be started: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    closeSync(log);
  }
}

/** A script has no input whose end would tell it to leave, so the whole group is asked. */
function askToEnd(group: number | undefined): void {
  try {
    if (group !== undefined && process.platform !== 'win32') process.kill(-group, 'SIGTERM');
  } catch {
    // It has ended.
  }
}

/** Writes what comes into the log, up to a limit, and gives the last lines. */
function keepOutput({ stdout, stderr }: ChildProcess, log: number): () => string {
  let written = 0;
  let tail = '';
  let isOpen = true;
  for (const stream of [stdout, stderr]) {
    stream?.on('error', () => undefined);
    stream?.on('data', (bytes: Buffer) => {
      tail = (tail + bytes.toString('utf8')).slice(-2000);
      if (!isOpen || written >= keptBytes) return;
      try {
        written += writeSync(log, bytes.subarray(0, keptBytes - written));
      } catch {
        // The script goes on where its log cannot be kept, and the file may be closed by now.
        isOpen = false;
      }
    });
  }
  return () =>
    tail
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .slice(-lastLines)
      .join(' / ');
}

function cancelled(): LoomError {
  return new LoomError('cancelled', 'The set-up was cancelled.');
}

function overdue(script: SetupScript, limitMs: number): LoomError {
  return new LoomError('timeout', `${script.path} did not end within ${String(Math.round(limitMs / 1000))} seconds and was stopped.`);
}
