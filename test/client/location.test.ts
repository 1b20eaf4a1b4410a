import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { locateWorkspace } from '../../src/client/location.ts';
import { WorkspaceLocation } from '../../src/protocol/location.ts';

describe('R6.13 where the data of a folder lives', function () {
  this.timeout(60_000);
  let top: string;
  /** A repository with one commit, under a name that paths stumble over. */
  let repository: string;
  const environment = {
    PATH: process.env['PATH'],
    HOME: os.tmpdir(),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const git = (folder: string, ...parameters: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'protocol.file.allow=always', ...parameters], {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();

  before(() => {
    top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'loom-location-')));
    repository = path.join(top, `it's a "repo" 100% été 😀`);
    fs.mkdirSync(path.join(repository, 'packages', 'deep'), { recursive: true });
    git(repository, 'init', '-q', '-b', 'main');
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'first');
  });
  after(() => fs.rmSync(top, { recursive: true, force: true }));

  const fallback = '/storage/of/the/editor';
  const inRepository = () => ({ commonDir: path.join(repository, '.git'), repositoryRoot: repository });

  /** Locates a folder, holds the answer to git's own, and compares what is not git's to say. */
  async function checkGit(folder: string, expected: { commonDir: string; repositoryRoot: string; workTreeRoot?: string }): Promise<void> {
    const before = execFileSync('find', [top], { encoding: 'utf8' });
    const location = await locateWorkspace(folder, fallback);
    assert.deepEqual(location, {
      kind: 'git',
      folder: fs.realpathSync(folder),
      dataFolder: path.join(expected.commonDir, 'session-loom'),
      ...expected,
    });
    assert.deepEqual(WorkspaceLocation.parse(location), location);
    const gitCommonDir = path.resolve(folder, git(folder, 'rev-parse', '--git-common-dir'));
    assert.equal(location.commonDir, fs.realpathSync(gitCommonDir), 'git has another common directory.');
    const isInWorkTree = git(folder, 'rev-parse', '--is-inside-work-tree') === 'true';
    assert.equal(location.workTreeRoot, isInWorkTree ? git(folder, 'rev-parse', '--show-toplevel') : undefined);
    assert.equal(execFileSync('find', [top], { encoding: 'utf8' }), before, 'Looking has written something.');
  }

  it('is the repository’s git directory, also from a folder deep in it', async () => {
    await checkGit(repository, { ...inRepository(), workTreeRoot: repository });
    await checkGit(path.join(repository, 'packages', 'deep'), { ...inRepository(), workTreeRoot: repository });
  });

  it('is the same for all worktrees of a repository', async () => {
    const worktree = path.join(top, 'repo.worktrees', 'one');
    git(repository, 'worktree', 'add', '-q', worktree);
    await checkGit(worktree, { ...inRepository(), workTreeRoot: worktree });
  });

  it('is the same through a symbolic link, to the folder or as .git', async () => {
    const link = path.join(top, 'link');
    fs.symlinkSync(repository, link);
    await checkGit(path.join(link, 'packages'), { ...inRepository(), workTreeRoot: repository });
    const other = path.join(top, 'other');
    fs.mkdirSync(other);
    fs.symlinkSync(path.join(repository, '.git'), path.join(other, '.git'));
    await checkGit(other, { ...inRepository(), repositoryRoot: other, workTreeRoot: other });
  });

  it('is a submodule’s own git directory, also from a worktree of the submodule', async () => {
    const outer = path.join(top, 'outer');
    git(top, 'init', '-q', 'outer');
    git(outer, 'submodule', '--quiet', 'add', repository, 'inner');
    const inner = path.join(outer, 'inner');
    const commonDir = path.join(outer, '.git', 'modules', 'inner');
    await checkGit(inner, { commonDir, repositoryRoot: inner, workTreeRoot: inner });
    const worktree = path.join(top, 'inner.worktrees', 'one');
    git(inner, 'worktree', 'add', '-q', worktree);
    await checkGit(worktree, { commonDir, repositoryRoot: inner, workTreeRoot: worktree });
  });

  it('is a bare repository, with and without worktrees beside it', async () => {
    const project = path.join(top, 'project');
    git(top, 'clone', '-q', '--bare', repository, path.join(project, '.bare'));
    fs.writeFileSync(path.join(project, '.git'), 'gitdir: ./.bare\n');
    const commonDir = path.join(project, '.bare');
    await checkGit(project, { commonDir, repositoryRoot: project });
    await checkGit(commonDir, { commonDir, repositoryRoot: project });
    const worktree = path.join(project, 'main tree');
    git(project, 'worktree', 'add', '-q', worktree, 'main');
    await checkGit(worktree, { commonDir, repositoryRoot: project, workTreeRoot: worktree });
    const alone = path.join(top, 'alone.git');
    git(top, 'clone', '-q', '--bare', repository, alone);
    await checkGit(alone, { commonDir: alone, repositoryRoot: alone });
    const besideAlone = path.join(top, 'beside');
    git(alone, 'worktree', 'add', '-q', besideAlone, 'main');
    await checkGit(besideAlone, { commonDir: alone, repositoryRoot: alone, workTreeRoot: besideAlone });
  });

  it('is found from within .git, and for a git directory that lies elsewhere', async () => {
    await checkGit(path.join(repository, '.git', 'hooks'), inRepository());
    const separate = path.join(top, 'separate');
    const elsewhere = path.join(top, 'elsewhere');
    git(top, 'init', '-q', `--separate-git-dir=${elsewhere}`, separate);
    await checkGit(separate, { commonDir: elsewhere, repositoryRoot: separate, workTreeRoot: separate });
  });

  it('passes over a .git folder that is none', async () => {
    const folder = path.join(repository, 'pretends');
    fs.mkdirSync(path.join(folder, '.git'), { recursive: true });
    await checkGit(folder, { ...inRepository(), workTreeRoot: repository });
  });

  it('is a folder of its own where there is no repository, or one that leads nowhere', async () => {
    const plain = path.join(top, 'plain');
    const lost = path.join(top, 'lost');
    for (const folder of [plain, lost]) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(lost, '.git'), `gitdir: ${path.join(top, 'gone')}\n`);
    for (const folder of [plain, lost]) {
      assert.deepEqual(await locateWorkspace(folder, fallback), { kind: 'plain', folder, dataFolder: path.join(folder, '.session-loom') });
      assert.throws(() => git(folder, 'rev-parse'));
      assert.equal(fs.existsSync(path.join(folder, '.session-loom')), false);
    }
  });

  it('is the editor’s storage when the place cannot be written, one folder for each', async () => {
    const locations = await Promise.all(
      [repository, path.join(repository, 'packages'), path.join(top, 'plain')].map((folder) =>
        locateWorkspace(folder, fallback, () => false),
      ),
    );
    assert.deepEqual(
      locations.map(({ kind, commonDir }) => [kind, commonDir]),
      [
        ['fallback', path.join(repository, '.git')],
        ['fallback', path.join(repository, '.git')],
        ['fallback', undefined],
      ],
    );
    const [whole, part, plain] = locations.map(({ dataFolder }) => dataFolder);
    assert.equal(path.dirname(whole ?? ''), fallback);
    assert.equal(part, whole);
    assert.notEqual(plain, whole);
    assert.match(locations[0]?.reason ?? '', /\.git cannot be written.*Make it writable/);
  });

  it('asks about the data folder when there is one, else about what it will be made in', async () => {
    const asked: string[] = [];
    const canWrite = (folder: string): boolean => asked.push(folder) > 0;
    await locateWorkspace(repository, fallback, canWrite);
    const dataFolder = path.join(repository, '.git', 'session-loom');
    fs.mkdirSync(dataFolder);
    await locateWorkspace(repository, fallback, canWrite);
    fs.rmdirSync(dataFolder);
    assert.deepEqual(asked, [path.join(repository, '.git'), dataFolder]);
  });

  it('says that the folder is gone', async () => {
    await assert.rejects(locateWorkspace(path.join(top, 'none'), fallback), { code: 'not-found' });
  });

  it('is the editor’s storage on a file system that is really read-only', function () {
    // Root passes every permission bit, but no read-only mount; mounting needs root and Linux.
    const isPermitted = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;
    if (!isPermitted) this.skip();
    const script = path.join(import.meta.dirname, '../support/locate.ts');
    const locateOn = (target: string, folder: string): unknown => {
      const command = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" "$3" "$4" /storage';
      const parameters = ['-m', 'sh', '-c', command, 'sh', target, process.execPath, script, folder];
      const { kind, commonDir } = JSON.parse(execFileSync('unshare', parameters, { encoding: 'utf8' })) as WorkspaceLocation;
      return [kind, commonDir];
    };
    const dotGit = path.join(repository, '.git');
    assert.deepEqual(locateOn(dotGit, repository), ['fallback', dotGit]);
    assert.deepEqual(locateOn(repository, path.join(repository, 'packages')), ['fallback', dotGit]);
    assert.deepEqual(locateOn(path.join(top, 'plain'), path.join(top, 'plain')), ['fallback', undefined]);
    assert.deepEqual(locateOn(path.join(top, 'plain'), repository), ['git', dotGit]);
  });
});
