/**
 * `host/git` is the way to run git for `host/history` and `host/worktrees`, and knows nothing of either: small environment, no hooks, no monitors,
 * one command at a time.
 */
import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { simpleGit } from 'simple-git';
import type { SimpleGit } from 'simple-git';
import { LoomError, messageOf } from '../../base/errors.ts';

/** Variables of the surroundings that git gets. Everything else, and every `GIT_…` variable, stays out. */
const passed = [
  ...[
    'PATH',
    'Path',
    'HOME',
    'USER',
    'LOGNAME',
    'LANG',
    'XDG_CONFIG_HOME',
    'TMPDIR',
    'TEMP',
    'TMP',
    'GNUPGHOME',
    'GPG_TTY',
    'SSH_AUTH_SOCK',
    'DISPLAY',
    'WAYLAND_DISPLAY',
  ],
  ...[
    'SYSTEMROOT',
    'SystemRoot',
    'COMSPEC',
    'ComSpec',
    'PATHEXT',
    'USERPROFILE',
    'HOMEDRIVE',
    'HOMEPATH',
    'APPDATA',
    'LOCALAPPDATA',
    'PROGRAMDATA',
    'ProgramData',
  ],
];

/** What we set: no question at a terminal, no lock for a mere look, paths are paths and no patterns, nothing is fetched, nothing is replaced. */
const fixed: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
};

const configuration = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.quotePath=false',
  // The user's git decides when it tidies up, never ours.
  'gc.auto=0',
  'maintenance.auto=false',
  'fastimport.unpackLimit=100',
];

/** How a command of git ended. */
export interface GitResult {
  readonly code: number;
  readonly out: Buffer;
  readonly error: string;
}

/** Milliseconds between the stop of a command and giving it up. */
const graceMs = 1_000;

class GitOverdue extends Error {}

/** What a command needs besides its arguments. */
export interface GitCall {
  /** Not empty: git would wait for an end that does not come. */
  readonly stdin?: string | Uint8Array | undefined;
  /** The private index that is used instead of the user's. */
  readonly index?: string | undefined;
  /** Where new objects go, and where the present ones are, for a command that must leave nothing behind. */
  readonly objects?: { readonly folder: string; readonly others: string } | undefined;
  /** The working tree, where that of a repository was moved and its settings do not know. */
  readonly workTree?: string | undefined;
  /** Milliseconds; 10 s when it is not said. */
  readonly timeoutMs?: number | undefined;
  /** More settings for this command, as `name=value`; they win over those of the repository. */
  readonly config?: readonly string[] | undefined;
}

