import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHead } from '../../../src/host/git/headFile.ts';
import { Repository } from '../../../src/host/git/repository.ts';
import { Sandbox } from './sandbox.ts';

describe('R0.3 HEAD, read without git', () => {
  let sandbox: Sandbox;
  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.dispose());

  it('names the branch that git names: in a folder of it, in a linked worktree, before the first commit, with slashes', () => {
    const folder = sandbox.repository();
    const linked = join(sandbox.root, 'linked');
    sandbox.git(folder, 'worktree', 'add', '-q', '-b', 'feature/one', linked);
    mkdirSync(join(linked, 'a/b'), { recursive: true });
    symlinkSync(join(linked, 'a'), join(folder, 'into'));
    assert.deepEqual(readHead(folder), { branch: 'main' });
    assert.deepEqual(readHead(join(linked, 'a/b')), { branch: 'feature/one' });
    assert.deepEqual(readHead(join(folder, 'into')), { branch: 'feature/one' });
    assert.deepEqual(readHead(sandbox.repository('empty', { empty: true })), { branch: 'main' });
    sandbox.git(folder, 'checkout', '-q', '--detach');
    assert.deepEqual(readHead(folder), { branch: undefined });
  });

  it('leaves to git what a file does not say: a name that a tag has too, loose or packed, another storage, a git folder, no repository', async () => {
    const folder = sandbox.repository();
    const repository = await Repository.open(folder, sandbox.environment);
    sandbox.git(folder, 'tag', 'main');
    assert.equal(readHead(folder), undefined);
    sandbox.git(folder, 'pack-refs', '--all');
    assert.equal(readHead(folder), undefined);
    assert.equal(await repository?.branchOf(), 'heads/main');
    sandbox.git(folder, 'tag', '-d', 'main');
    assert.equal(await repository?.branchOf(), 'main');
    const head = join(folder, '.git/HEAD');
    writeFileSync(head, 'ref: refs/heads/.invalid\n');
    assert.equal(readHead(folder), undefined);
    rmSync(head);
    symlinkSync('refs/heads/main', head);
    assert.equal(readHead(folder), undefined);
    const inner = join(folder, '.git/inner');
    sandbox.git(sandbox.root, 'init', '-q', '--bare', inner);
    assert.equal(readHead(inner), undefined);
    assert.equal(readHead(sandbox.home), undefined);
  });
});
