import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitPort } from '../../../src/host/git/gitPort.ts';
import { machineId } from '../../../src/host/history/machine.ts';
import { Repository } from '../../../src/host/git/repository.ts';
import { Sandbox } from './sandbox.ts';

describe('R0.3 What the host asks of a repository', () => {
  let sandbox: Sandbox;
  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.dispose());

  async function open(folder: string): Promise<Repository> {
    const repository = await Repository.open(folder, sandbox.environment);
    assert.ok(repository);
    return repository;
  }

  it('HEAD, branch and the commits that appeared', async () => {
    const folder = sandbox.repository();
    const repository = await open(folder);
    const first = await repository.headOf();
    assert.equal(first, sandbox.git(folder, 'rev-parse', 'HEAD').trim());
    assert.equal(await repository.branchOf(), 'main');
    for (const name of ['two', 'three']) sandbox.git(folder, 'commit', '-q', '--allow-empty', '-m', name);
    const last = (await repository.headOf()) ?? '';
    const between = await repository.commitsBetween(first, last);
    assert.deepEqual(between, [sandbox.git(folder, 'rev-parse', 'HEAD~').trim(), last]);
    assert.equal((await repository.commitsBetween(undefined, last)).length, 3);
    assert.deepEqual(await repository.commitsBetween(last, last), []);
    assert.deepEqual(await repository.commitsBetween('--all', '--exec=x'), []);
    sandbox.git(folder, 'checkout', '-q', '--detach');
    assert.equal(await repository.branchOf(), undefined);
  });

  it('no commit yet, no repository, a bare one, a worktree, a subfolder, a submodule of none', async () => {
    const empty = await open(sandbox.repository('empty', { empty: true }));
    assert.deepEqual([await empty.headOf(), await empty.branchOf()], [undefined, 'main']);
    assert.equal(await Repository.open(sandbox.home, sandbox.environment), undefined);
    const folder = sandbox.repository();
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    const inner = await open(join(folder, 'a/b'));
    assert.deepEqual([inner.workTree, inner.commonFolder], [folder, join(folder, '.git')]);
    const linked = join(sandbox.root, 'linked');
    sandbox.git(folder, 'worktree', 'add', '-q', '-b', 'feature', linked);
    const other = await open(linked);
    assert.deepEqual([other.workTree, other.commonFolder], [linked, join(folder, '.git')]);
    assert.deepEqual([await inner.branchOf(linked), await inner.branchOf()], ['feature', 'main']);
    sandbox.git(sandbox.root, 'clone', '-q', '--bare', folder, 'bare.git');
    assert.equal((await open(join(sandbox.root, 'bare.git'))).workTree, undefined);
  });

  it('a folder that goes between two questions is said to be gone, and not that there is no git', async () => {
    const folder = sandbox.repository();
    const port = new GitPort(join(folder, 'sub'), sandbox.environment);
    mkdirSync(join(folder, 'sub'));
    assert.equal((await port.run(['rev-parse', 'HEAD'])).code, 0);
    rmSync(join(folder, 'sub'), { recursive: true });
    await assert.rejects(port.run(['rev-parse', 'HEAD']), { code: 'not-found', message: /sub is not there any more/ });
  });

  it('a question does not wait for a long piece of work', async () => {
    const folder = sandbox.repository();
    const repository = await open(folder);
    let done = 0;
    const work = Promise.all(Array.from({ length: 20 }, () => repository.text(['rev-parse', 'HEAD']).then(() => done++)));
    await repository.headOf();
    assert.ok(done < 20);
    await work;
    await repository.idle();
  });

  it('a folder that is gone, and a repository that git refuses', async () => {
    const folder = sandbox.repository();
    const repository = await open(folder);
    await assert.rejects(repository.headOf(join(folder, 'gone')), { code: 'not-found' });
    writeFileSync(join(folder, '.git/HEAD'), 'nonsense');
    await assert.rejects(Repository.open(folder, sandbox.environment), { code: 'git' });
  });

  it('a git that hangs is stopped, also when what it started goes on', async () => {
    const bin = join(sandbox.root, 'bin');
    sandbox.write('bin/git', '#!/bin/sh\n/bin/sleep 3\n', 0o755);
    const port = new GitPort(sandbox.home, { ...sandbox.environment, PATH: bin });
    await assert.rejects(port.run(['status'], { timeoutMs: 50 }), { code: 'timeout' });
  });

  it('nothing of the surroundings of git comes through', async () => {
    const folder = sandbox.repository();
    const hostile = {
      GIT_DIR: sandbox.home,
      GIT_INDEX_FILE: '/x',
      GIT_AUTHOR_NAME: 'Eve',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Eve',
      EDITOR: 'false',
    };
    const repository = await Repository.open(folder, { ...sandbox.environment, ...hostile });
    assert.ok(repository);
    assert.equal(repository.workTree, folder);
    assert.deepEqual(await repository.person(), { name: undefined, email: undefined });
  });
});

describe('R6.6 The name of a machine in the history', () => {
  let sandbox: Sandbox;
  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.dispose());

  it('is drawn once, also by many at once, and tells nothing', async () => {
    const file = join(sandbox.root, 'config', 'session-loom', 'machine');
    const ids = new Set(await Promise.all(Array.from({ length: 8 }, () => machineId(file))));
    assert.equal(ids.size, 1);
    assert.match([...ids][0] ?? '', /^[0-9a-z]{10}$/);
    assert.equal(await machineId(file), [...ids][0]);
    writeFileSync(file, '../../evil\n');
    const again = await machineId(file);
    assert.match(again, /^[0-9a-z]{10}$/);
    assert.equal(readFileSync(file, 'utf8'), `${again}\n`);
  });
});
