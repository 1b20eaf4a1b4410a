import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorktreeRecord } from '../../../src/host/worktrees/records.ts';
import { changeRefs } from '../../../src/host/worktrees/gitFacts.ts';
import { branchMark } from '../../../src/host/worktrees/undoMaking.ts';
import { lookAt, removeWorktree } from '../../../src/host/worktrees/removeWorktree.ts';
import type { Removed } from '../../../src/host/worktrees/removeWorktree.ts';
import { listRescues } from '../../../src/host/worktrees/rescue.ts';
import { Place } from './place.ts';

describe('R6.11 A worktree goes only when all that is in it is safe', () => {
  let place: Place;
  let before: string;
  let record: WorktreeRecord;

  beforeEach(async () => {
    place = new Place();
    place.write('.gitignore', '*.env\ncache/\n');
    place.write('.worktreeinclude', '*.env\n');
    for (const name of ['staged.txt', 'both.txt', 'gone.txt']) place.write(name, `${name}\n`);
    place.git('add', '.');
    place.git('commit', '-qm', 'more');
    place.write('dev.env', 'A=1');
    place.write('same.env', 'S=1');
    before = place.git('worktree', 'list', '--porcelain');
    record = await place.make();
  });
  afterEach(() => place.dispose());

  async function remove(force = true, mark?: string): Promise<Removed> {
    return removeWorktree(await place.worktrees.ground(), record, { force, mark, now: new Date('2026-11-21T20:15:00Z') });
  }

  function dirty(): void {
    const { path } = record;
    writeFileSync(join(path, 'staged.txt'), 'staged\n');
    writeFileSync(join(path, 'both.txt'), 'staged\n');
    place.gitIn(path, 'add', 'staged.txt', 'both.txt');
    writeFileSync(join(path, 'both.txt'), 'on top\n');
    rmSync(join(path, 'gone.txt'));
    writeFileSync(join(path, 'new "file"\n.txt'), 'new\r\nlines\n');
    writeFileSync(join(path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    symlinkSync('../../nowhere', join(path, 'link'));
    writeFileSync(join(path, 'dev.env'), 'A=2');
    mkdirSync(join(path, 'cache'));
    writeFileSync(join(path, 'cache/x'), 'not listed');
  }

  it('a clean one leaves no trace: no rescue, no branch, no folder, no ports', async () => {
    assert.deepEqual(await remove(false), { rescue: undefined, branchGone: true });
    assert.equal(place.git('worktree', 'list', '--porcelain'), before);
    assert.equal(place.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main');
    assert.ok(!existsSync(`${place.folder}.worktrees`));
    assert.deepEqual(await place.worktrees.records.all(), []);
  });

  it('a dirty one asks first, and says what it holds; the look leaves no object behind', async () => {
    dirty();
    const objects = place.git('count-objects', '-v');
    const look = await lookAt(await place.worktrees.ground(), record);
    assert.deepEqual(
      { ...look, path: '' },
      { path: '', branch: 'loom/fix-the-login', changed: 3, untracked: 3, ignored: ['dev.env'], commits: 0, isDirty: true },
    );
    assert.equal(place.git('count-objects', '-v'), objects);
    await assert.rejects(remove(false), { code: 'conflict', data: { dirty: true } });
    assert.ok(existsSync(record.path));
  });

  it('index, changed, deleted, untracked and listed ignored files come back byte for byte', async () => {
    dirty();
    const status = place.gitIn(record.path, 'status', '--porcelain');
    const { rescue } = await remove();
    assert.equal(rescue, 'refs/session-loom/rescue/s1/20261121T201500Z');
    assert.equal(place.git('worktree', 'list', '--porcelain'), before);
    assert.ok(!existsSync(record.path));
    const [found] = await listRescues((await place.worktrees.ground()).repository);
    assert.ok(found !== undefined);
    assert.match(found.holds, /^3 changed, 3 untracked, 1 ignored files/);
    assert.deepEqual(
      [found.ref, found.session, found.title, found.branch, found.base],
      [rescue, 's1', 'Fix the login', 'loom/fix-the-login', 'main'],
    );
    const again = await place.make({ wish: { base: found.head }, filling: await place.worktrees.stateOfRescue(found) });
    assert.equal(place.gitIn(again.path, 'status', '--porcelain'), status);
    assert.equal(readFileSync(join(again.path, 'new "file"\n.txt'), 'utf8'), 'new\r\nlines\n');
    assert.equal(readFileSync(join(again.path, 'dev.env'), 'utf8'), 'A=2');
    assert.equal(readFileSync(join(again.path, 'same.env'), 'utf8'), 'S=1');
    assert.equal(place.gitIn(again.path, 'show', ':both.txt'), 'staged');
    assert.ok(!existsSync(join(again.path, 'gone.txt')));
  });

  it('commits that only its HEAD knew are held, and a branch with commits of its own stays', async () => {
    const { path } = record;
    const commit = (text: string): string => {
      writeFileSync(join(path, 'a.txt'), text);
      place.gitIn(path, 'commit', '-qam', text);
      return place.gitIn(path, 'rev-parse', 'HEAD');
    };
    const left = commit('left behind');
    place.gitIn(path, 'reset', '-q', '--hard', 'HEAD~');
    const kept = commit('kept');
    place.gitIn(path, 'checkout', '-q', '--detach');
    const detached = commit('detached');
    const { rescue, branchGone } = await remove();
    assert.equal(branchGone, false);
    assert.equal(place.git('rev-parse', 'loom/fix-the-login'), kept);
    for (const id of [left, detached]) place.git('merge-base', '--is-ancestor', id, rescue ?? '');
  });

  it('the middle of a merge with conflicts is held too', async () => {
    const { path } = record;
    writeFileSync(join(path, 'a.txt'), 'theirs\n');
    place.gitIn(path, 'commit', '-qam', 'theirs');
    place.write('a.txt', 'ours\n');
    place.git('commit', '-qam', 'ours');
    assert.throws(() => place.gitIn(path, 'merge', '-q', 'main'));
    const { rescue } = await remove();
    assert.match(place.git('show', `${rescue ?? ''}:a.txt`), /<<<<<<< HEAD\ntheirs\n=======\nours/);
  });

  it('one that we did not make, without its mark, locked, or with a process of ours in it, stays', async () => {
    const { path } = record;
    place.git('worktree', 'lock', '--reason', 'on a stick', path);
    await assert.rejects(remove(), /is locked: on a stick/);
    place.git('worktree', 'unlock', path);
    const child = spawn('sleep', ['60'], { cwd: path, env: { ...process.env, LOOM_TEST_MARK: 'one' }, stdio: 'ignore' });
    await new Promise((resolve) => child.once('spawn', resolve));
    try {
      await assert.rejects(remove(true, 'LOOM_TEST_MARK=one'), { code: 'conflict' });
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    const marker = join(place.folder, '.git/worktrees/fix-the-login/session-loom.json');
    rmSync(marker);
    await assert.rejects(remove(), { code: 'not-allowed' });
    place.git('worktree', 'remove', '--force', path);
    place.git('worktree', 'add', '-q', '--detach', path);
    await assert.rejects(remove(), /does not carry the mark/);
    assert.ok(existsSync(join(path, 'a.txt')));
  });

  it('a repository in it with work of its own keeps it, also in a submodule', async () => {
    const nested = place.sandbox.repository('nested');
    renameSync(nested, join(record.path, 'nested'));
    await assert.rejects(remove(), /nested\/? is a repository of its own/);
    assert.ok(existsSync(join(record.path, 'nested/a.txt')));
  });
});

describe('R6.11 A kill in the middle', () => {
  let place: Place;
  beforeEach(() => (place = new Place()));
  afterEach(() => place.dispose());

  it('of making is undone by the next start, after whatever step', async () => {
    const program = join(import.meta.dirname, '../../support/dyingWorktree.ts');
    const env = { ...place.sandbox.environment, PLACE_ROOT: place.sandbox.root };
    const steps = ['ports', 'add', 'setup'];
    const ends = await Promise.all(
      steps.map(
        (step) =>
          new Promise<NodeJS.Signals | null>((resolve) => {
            spawn(process.execPath, [program, place.folder, place.ports, step], { env, stdio: 'ignore' }).once('exit', (_code, signal) =>
              resolve(signal),
            );
          }),
      ),
    );
    assert.deepEqual(new Set(ends), new Set(['SIGKILL']));
    assert.equal(readdirSync(`${place.folder}.worktrees`).length, 2);
    // One that was killed between making its branch and noting that, and a branch of the person at the same place.
    const { record: begun } = await place.worktrees.plan({ session: 's1', title: 'Begun', folder: place.folder });
    const { repository, records } = await place.worktrees.ground();
    await records.put({ ...begun, step: 'branch' });
    await changeRefs(repository, [{ ref: `refs/heads/${begun.branch}`, from: undefined, to: begun.baseCommit }], branchMark(begun.id));
    const { record: theirs } = await place.worktrees.plan({ session: 's1', title: 'Theirs', folder: place.folder });
    await records.put({ ...theirs, step: 'branch' });
    place.git('branch', theirs.branch);
    const repaired = await place.opened().repair();
    place.git('branch', '-d', theirs.branch);
    steps.push('branch', 'branch');
    assert.deepEqual(
      repaired.map(({ record, outcome }) => `${record.step} ${outcome}`).sort(),
      steps.map((step) => `${step} undone`).sort(),
    );
    assert.equal(place.git('worktree', 'list').split('\n').length, 1);
    assert.equal(place.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main');
    assert.ok(!existsSync(`${place.folder}.worktrees`) || readdirSync(`${place.folder}.worktrees`).length === 0);
    assert.deepEqual(await place.opened().repair(), []);
  });

  it('of removing: what was saved is removed, what was not lies at its place again', async () => {
    const ground = await place.worktrees.ground();
    const saved = await place.make();
    const unsaved = await place.make();
    writeFileSync(join(unsaved.path, 'work.txt'), 'work');
    for (const [record, isRescued] of [
      [saved, true],
      [unsaved, false],
    ] as const) {
      const grave = join(`${place.folder}.worktrees`, `.removing-${record.id}`);
      await ground.records.put({ ...record, phase: 'removing', grave, isRescued });
      renameSync(record.path, grave);
    }
    const repaired = await place.opened().repair();
    assert.deepEqual(
      new Map(repaired.map(({ record, outcome }) => [record.id, outcome])),
      new Map([
        [saved.id, 'removed'],
        [unsaved.id, 'kept'],
      ]),
    );
    assert.equal(readFileSync(join(unsaved.path, 'work.txt'), 'utf8'), 'work');
    assert.equal((await place.worktrees.records.get(unsaved.id))?.phase, 'ready');
    assert.deepEqual(place.git('worktree', 'list').split('\n').length, 2);
  });
});
