import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Repository } from '../../../src/host/git/repository.ts';
import { commitSpecs, specCandidates } from '../../../src/host/history/specCommit.ts';
import { specMessage } from '../../../src/host/history/specMessage.ts';
import { updateUserIndex } from '../../../src/host/history/userIndex.ts';
import { specPlaceOf } from '../../../src/host/history/specPlace.ts';
import { LoomError } from '../../../src/base/errors.ts';
import { Sandbox } from '../git/sandbox.ts';

describe('R0.5 Commit Spec Documents', () => {
  let sandbox: Sandbox;
  const temporary = process.env['TMPDIR'];
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.git(sandbox.root, 'config', '--global', 'user.name', 'Ada');
    sandbox.git(sandbox.root, 'config', '--global', 'user.email', 'ada@example.org');
  });
  afterEach(() => {
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
    sandbox.dispose();
  });

  async function open(folder: string): Promise<Repository> {
    const repository = await Repository.open(folder, sandbox.environment);
    assert.ok(repository);
    return repository;
  }

  function put(folder: string, path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  /** A repository with two committed specs. */
  function project(name = 'project'): string {
    const folder = sandbox.repository(name);
    put(folder, 'specs/login/tasks.md', '- [ ] 1 one\n- [ ] 2 two\n- [ ] 3 three\n- [ ] 4 four\n');
    put(folder, 'specs/old/design.md', 'old\n');
    sandbox.git(folder, 'add', '.');
    sandbox.git(folder, 'commit', '-q', '-m', 'specs');
    return folder;
  }

  async function commitAll(repository: Repository, folder: string): Promise<string> {
    const { files, message } = await specCandidates(repository, folder);
    return (await commitSpecs(repository, { folder, paths: files.map(({ path }) => path), message })).commit;
  }

  const status = (folder: string): readonly string[] =>
    sandbox
      .git(folder, '-c', 'core.fsmonitor=false', 'status', '--porcelain', '--untracked-files=all')
      .split('\n')
      .filter((line) => line !== '');
  const committed = (folder: string, of = 'HEAD'): readonly string[] =>
    sandbox
      .git(folder, '-c', 'core.quotePath=false', 'show', '--format=', '--name-status', '--no-renames', '--no-ext-diff', of)
      .trim()
      .split('\n');

  it('lists what is new, changed, deleted and renamed, with the lines, and leaves no trace', async () => {
    const folder = project();
    put(folder, 'specs/login/tasks.md', '- [x] 1 one\n- [ ] 2 two\n- [ ] 3 three\n- [ ] 4 four\n- [ ] 5 five\n');
    put(folder, 'specs/new/requirements.md', 'a\nb\n');
    put(folder, '.kiro/specs/pay/design.md', 'c\n');
    put(folder, 'elsewhere.md', 'not a spec\n');
    mkdirSync(join(folder, 'specs/moved'));
    renameSync(join(folder, 'specs/old/design.md'), join(folder, 'specs/moved/design.md'));
    const before = sandbox.stateOf(folder);
    const objects = readdirSync(join(folder, '.git/objects'), { recursive: true }).length;
    const scratch = join(sandbox.root, 'tmp');
    mkdirSync(scratch);
    process.env['TMPDIR'] = scratch;
    const repository = await open(folder);
    assert.deepEqual(await specCandidates(repository, folder), {
      branch: 'main',
      files: [
        { path: '.kiro/specs/pay/design.md', change: 'added', added: 1, removed: 0 },
        { path: 'specs/login/tasks.md', change: 'modified', added: 2, removed: 1 },
        { path: 'specs/moved/design.md', change: 'renamed', added: 0, removed: 0 },
        { path: 'specs/new/requirements.md', change: 'added', added: 2, removed: 0 },
      ],
      message: 'docs(specs): update 4 specs\n\nTests: none; only documents changed\nValidation: the files were listed and chosen by hand\n',
      leftOut: [],
    });
    assert.deepEqual(sandbox.stateOf(folder), before);
    assert.equal(readdirSync(join(folder, '.git/objects'), { recursive: true }).length, objects);
    assert.equal(tmpdir(), scratch);
    assert.deepEqual(readdirSync(scratch), []);
  });

  it('commits exactly the chosen files on the current branch, by the user, with both reflogs', async () => {
    const folder = project();
    put(folder, 'specs/login/tasks.md', 'new\n');
    put(folder, 'specs/new/requirements.md', 'a\n');
    put(folder, 'specs/not-chosen/design.md', 'x\n');
    rmSync(join(folder, 'specs/old/design.md'));
    const repository = await open(folder);
    const paths = ['specs/login/tasks.md', 'specs/new/requirements.md', 'specs/old/design.md'];
    const { commit, skippedHooks } = await commitSpecs(repository, { folder, paths, message: 'docs(specs): all of it' });
    assert.equal(sandbox.git(folder, 'rev-parse', 'main').trim(), commit);
    assert.deepEqual(committed(folder), ['M\tspecs/login/tasks.md', 'A\tspecs/new/requirements.md', 'D\tspecs/old/design.md']);
    assert.equal(sandbox.git(folder, 'log', '-1', '--format=%an %ae|%cn'), 'Ada ada@example.org|Ada\n');
    assert.match(sandbox.git(folder, 'log', '-1', '--format=%B'), /^docs\(specs\): all of it\n\nTests: .+\nValidation: .+\n/);
    for (const name of ['HEAD', 'main']) assert.match(sandbox.git(folder, 'reflog', '-1', name), /commit: docs\(specs\): all of it/);
    assert.deepEqual(status(folder), ['?? specs/not-chosen/design.md']);
    assert.deepEqual(skippedHooks, []);
    sandbox.git(folder, 'fsck', '--strict');
  });

  it('a renamed file takes its old name along', async () => {
    const folder = project();
    mkdirSync(join(folder, 'specs/moved'));
    renameSync(join(folder, 'specs/old/design.md'), join(folder, 'specs/moved/design.md'));
    await commitSpecs(await open(folder), { folder, paths: ['specs/moved/design.md'], message: 'docs(specs): move' });
    assert.deepEqual(committed(folder), ['A\tspecs/moved/design.md', 'D\tspecs/old/design.md']);
    assert.deepEqual(status(folder), []);
  });

  it('everything else stays staged or unstaged, also what is staged in part, meant to be added, or assumed unchanged', async () => {
    const folder = project();
    for (const name of ['part.txt', 'staged.txt', 'gone.txt', 'assumed.txt', 'name.txt'])
      writeFileSync(join(folder, name), `${name}\n2\n3\n4\n5\n`);
    sandbox.git(folder, 'add', '.');
    sandbox.git(folder, 'commit', '-q', '-m', 'more');
    writeFileSync(join(folder, 'part.txt'), 'staged\n2\n3\n4\n5\n');
    writeFileSync(join(folder, 'staged.txt'), 'staged\n');
    sandbox.git(folder, 'add', 'part.txt', 'staged.txt');
    writeFileSync(join(folder, 'part.txt'), 'staged\n2\n3\n4\nunstaged\n');
    sandbox.git(folder, 'rm', '-q', 'gone.txt');
    sandbox.git(folder, 'mv', 'name.txt', 'renamed.txt');
    sandbox.git(folder, 'update-index', '--assume-unchanged', 'assumed.txt');
    writeFileSync(join(folder, 'assumed.txt'), 'changed\n');
    writeFileSync(join(folder, 'intent.txt'), 'intent\n');
    sandbox.git(folder, 'add', '-N', 'intent.txt');
    writeFileSync(join(folder, 'untracked.txt'), 'x\n');
    put(folder, 'specs/login/tasks.md', 'staged spec\n');
    sandbox.git(folder, 'add', 'specs');
    put(folder, 'specs/login/tasks.md', 'the spec as it is on the disk\n');
    const others = (): readonly string[] => [
      ...status(folder).filter((line) => !line.includes('specs/')),
      ...sandbox.git(folder, 'ls-files', '-v', '--stage', '--', ':!specs').split('\n'),
      sandbox.git(folder, 'diff', '--', ':!specs'),
      sandbox.git(folder, 'diff', '--cached', '--', ':!specs'),
    ];
    const before = others();
    const commit = await commitAll(await open(folder), folder);
    assert.deepEqual(others(), before);
    assert.deepEqual(committed(folder), ['M\tspecs/login/tasks.md']);
    assert.equal(sandbox.git(folder, 'show', `${commit}:specs/login/tasks.md`), 'the spec as it is on the disk\n');
    assert.deepEqual(
      status(folder).filter((line) => line.includes('specs/')),
      [],
    );
  });

  it('no hook and no program of the repository runs, and the skipped hooks are named', async () => {
    const folder = project();
    const trace = sandbox.makeHostile(folder);
    put(folder, '.gitattributes', '*.md diff=bad\n');
    put(folder, 'specs/login/tasks.md', 'new\n');
    const repository = await open(folder);
    const { skippedHooks } = await commitSpecs(repository, { folder, paths: ['specs/login/tasks.md'], message: 'docs(specs): x' });
    assert.ok(!existsSync(trace), 'a hook or a program of the repository ran');
    assert.deepEqual(skippedHooks, ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit']);
  });

  it('files that a filter changes on their way in are left to the person', async () => {
    const folder = project();
    const trace = sandbox.makeHostile(folder);
    put(folder, '.gitattributes', 'specs/secret/** filter=bad\n');
    put(folder, 'specs/secret/design.md', 'plain\n');
    put(folder, 'specs/login/tasks.md', 'new\n');
    const repository = await open(folder);
    const { files, leftOut } = await specCandidates(repository, folder);
    assert.deepEqual([files.map(({ path }) => path), leftOut], [['specs/login/tasks.md'], ['specs/secret/design.md']]);
    await assert.rejects(commitSpecs(repository, { folder, paths: ['specs/secret/design.md'], message: 'x' }), { code: 'conflict' });
    assert.ok(!existsSync(trace));
  });

  it('line ends are turned as the repository wants it', async () => {
    const folder = project();
    sandbox.git(folder, 'config', 'core.autocrlf', 'true');
    put(folder, 'specs/login/design.md', 'a\r\nb\r\n');
    const commit = await commitAll(await open(folder), folder);
    assert.equal(sandbox.git(folder, 'cat-file', 'blob', `${commit}:specs/login/design.md`), 'a\nb\n');
    assert.deepEqual(status(folder), []);
  });

  it('paths with spaces, quotes, backslashes, line ends, other letters, an emoji and the signs of patterns', async () => {
    const folder = project();
    const names = ['a b', `it's "q"`, 'back\\slash', 'ünïcode', 'ログイン', '🎉', '*', '[x]', ':(top)', '-n', '!not', 'new\nline'];
    for (const name of names) put(folder, `specs/${name}/tasks.md`, `${name}\n`);
    const repository = await open(folder);
    const { files } = await specCandidates(repository, folder);
    assert.deepEqual(files.map(({ path }) => path).sort(), names.map((name) => `specs/${name}/tasks.md`).sort());
    await commitSpecs(repository, { folder, paths: ['specs/*/tasks.md'], message: 'docs(specs): star' });
    assert.deepEqual(committed(folder), ['A\tspecs/*/tasks.md']);
    await commitAll(repository, folder);
    assert.deepEqual(status(folder), []);
    assert.equal(sandbox.git(folder, 'ls-files', '-z', 'specs').split('\0').length, names.length + 3);
  });

  it('a workspace that is a subfolder of the repository', async () => {
    const folder = project('mono repo');
    put(folder, 'packages/web/specs/shop/tasks.md', 'x\n');
    put(folder, 'specs/root/tasks.md', 'x\n');
    const repository = await open(folder);
    const web = join(folder, 'packages/web');
    assert.deepEqual(
      (await specCandidates(repository, web)).files.map(({ path }) => path),
      ['specs/shop/tasks.md'],
    );
    await commitAll(repository, web);
    assert.deepEqual(committed(folder), ['A\tpackages/web/specs/shop/tasks.md']);
    assert.deepEqual(status(folder), ['?? specs/root/tasks.md']);
    await assert.rejects(commitSpecs(repository, { folder: web, paths: ['../../specs/root/tasks.md'], message: 'x' }), {
      code: 'conflict',
    });
    await assert.rejects(commitSpecs(repository, { folder: web, paths: ['../../a.txt'], message: 'x' }), { code: 'conflict' });
  });

  it('a linked worktree commits on its own branch', async () => {
    const folder = project();
    const linked = join(sandbox.root, 'linked');
    sandbox.git(folder, 'worktree', 'add', '-q', '-b', 'feature', linked);
    put(linked, 'specs/login/tasks.md', 'linked\n');
    const before = sandbox.stateOf(folder);
    const commit = await commitAll(await open(folder), linked);
    assert.equal(sandbox.git(folder, 'rev-parse', 'feature').trim(), commit);
    assert.deepEqual(status(linked), []);
    assert.deepEqual({ ...sandbox.stateOf(folder), refs: '', reflogs: '' }, { ...before, refs: '', reflogs: '' });
  });

  it('a repository without a commit gets its first one', async () => {
    const folder = sandbox.repository('empty', { empty: true });
    put(folder, 'specs/login/tasks.md', 'x\n');
    put(folder, 'a.txt', 'staged\n');
    sandbox.git(folder, 'add', 'a.txt');
    await commitAll(await open(folder), folder);
    assert.deepEqual(committed(folder), ['A\tspecs/login/tasks.md']);
    assert.deepEqual(status(folder), ['A  a.txt']);
    assert.match(sandbox.git(folder, 'reflog', '-1'), /commit \(initial\): docs\(specs\): add login/);
  });

  it('a split index is kept as one', async () => {
    const folder = project();
    sandbox.git(folder, 'config', 'core.splitIndex', 'true');
    sandbox.git(folder, 'update-index', '--split-index');
    writeFileSync(join(folder, 'a.txt'), 'staged\n');
    sandbox.git(folder, 'add', 'a.txt');
    put(folder, 'specs/login/tasks.md', 'new\n');
    await commitAll(await open(folder), folder);
    assert.deepEqual(status(folder), ['M  a.txt']);
  });

  it('a file where a folder was, and a folder where a file was', async () => {
    const folder = project();
    rmSync(join(folder, 'specs/old'), { recursive: true });
    writeFileSync(join(folder, 'specs/old'), 'now a file\n');
    rmSync(join(folder, 'specs/login/tasks.md'));
    put(folder, 'specs/login/tasks.md/part.md', 'x\n');
    await commitAll(await open(folder), folder);
    assert.deepEqual(status(folder), []);
    sandbox.git(folder, 'fsck', '--strict');
  });

  describe('refuses, and leaves all as it is', () => {
    async function checkRefused(folder: string, code: string, message: RegExp, paths = ['specs/login/tasks.md']): Promise<void> {
      const before = sandbox.stateOf(folder);
      await assert.rejects(commitSpecs(await open(folder), { folder, paths, message: 'docs(specs): x' }), (error) => {
        assert.ok(error instanceof LoomError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(sandbox.stateOf(folder), before);
    }

    it('a detached HEAD, which the list shows by naming no branch', async () => {
      const folder = project();
      sandbox.git(folder, 'checkout', '-q', '--detach');
      put(folder, 'specs/login/tasks.md', 'new\n');
      const listed = await specCandidates(await open(folder), folder);
      assert.equal(listed.branch, undefined);
      assert.equal(listed.files.length, 1);
      await checkRefused(folder, 'not-allowed', /detached.+Switch to a branch/);
    });

    it('a merge, a rebase and a cherry-pick in progress', async () => {
      for (const [index, command] of ['merge', 'rebase', 'cherry-pick'].entries()) {
        const folder = project(`project${index}`);
        sandbox.git(folder, 'checkout', '-q', '-b', 'other');
        writeFileSync(join(folder, 'a.txt'), 'other\n');
        sandbox.git(folder, 'commit', '-q', '-am', 'other');
        sandbox.git(folder, 'checkout', '-q', 'main');
        writeFileSync(join(folder, 'a.txt'), 'main\n');
        sandbox.git(folder, 'commit', '-q', '-am', 'main');
        assert.throws(() => sandbox.git(folder, command, 'other'));
        put(folder, 'specs/login/tasks.md', 'new\n');
        await checkRefused(folder, 'conflict', /in progress. Finish it/);
      }
    });

    it('an index that another git command has locked', async () => {
      const folder = project();
      put(folder, 'specs/login/tasks.md', 'new\n');
      writeFileSync(join(folder, '.git/index.lock'), 'theirs');
      await checkRefused(folder, 'conflict', /Another git command is running/);
      assert.equal(readFileSync(join(folder, '.git/index.lock'), 'utf8'), 'theirs');
    });

    it('a path without a change, a path that is no spec document, an empty message, a folder without git', async () => {
      const folder = project();
      put(folder, 'b.txt', 'new\n');
      await checkRefused(folder, 'conflict', /no changed spec document/);
      await checkRefused(folder, 'conflict', /no changed spec document/, ['b.txt']);
      await assert.rejects(commitSpecs(await open(folder), { folder, paths: ['x'], message: ' \u200b ' }), { code: 'invalid-input' });
      await assert.rejects(specCandidates(await open(folder), sandbox.home), { code: 'git' });
    });

    it('a user whom git does not know', async () => {
      const folder = project();
      sandbox.git(folder, 'config', '--global', '--unset', 'user.email');
      put(folder, 'specs/login/tasks.md', 'new\n');
      await checkRefused(folder, 'git', /git config --global user\.name/);
    });

    it('a commit that is to be signed and cannot be', async () => {
      const folder = project();
      sandbox.git(folder, 'config', 'commit.gpgSign', 'true');
      sandbox.git(folder, 'config', 'gpg.program', sandbox.write('no-gpg', '#!/bin/sh\nexit 1\n', 0o755));
      put(folder, 'specs/login/tasks.md', 'new\n');
      await checkRefused(folder, 'git', /could not be made or signed/);
    });
  });

  it('a commit that is to be signed is signed', async () => {
    const folder = project();
    sandbox.git(folder, 'config', 'commit.gpgSign', 'true');
    const script =
      '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\nprintf -- "-----BEGIN PGP SIGNATURE-----\\n\\nxyz\\n-----END PGP SIGNATURE-----\\n"\n';
    sandbox.git(folder, 'config', 'gpg.program', sandbox.write('gpg', script, 0o755));
    put(folder, 'specs/login/tasks.md', 'new\n');
    const commit = await commitAll(await open(folder), folder);
    assert.match(sandbox.git(folder, 'cat-file', 'commit', commit), /^gpgsig -----BEGIN PGP SIGNATURE-----$/m);
  });

  it('a branch that moved meanwhile: the index and the lock are as before', async () => {
    const folder = project();
    const repository = await open(folder);
    const place = await specPlaceOf(repository, folder);
    const before = sandbox.stateOf(folder);
    const entries = [{ path: 'specs/old/design.md', mode: '0', id: undefined }];
    const scratch = join(sandbox.root, 'scratch');
    mkdirSync(scratch);
    const moved = updateUserIndex(repository, place, { entries, scratch, move: () => Promise.reject(new LoomError('conflict', 'moved')) });
    await assert.rejects(moved, { message: 'moved' });
    assert.deepEqual(sandbox.stateOf(folder), before);
  });

  it('a user who stages all the time loses nothing of it', async function () {
    this.timeout(60_000);
    const folder = project();
    const repository = await open(folder);
    const ours = new AbortController();
    const staged: string[] = [];
    const user = (async () => {
      while (!ours.signal.aborted) {
        const name = `file${staged.length}.txt`;
        writeFileSync(join(folder, name), 'x\n');
        // Our lock is there for a moment; a user would press the key again.
        for (let done = false; !done;)
          done = await sandbox.gitLater(folder, 'add', name).then(
            () => true,
            () => false,
          );
        staged.push(name);
      }
    })();
    let made = 0;
    for (let index = 0; index < 8; index++) {
      put(folder, 'specs/login/tasks.md', `${index}\n`);
      for (let done = false; !done;) {
        done = await commitAll(repository, folder).then(
          () => true,
          (error: unknown) => {
            assert.ok(error instanceof LoomError && error.code === 'conflict', String(error));
            return false;
          },
        );
      }
      made++;
    }
    ours.abort();
    await user;
    assert.equal(sandbox.git(folder, 'rev-list', '--count', 'HEAD').trim(), String(made + 2));
    assert.deepEqual([...status(folder)].sort(), staged.map((name) => `A  ${name}`).sort());
  });

  it('the message names the specs, and counts many', () => {
    const of = (change: 'added' | 'modified' | 'deleted' | 'renamed', ...paths: readonly string[]): string =>
      specMessage(paths.map((path) => ({ path, change }))).split('\n')[0] ?? '';
    assert.equal(of('added', 'specs/login/tasks.md', 'specs/login/design.md'), 'docs(specs): add login');
    assert.equal(of('modified', 'specs/b/x.md', '.kiro/specs/a/x.md'), 'docs(specs): update a, b');
    assert.equal(of('deleted', 'specs/overview.md'), 'docs(specs): remove overview');
    assert.equal(of('renamed', ...['a', 'b', 'c', 'd'].map((name) => `specs/${name}/x.md`)), 'docs(specs): move 4 specs');
    assert.equal(of('added', `specs/${'x'.repeat(100)}/x.md`), 'docs(specs): add 1 spec');
  });
});
