import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { TaskQueue } from '../../base/queue.ts';
import { GitPort, gitFailed, isGitMissing } from './gitPort.ts';
import type { GitCall, GitResult } from './gitPort.ts';
import { readHead } from './headFile.ts';

/** Who the user is, as far as git was told. */
export interface Person {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** A lane of commands: one runs at a time, whatever folder it runs in. */
class Lane {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #queue = new TaskQueue();
  readonly #ports = new Map<string, GitPort>();

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  run(args: readonly string[], call: GitCall, cwd: string): Promise<GitResult> {
    const port = this.#ports.get(cwd) ?? new GitPort(cwd, this.#environment);
    this.#ports.set(cwd, port);
    return this.#queue.run(() => port.run(args, call));
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }
}

/**
 * A repository, with one lane for all that the host writes in it, and one for short questions about HEAD: those take no lock, and the beginning of
 * a turn waits for their answers but not for a long piece of work.
 */
export class Repository {
  /** The git folder that all working trees share. */
  readonly commonFolder: string;
  /** The root of the working tree that was opened; undefined for a bare repository. */
  readonly workTree: string | undefined;
  readonly #home: string;
  readonly #work: Lane;
  readonly #questions: Lane;

  private constructor(home: string, environment: NodeJS.ProcessEnv, commonFolder: string, workTree: string | undefined) {
    this.#home = home;
    this.#work = new Lane(environment);
    this.#questions = new Lane(environment);
    this.commonFolder = commonFolder;
    this.workTree = workTree;
  }

  /**
   * The repository around a folder, or undefined where there is none. Rejects with `git` when git is not installed, or refuses the repository
   * (as one that belongs to another user).
   */
  static async open(folder: string, environment: NodeJS.ProcessEnv = process.env): Promise<Repository | undefined> {
    const port = new GitPort(folder, environment);
    const result = await port.run(['rev-parse', '--is-bare-repository', '--git-common-dir']);
    if (result.code !== 0) {
      if (!liesInRepository(folder)) return undefined;
      throw gitFailed(`git cannot use the repository around ${folder}`, result);
    }
    const [bare = '', common = ''] = linesOf(result);
    const top = bare === 'true' ? undefined : await port.run(['rev-parse', '--show-toplevel']);
    const workTree = top?.code === 0 ? resolve(linesOf(top)[0] ?? folder) : undefined;
    return new Repository(workTree ?? folder, environment, resolve(folder, common), workTree);
  }

  /** A bare repository of our own; where there is none it is made, or with `make` false the result is undefined. */
  static async openBare(
    folder: string,
    { make, environment = process.env }: { readonly make: boolean; readonly environment?: NodeJS.ProcessEnv },
  ): Promise<Repository | undefined> {
    if (!existsSync(join(folder, 'HEAD'))) {
      if (!make) return undefined;
      const args = ['init', '--bare', '--quiet', '--template=', '--initial-branch=main', folder];
      const made = await new GitPort(dirname(folder), environment).run(args);
      if (made.code !== 0) throw gitFailed(`The repository ${folder} for the history could not be made`, made);
    }
    return new Repository(folder, environment, folder, undefined);
  }

  /** Whether git is on the path. */
  static async isGitInstalled(environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
    try {
      return (await new GitPort(resolve('/'), environment).run(['--version'])).code === 0;
    } catch (error) {
      if (isGitMissing(error)) return false;
      throw error;
    }
  }

  /** Runs git and gives the result, whatever its exit code. `cwd` is any folder of the repository; its own root when it is not said. */
  run(args: readonly string[], call: GitCall & { readonly cwd?: string | undefined } = {}): Promise<GitResult> {
    return this.#work.run(args, call, call.cwd ?? this.#home);
  }

  /** Runs git and gives what it printed, without the last line end. Rejects with `git` for any exit code but 0. */
  async text(args: readonly string[], call: GitCall & { readonly cwd?: string | undefined } = {}): Promise<string> {
    const result = await this.run(args, call);
    if (result.code !== 0) throw gitFailed(`git ${args[0] ?? ''} failed`, result);
    return result.out.toString('utf8').replace(/\n$/, '');
  }

  /** The commit that HEAD names in a working tree; undefined before the first commit and where there is no repository. */
  async headOf(cwd?: string): Promise<string | undefined> {
    const result = await this.#ask(['rev-parse', '--verify', '--end-of-options', 'HEAD^{commit}'], cwd);
    return result.code === 0 ? linesOf(result)[0] : undefined;
  }

  /** The branch that HEAD names in a working tree, also before its first commit; undefined when HEAD is detached. */
  async branchOf(cwd?: string): Promise<string | undefined> {
    const head = readHead(cwd ?? this.#home);
    if (head !== undefined) return head.branch;
    const result = await this.#ask(['symbolic-ref', '--short', 'HEAD'], cwd);
    return result.code === 0 ? linesOf(result)[0] : undefined;
  }

  /** The commits that `to` has and `from` has not, oldest first, the latest 100 of them; `from` undefined means from the beginning. */
  async commitsBetween(from: string | undefined, to: string, cwd?: string): Promise<readonly string[]> {
    if (from === to || ![from ?? to, to].every(isObjectId)) return [];
    const result = await this.#ask(['rev-list', '--max-count=100', from === undefined ? to : `${from}..${to}`, '--'], cwd);
    return result.code === 0 ? [...linesOf(result)].reverse() : [];
  }

  /** Who commits, as git knows them. A part that is not set is undefined. */
  async person(cwd?: string): Promise<Person> {
    // Every repository has the third, so that something is printed: simple-git waits 50 ms after a command that prints nothing.
    const { out } = await this.run(['config', '--null', '--get-regexp', '^(user\\.(name|email)|core\\.repositoryformatversion)$'], { cwd });
    const fields = new Map(
      out
        .toString('utf8')
        .split('\0')
        .map((field) => [field.slice(0, field.indexOf('\n')), field.slice(field.indexOf('\n') + 1).trim()]),
    );
    return { name: fields.get('user.name') || undefined, email: fields.get('user.email') || undefined };
  }

  /** Resolves when all that was asked for until now is done. */
  async idle(): Promise<void> {
    await Promise.all([this.#work.idle(), this.#questions.idle()]);
  }

  #ask(args: readonly string[], cwd: string | undefined): Promise<GitResult> {
    return this.#questions.run(args, {}, cwd ?? this.#home);
  }
}

/** Whether a text is a full object id, of either length that git knows. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The lines that a command printed. */
export function linesOf(result: GitResult): readonly string[] {
  const text = result.out.toString('utf8').replace(/\n$/, '');
  return text === '' ? [] : text.split('\n');
}

/** The path of a folder inside of the working tree, with forward slashes, links resolved; undefined when it lies outside. */
export async function pathInside(root: string, folder: string): Promise<string | undefined> {
  const [base, inner] = await Promise.all([realpath(root), realpath(folder)]);
  const path = relative(base, inner);
  return path.startsWith('..') || resolve(base, path) !== inner ? undefined : path.split(sep).join('/');
}

function liesInRepository(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}