/** Runs git in one folder, one command at a time. Rejects only when git could not run or did not end; an exit code is a result. */
export class GitPort {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #git: SimpleGit | undefined;
  #stdin: string | Buffer | undefined;
  #result: GitResult | undefined;
  #timeoutMs = 0;
  #config = '';

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = { ...environmentOf(environment), ...fixed };
  }

  async run(args: readonly string[], call: GitCall = {}): Promise<GitResult> {
    const git = this.#gitFor(call.timeoutMs ?? 10_000, call.config ?? []);
    this.#stdin = typeof call.stdin === 'string' || call.stdin === undefined ? call.stdin : Buffer.from(call.stdin);
    this.#result = undefined;
    git.env({
      ...this.#environment,
      ...(call.index === undefined ? {} : { GIT_INDEX_FILE: call.index }),
      ...(call.workTree === undefined ? {} : { GIT_WORK_TREE: call.workTree }),
      ...(call.objects === undefined
        ? {}
        : { GIT_OBJECT_DIRECTORY: call.objects.folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: call.objects.others }),
    });
    const limit = new AbortController();
    try {
      await Promise.race([git.raw([...args]), this.#overdue(limit.signal)]);
    } catch (error) {
      throw await this.#failure(git, args, error);
    } finally {
      limit.abort();
    }
    return this.#takeResult(args);
  }

  /** Rejects when git was stopped and still is not gone, as a program that it has started can keep its pipes open. */
  async #overdue(signal: AbortSignal): Promise<never> {
    await pause(this.#timeoutMs + graceMs, undefined, { signal });
    // Its place in the queue of that instance is taken for ever.
    this.#git = undefined;
    throw new GitOverdue();
  }

  /** The handler of `#gitFor` sets it while the command runs. */
  #takeResult(args: readonly string[]): GitResult {
    if (this.#result === undefined) throw new LoomError('internal', `git ${args[0] ?? ''} ended without a result.`);
    return this.#result;
  }

  #gitFor(timeoutMs: number, config: readonly string[]): SimpleGit {
    const key = config.join('\n');
    if (this.#git !== undefined && this.#timeoutMs === timeoutMs && this.#config === key) return this.#git;
    this.#timeoutMs = timeoutMs;
    this.#config = key;
    try {
      this.#git = simpleGit({
        baseDir: this.#folder,
        maxConcurrentProcesses: 1,
        config: [...configuration, ...config],
        allowEnvironment: [
          ...Object.keys(fixed),
          ...['GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_WORK_TREE'],
        ],
        // These are only ever switched off by us, and a repository of ours is made without a template.
        unsafe: {
          allowUnsafeHooksPath: true,
          allowUnsafeFsMonitor: true,
          allowUnsafeTemplateDir: true,
          allowUnsafeFilter: true,
          allowUnsafeMergeDriver: true,
        },
        timeout: { block: timeoutMs, stdErr: false, stdOut: false },
        input: () => this.#stdin,
        // It is called after every command, also without an error; an exit code is for our caller to judge.
        errors: (error, { exitCode, stdOut, stdErr }) => {
          this.#result = { code: exitCode, out: Buffer.concat(stdOut), error: Buffer.concat(stdErr).toString('utf8') };
          return Number.isInteger(exitCode) && exitCode >= 0 && exitCode < 256
            ? undefined
            : (error ?? new Error('git was ended by a signal'));
        },
      });
    } catch (error) {
      throw folderGone(this.#folder, error);
    }
    return this.#git;
  }

  async #failure(git: SimpleGit, args: readonly string[], error: unknown): Promise<LoomError> {
    if (error instanceof GitOverdue || (error instanceof Error && 'plugin' in error && error.plugin === 'timeout')) {
      return new LoomError('timeout', `git ${args[0] ?? ''} did not end within ${this.#timeoutMs / 1000} seconds and was stopped.`, {
        cause: error,
      });
    }
    // The system says the same of a program and of a folder that are not there.
    if (!existsSync(this.#folder)) return folderGone(this.#folder, error);
    const version = await git.version().catch(() => undefined);
    return version?.installed === false
      ? gitMissing()
      : new LoomError('git', `git ${args[0] ?? ''} could not run: ${messageOf(error)}`, { cause: error });
  }
}

function folderGone(folder: string, cause: unknown): LoomError {
  return new LoomError('not-found', `The folder ${folder} is not there any more.`, { cause });
}

/** Says that there is no git, and what then. */
export function gitMissing(): LoomError {
  return new LoomError(
    'git',
    'git was not found on the path. Sessions go on without a history in git. Install git from https://git-scm.com or put it on the path, then reload the window.',
    { data: { missing: true } },
  );
}

/** Whether an error says that there is no git. */
export function isGitMissing(error: unknown): boolean {
  return error instanceof LoomError && typeof error.data === 'object' && error.data !== null && 'missing' in error.data;
}

/** The error of a command that ended badly. Git's own words come along, since it mostly says what to do. */
export function gitFailed(what: string, result: GitResult): LoomError {
  return new LoomError('git', `${what}: ${saidBy(result)}`, { data: { code: result.code } });
}

/** What git said of a failure, on one line that ends with a full stop. */
export function saidBy(result: GitResult): string {
  const lines = result.error.split('\n').map((line) => line.trim());
  const first =
    lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.find((line) => line !== '') ?? `git ended with code ${result.code}`;
  return first.slice(0, 400).replace(/[.\s]*$/, '.');
}

function environmentOf(source: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(passed.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]])));
}
