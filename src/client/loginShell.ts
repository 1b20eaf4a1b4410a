/**
 * The environment that a person has in a terminal. An editor that was started from a dock, a service or a remote connection does not have it:
 * there `npx`, and what nvm, fnm, asdf, volta or mise put on the path, are missing.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** Variables and their values. */
type Variables = Readonly<Record<string, string | undefined>>;

export interface LoginShellOptions {
  /** The environment that there is without the shell. */
  readonly own: Variables;
  /** A Node, or an editor's Electron, that prints the environment. */
  readonly node: string;
  readonly log: Log;
  /** Milliseconds that the shell has; 10,000 if not given. */
  readonly limitMs?: number;
}

/** How a person wants it: `auto` asks the shell where the editor has not done so. */
export type ShellMode = 'auto' | 'always' | 'never';

/** The most that a shell may print, in bytes. */
const mostOutput = 8 * 1024 * 1024;

/** Milliseconds in which what a shell printed last is read. */
const lastWordsMs = 300;

/** Prints a mark, the environment as JSON, and the mark: what a start-up file prints lies outside of the marks. It has no quotes, so that each shell leaves it as it is. */
const script = 'process.stdout.write([process.argv[1],JSON.stringify(process.env),process.argv[1]].join(String()))';

/** What the shell and this question put into its environment themselves. */
const ofTheShell = new Set(['_', 'SHLVL', 'PWD', 'OLDPWD', 'ELECTRON_RUN_AS_NODE', 'SESSION_LOOM_RESOLVING']);

/**
 * Whether the shell has to be asked. Every login shell counts its depth in `SHLVL`, so an environment without it was never in one. Windows has
 * no login shell.
 */
export function needsShell(own: Variables, platform: NodeJS.Platform, mode: ShellMode): boolean {
  if (platform === 'win32' || mode === 'never') return false;
  return mode === 'always' || own['SHLVL'] === undefined;
}

/** The arguments that have a shell start a program as a terminal's would: login and interactive, since both kinds of start-up files set paths. */
export function shellArguments(shell: string, node: string, mark: string): readonly string[] {
  const name = posix.basename(shell);
  switch (name) {
    case 'nu':
      return ['-l', '-i', '-c', `^${nuQuoted(node)} -e ${nuQuoted(script)} ${mark}`];
    case 'fish':
      return ['-l', '-i', '-c', `${fishQuoted(node)} -e ${fishQuoted(script)} ${mark}`];
    case 'pwsh':
      return ['-Login', '-Command', `& '${node.replaceAll("'", "''")}' -e '${script}' ${mark}`];
    case 'csh':
    case 'tcsh':
      // These take `-l` as their only argument.
      return ['-ic', `${quoted(node)} -e ${quoted(script)} ${mark}`];
    case 'xonsh':
      return ['-i', '-l', '-c', `${quoted(node)} -e ${quoted(script)} ${mark}`];
    default:
      return ['-i', '-l', '-c', `${quoted(node)} -e ${quoted(script)} ${mark}`];
  }
}

/** The environment between the marks; undefined where it is not there. */
export function environmentIn(output: string, mark: string): Readonly<Record<string, string>> | undefined {
  const [, json] = output.split(mark);
  if (json === undefined || output.split(mark).length < 3) return undefined;
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return Object.fromEntries(Object.entries(parsed).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  } catch {
    return undefined;
  }
}

/** The environment of the person's login shell over the one that there is. Where the shell fails, a line in the log says so and there is only that one. */
export async function loginEnvironment({ own, node, log, limitMs = 10_000 }: LoginShellOptions): Promise<Variables> {
  const shell = shellOf(own);
  const mark = randomBytes(12).toString('hex');
  try {
    const output = await ask(shell, shellArguments(shell, node, mark), own, limitMs);
    const found = environmentIn(output, mark);
    if (found === undefined) throw new LoomError('unavailable', 'it did not say its environment');
    const theirs = Object.entries(found).filter(([name]) => !ofTheShell.has(name));
    log.info('The environment of the login shell is used for agents.', { shell });
    return { ...own, ...Object.fromEntries(theirs) };
  } catch (error) {
    log.warn(`The login shell ${shell} could not be asked for its environment: ${messageOf(error)}. Agents get that of the editor.`);
    return own;
  }
}

function shellOf(own: Variables): string {
  const shell = own['SHELL'];
  const isUsable = shell !== undefined && posix.isAbsolute(shell) && !/\/(false|nologin)$/.test(shell);
  return isUsable ? shell : '/bin/sh';
}

/** A start-up file can wait for a person, or start what never ends: the whole group is ended at the limit, and with the shell. */
function ask(shell: string, args: readonly string[], own: Variables, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(shell, args, {
      env: { ...own, ELECTRON_RUN_AS_NODE: '1', SESSION_LOOM_RESOLVING: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const endGroup = (): void => {
      clearTimeout(limit);
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group has ended.
      }
    };
    const fail = (message: string): void => {
      endGroup();
      reject(new LoomError('timeout', message));
    };
    const limit = setTimeout(() => fail(`it did not answer within ${limitMs / 1000} seconds`), limitMs);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostOutput) fail('it printed too much');
    });
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    const done = (): void => {
      endGroup();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    child.once('close', done);
    // What a start-up file left in the background can hold the pipe open: the end of the shell is what counts.
    child.once('exit', () => setTimeout(done, lastWordsMs).unref());
  });
}

/** For sh, bash, zsh and their relatives. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In fish a backslash counts inside single quotes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** In nushell nothing counts inside single quotes, so a text that has one goes into a raw string. */
function nuQuoted(text: string): string {
  return text.includes("'") ? `r#'${text}'#` : `'${text}'`;
}
