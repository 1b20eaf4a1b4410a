import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A folder for one test with a home of its own, in which git knows nobody but who the test makes it know. */
export class Sandbox {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'loom-git-')));
  readonly home = join(this.root, 'home');
  readonly environment: NodeJS.ProcessEnv;

  constructor() {
    mkdirSync(this.home);
    this.environment = { PATH: process.env['PATH'], HOME: this.home, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
    this.git(this.root, 'config', '--global', 'init.defaultBranch', 'main');
  }

  /** Runs the git of a user, who has a name, and gives what it printed. */
  git(cwd: string, ...args: readonly string[]): string {
    return execFileSync('git', args, { cwd, env: this.#user, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async gitLater(cwd: string, ...args: readonly string[]): Promise<string> {
    return (await execute('git', args, { cwd, env: this.#user, encoding: 'utf8' })).stdout;
  }

  get #user(): NodeJS.ProcessEnv {
    const who = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
    };
    return { ...this.environment, ...who };
  }

  write(file: string, text: string, mode?: number): string {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (mode !== undefined) chmodSync(path, mode);
    return path;
  }

  /** A repository, with one commit unless it is to be empty. */
  repository(name = 'project', { empty = false } = {}): string {
    const folder = join(this.root, name);
    mkdirSync(folder, { recursive: true });
    this.git(folder, 'init', '-q');
    if (!empty) {
      writeFileSync(join(folder, 'a.txt'), 'one\n');
      this.git(folder, 'add', '.');
      this.git(folder, 'commit', '-q', '-m', 'first');
    }
    return folder;
  }

  /** Makes every hook of a repository leave a trace and fail, and sets a monitor, a diff, a filter and a text conversion that leave one too. */
  makeHostile(folder: string): string {
    const trace = join(this.root, 'trace');
    const common = this.git(folder, 'rev-parse', '--path-format=absolute', '--git-common-dir').trim();
    const bad = this.write('bad.sh', `#!/bin/sh\necho "$0 $@" >> '${trace}'\nexit 1\n`, 0o755);
    for (const hook of [
      'pre-commit',
      'commit-msg',
      'prepare-commit-msg',
      'post-commit',
      'post-index-change',
      'reference-transaction',
      'post-rewrite',
      'pre-auto-gc',
      'fsmonitor-watchman',
    ]) {
      mkdirSync(join(common, 'hooks'), { recursive: true });
      writeFileSync(join(common, 'hooks', hook), `#!/bin/sh\necho ${hook} >> '${trace}'\nexit 1\n`, { mode: 0o755 });
    }
    const settings = {
      'core.fsmonitor': bad,
      'diff.external': bad,
      'diff.bad.textconv': bad,
      'filter.bad.clean': bad,
      'filter.bad.smudge': bad,
      'core.pager': bad,
      'core.editor': bad,
      'core.sshCommand': bad,
    };
    for (const [name, value] of Object.entries(settings)) this.git(folder, 'config', name, value);
    return trace;
  }

  /** All by which a user would notice that something had touched their repository. */
  stateOf(folder: string): Readonly<Record<string, string>> {
    const plain = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
    const gitDir = this.git(folder, 'rev-parse', '--absolute-git-dir').trim();
    const common = this.git(folder, 'rev-parse', '--path-format=absolute', '--git-common-dir').trim();
    const logs = join(common, 'logs');
    const index = join(gitDir, 'index');
    return {
      index: existsSync(index) ? readFileSync(index).toString('base64') + String(statSync(index).mtimeMs) : 'none',
      head: readFileSync(join(gitDir, 'HEAD'), 'utf8'),
      refs: this.git(folder, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags', 'refs/remotes', 'refs/stash'),
      reflogs: filesIn(logs)
        .map((file) => `${file}\n${readFileSync(file, 'utf8')}`)
        .join('\n'),
      hooks: filesIn(join(common, 'hooks')).join('\n'),
      config: readFileSync(join(common, 'config'), 'utf8'),
      files: filesIn(folder)
        .filter((file) => !file.includes('/.git/') && !file.includes('/.session-loom/'))
        .map((file) => `${file} ${readFileSync(file, 'utf8')}`)
        .join('\n'),
      gitFiles: readdirSync(gitDir)
        .filter((name) => name !== 'objects')
        .sort()
        .join('\n'),
      status: this.git(folder, '--no-optional-locks', ...plain, 'status', '--porcelain=v2', '--branch', '--untracked-files=all'),
    };
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
