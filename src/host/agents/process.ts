import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import spawn from 'cross-spawn';
import type { Log } from '../../base/log.ts';
import type { AgentProgram } from './agentPort.ts';
import type { ProcessEnd } from './failures.ts';
import { startFailure } from './failures.ts';
import { LastLines } from './lastLines.ts';
import type { Mask } from './secretMask.ts';

/** A running agent program: its pipes, its end, and the last that it printed on its error output. */
export interface AgentProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly exited: Promise<ProcessEnd>;
  /** The last lines of its error output, without colours. */
  lastLines(): readonly string[];
}

/** Lines of error output that are remembered, and that go into the log of one process. */
const kept = 40;
const logged = 1000;

/** Milliseconds. */
const graceForLastWords = 300;

/**
 * Starts a program in a process group of its own (on POSIX), so that it can be ended with all that it starts.
 * Fails with `agent`, and a message that says what to correct, when there is no such command or folder.
 */
export async function startProcess(
  program: AgentProgram,
  environment: Readonly<Record<string, string>>,
  log: Log,
  mask: Mask = (text) => text,
): Promise<AgentProcess> {
  if (program.cwd !== undefined && !isFolder(program.cwd)) throw startFailure(program, { kind: 'no-folder', folder: program.cwd });
  const child = spawn(program.command, [...program.args], {
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    env: environment,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await begun(child).catch((cause: unknown) => {
    throw startFailure(program, { kind: 'not-started', cause });
  });
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined || stdin === null || stdout === null || stderr === null) throw startFailure(program, { kind: 'not-started' });
  // A reader that is gone shows as the end of the process; without a listener it would end the host.
  stdin.on('error', (error) => log.debug('The agent no longer reads.', { agent: program.id, error: error.message }));
  const errors = collectErrors(stderr, program, log, mask);
  return { pid, stdin, stdout, exited: endOf(child, stderr), lastLines: () => errors.lines.map(mask) };
}

function begun(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('error', reject);
  });
}

async function endOf(child: ChildProcess, stderr: Readable): Promise<ProcessEnd> {
  const read = new Promise((resolve) => stderr.once('close', resolve));
  const end = await new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // On Windows a missing command shows only now, as an error behind the shell's own exit.
    child.on('error', () => resolve({ code: child.exitCode, signal: child.signalCode }));
  });
  // Its last words can still be in the pipe; a child of it that holds the pipe open must not keep us waiting.
  await Promise.race([read, delay(graceForLastWords)]);
  return end;
}

function collectErrors(stderr: Readable, program: AgentProgram, log: Log, mask: Mask): LastLines {
  let count = 0;
  const lines = new LastLines(kept, (line) => {
    if (++count <= logged) log.debug(`${program.name}: ${mask(line)}`, { agent: program.id });
    if (count === logged) log.debug('More of its error output is not written down.', { agent: program.id });
  });
  const decoder = new StringDecoder('utf8');
  stderr.on('data', (bytes: Buffer) => lines.push(decoder.write(bytes)));
  stderr.on('error', () => undefined);
  return lines;
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
