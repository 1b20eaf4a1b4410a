import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeBack } from '../../../src/host/worktrees/applyTree.ts';
import type { BringRequest } from '../../../src/host/worktrees/bringCommits.ts';
import { carryOutCommits, catchUp, commitAll, planCommits } from '../../../src/host/worktrees/bringCommits.ts';
import { applyWorktree, planApply } from '../../../src/host/worktrees/bringTree.ts';
import { bytesAt, changesOf, countOf } from '../../../src/host/worktrees/changes.ts';
import type { Repository } from '../../../src/host/git/repository.ts';
import type { WorktreeRecord } from '../../../src/host/worktrees/records.ts';
import { Place } from './place.ts';

describe('R3.3 The changes of a worktree come back', () => {
  let place: Place;
  let record: WorktreeRecord;
  let repository: Repository;
  let staging: string;

  beforeEach(async () => {
    place = new Place();
    place.write('many.txt', '1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    place.write('old.txt', 'old\n');
    place.git('config', 'user.name', 'Ada');
    place.git('config', 'user.email', 'ada@example.org');
    place.git('add', '.');
    place.git('commit', '-qm', 'more');
    record = await place.make();
    ({ repository } = await place.worktrees.ground());
    staging = place.worktrees.records.folder;
  });
  afterEach(() => place.dispose());

  const put = (name: string, text: string): void => writeFileSync(join(record.path, name), text);
  const commit = (text: string): string => {
    place.gitIn(record.path, 'add', '-A');
    place.gitIn(record.path, 'commit', '-qm', text);
    return place.gitIn(record.path, 'rev-parse', 'HEAD');
  };
  const bringing = (way: BringRequest['way']): BringRequest => ({
    path: record.path,
    branch: record.branch,
    base: 'main',
    way,
    runsFilters: false,
  });
  const applying = () => ({ worktree: record, target: place.folder, runsFilters: false });

  it('all that differs from the base counts: committed, uncommitted, untracked; what the base got meanwhile does not', async () => {
    put('a.txt', 'one\ntwo\n');
    commit('two');
    put('many.txt', '1\n2\n3\n4\n5\n6\n7\n8\n9\nten\n');
    rmSync(join(record.path, 'old.txt'));
    put('new.txt', 'x\ny');
    place.write('elsewhere.txt', 'of main\n');
    place.git('add', '.');
    place.git('commit', '-qm', 'main goes on');
    const changes = await changesOf(repository, record);
    assert.deepEqual(
      changes.files.map(({ path, change, added, removed }) => `${change} ${path} +${String(added)} -${String(removed)}`),
      ['modified a.txt +1 -0', 'modified many.txt +1 -0', 'added new.txt +2 -0', 'deleted old.txt +0 -1'],
    );
    assert.deepEqual([countOf(changes), changes.commits], [{ files: 4, added: 4, removed: 1 }, 1]);
    assert.equal((await bytesAt(repository, changes.base, 'old.txt'))?.toString(), 'old\n');
  });

  it('applying keeps what is in the folder, also in the same file, and touches neither index nor HEAD', async () => {
    put('many.txt', 'one\n2\n3\n4\n5\n6\n7\n8\n9\n');
    commit('one');
    mkdirSync(join(record.path, 'new'));
    put('new/deep.txt', 'new\n'.repeat(2));
    rmSync(join(record.path, 'old.txt'));
    place.write('many.txt', '1\n2\n3\n4\n5\n6\n7\n8\nnine\n');
    place.write('mine.txt', 'mine\n');
    place.git('add', 'mine.txt');
    const index = readFileSync(join(place.folder, '.git/index'));
    const head = place.git('rev-parse', 'HEAD');
    assert.deepEqual([...(await applyWorktree(repository, applying(), staging))].sort(), ['many.txt', 'new/deep.txt', 'old.txt']);
    assert.equal(readFileSync(join(place.folder, 'many.txt'), 'utf8'), 'one\n2\n3\n4\n5\n6\n7\n8\nnine\n');
    assert.equal(readFileSync(join(place.folder, 'new/deep.txt'), 'utf8'), 'new\nnew\n');
    assert.ok(!existsSync(join(place.folder, 'old.txt')));
    assert.deepEqual(readFileSync(join(place.folder, '.git/index')), index);
    assert.equal(place.git('rev-parse', 'HEAD'), head);
    assert.deepEqual(await applyWorktree(repository, applying(), staging), []);
    assert.ok(!existsSync(join(staging, 'applying')));
  });

  it('a conflict is named first, and nothing is applied', async () => {
    put('a.txt', 'theirs\n');
    put('other.txt', 'fits\n');
    place.write('a.txt', 'ours\n');
    assert.deepEqual((await planApply(repository, applying())).conflicts, ['a.txt']);
    await assert.rejects(applyWorktree(repository, applying(), staging), { code: 'conflict', data: { conflicts: ['a.txt'] } });
    assert.equal(place.git('status', '--porcelain').trim(), 'M a.txt');
    assert.equal((await planCommits(repository, { ...bringing('merge') })).problem?.includes('uncommitted changes'), true);
  });

  it('a kill while it is applied puts the old files back at the next start', async () => {
    const half = join(staging, 'applying');
    mkdirSync(join(half, 'new'), { recursive: true });
    mkdirSync(join(half, 'old'));
    renameSync(join(place.folder, 'a.txt'), join(half, 'old/0'));
    place.write('a.txt', 'new text\n');
    place.write('b.txt', 'made by it\n');
    place.write('c.txt', 'of the person\n');
    writeFileSync(join(half, 'new/c.txt'), 'not put there yet');
    const files = [
      { path: 'a.txt', wasThere: true },
      { path: 'b.txt', wasThere: false },
      { path: 'c.txt', wasThere: false },
    ];
    writeFileSync(join(half, 'manifest.json'), JSON.stringify({ root: place.folder, files }));
    assert.equal(await takeBack(half), place.folder);
    assert.equal(readFileSync(join(place.folder, 'a.txt'), 'utf8'), 'one\n');
    assert.deepEqual(
      readdirSync(place.folder).filter((name) => /^[bc]\.txt$/.test(name)),
      ['c.txt'],
    );
  });

  it('merge, squash and rebase move the base branch, with its files where it is checked out, and run no hook', async () => {
    const trace = place.sandbox.makeHostile(place.folder);
    for (const hook of ['post-merge', 'post-checkout', 'pre-merge-commit'])
      place.write(`.git/hooks/${hook}`, `#!/bin/sh\necho ${hook} >> '${trace}'\nexit 1\n`, 0o755);
    const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
    const commitQuietly = (cwd: string, text: string): void => {
      place.gitIn(cwd, ...quiet, 'add', '-A');
      place.gitIn(cwd, ...quiet, 'commit', '-qm', text);
    };
    for (const [way, name] of [
      ['rebase', 'r'],
      ['merge', 'm'],
      ['squash', 's'],
    ] as const) {
      put(`${name}1.txt`, '1\n');
      commitQuietly(record.path, `${name} one`);
      put(`${name}2.txt`, '2\n');
      commitQuietly(record.path, `${name} two`);
      place.write(`main-${name}.txt`, 'main\n');
      commitQuietly(place.folder, `main before ${name}`);
      const plan = await planCommits(repository, bringing(way));
      assert.deepEqual([plan.conflicts, plan.problem, plan.files], [[], undefined, [`${name}1.txt`, `${name}2.txt`]]);
      const done = await carryOutCommits(repository, bringing(way), plan, undefined);
      assert.equal(place.git(...quiet, 'rev-parse', 'HEAD'), done);
      assert.equal(place.git(...quiet, 'status', '--porcelain'), '');
      assert.ok(existsSync(join(place.folder, `${name}2.txt`)));
      await catchUp(repository, record.path, done);
      assert.equal((await changesOf(repository, record)).files.length, 0);
    }
    assert.deepEqual(
      place
        .git(...quiet, 'log', '--first-parent', '--format=%an %s')
        .split('\n')
        .slice(0, 7),
      [
        'Ada Squash loom/fix-the-login',
        'Ada main before s',
        "Ada Merge branch 'loom/fix-the-login' into main",
        'Ada main before m',
        'Ada r two',
        'Ada r one',
        'Ada main before r',
      ],
    );
    assert.equal(existsSync(trace) ? readFileSync(trace, 'utf8') : '', '');
  });

  it('a base that is checked out nowhere moves alone; one with changes, or a conflict, stays as it is', async () => {
    put('a.txt', 'theirs\n');
    const made = await commitAll(repository, record.path, 'All of it');
    assert.equal(place.gitIn(record.path, 'status', '--porcelain'), '');
    assert.equal(place.gitIn(record.path, 'log', '-1', '--format=%an %s'), 'Ada All of it');
    place.git('checkout', '-q', '-b', 'elsewhere');
    place.write('mine.txt', 'mine\n');
    const plan = await planCommits(repository, bringing('merge'));
    assert.equal(plan.holder, undefined);
    assert.equal(await carryOutCommits(repository, bringing('merge'), plan, undefined), made);
    assert.equal(place.git('rev-parse', 'main'), made);
    assert.equal(place.git('status', '--porcelain'), '?? mine.txt');
    put('many.txt', 'x\n');
    commit('more');
    place.git('checkout', '-q', 'main');
    place.write('many.txt', 'changed\n');
    assert.match((await planCommits(repository, bringing('squash'))).problem ?? '', /has uncommitted changes/);
    place.git('commit', '-qam', 'in the way');
    for (const way of ['merge', 'squash', 'rebase'] as const)
      assert.deepEqual((await planCommits(repository, bringing(way))).conflicts, ['many.txt'], way);
    assert.equal(place.git('log', '-1', '--format=%s'), 'in the way');
  });
});
