import assert from 'node:assert/strict';
import { statusOf } from '../../../src/model/status.ts';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { stepWords } from '../../../src/model/worktree.ts';
import type { InputOf } from '../../../src/protocol/contract.ts';
import type { HostRequests } from '../../../src/protocol/host.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

describe('R3.3 R6.11 A session in a worktree', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;

  before(async () => {
    rig = new HostRig();
    mkdirSync(join(rig.folder, '.session-loom'));
    writeFileSync(join(rig.folder, 'a.txt'), 'one\n');
    commit('first');
    link = await rig.attached({ settings: settingsWith(testAgent('says-place')) });
  });
  after(() => rig.close());

  function commit(text: string): void {
    rig.git('add', '-A');
    rig.git('commit', '-qm', text);
  }
  async function create(more: Partial<InputOf<HostRequests['session/create']>> = {}): Promise<Follower> {
    const wish = { folder: rig.folder, agent: 'says-place', isolation: 'worktree' as const, ...more };
    const { session } = await link.call('session/create', wish);
    return Follower.of(link, session.id);
  }
  const ready = (follower: Follower): Promise<unknown> => follower.until(({ worktree }) => worktree?.phase === 'ready');
  const place = (follower: Follower): Record<string, string | undefined> =>
    JSON.parse(follower.text.slice(follower.text.lastIndexOf('{'))) as Record<string, string | undefined>;
  const trees = (): string => rig.git('worktree', 'list', '--porcelain');

  it('says what is being done, works there with its own ports, and leaves the list of worktrees as it was', async () => {
    const before = trees();
    const follower = await create({ title: 'Fix the login', prompt: [{ type: 'text', text: 'hello' }] });
    await follower.ended(0);
    const { worktree, cwd, branch, folder, turns } = follower.state;
    assert.equal(cwd, `${rig.folder}.worktrees/fix-the-login`);
    assert.deepEqual([folder, branch, worktree?.base, turns[0]?.reason], [rig.folder, 'loom/fix-the-login', 'main', 'finished']);
    const steps = follower.events.flatMap(({ fact }) =>
      fact.type === 'worktree.changed' ? (fact.worktree?.step ?? fact.worktree?.phase ?? []) : [],
    );
    assert.ok(steps.length > 0 && steps.every((step) => step === 'ready' || step in stepWords), steps.join());
    const first = place(follower);
    assert.deepEqual([first['cwd'], first['worktree'], first['session']], [cwd, cwd, follower.sessionId]);
    assert.equal(Number(first['last']), Number(first['port']) + 9);
    const other = await create({ title: 'Fix the login', prompt: [{ type: 'text', text: 'hello' }] });
    await other.ended(0);
    assert.notEqual(place(other)['port'], first['port']);
    const counted = await follower.until((state) => state.worktree?.changes !== undefined);
    assert.deepEqual(counted.worktree?.changes, { files: 1, added: 1, removed: 0 });
    const { files } = await link.call('worktree/changes', { sessionId: follower.sessionId });
    assert.deepEqual(files, [{ path: 'said.txt', change: 'added', added: 1, removed: 0 }]);

    const { session: shared } = await link.call('session/create', {
      folder: rig.folder,
      agent: 'says-place',
      isolation: { worktree: cwd },
    });
    assert.equal(shared.cwd, cwd);
    await assert.rejects(link.call('worktree/remove', { path: cwd }), { code: 'conflict' });
    const look = await link.call('worktree/look', { path: cwd });
    assert.deepEqual([look.untracked, look.isDirty, look.sessions.length], [1, true, 2]);
    const { rescue } = await link.call('worktree/remove', { path: cwd, force: true });
    assert.match(rescue ?? '', /^refs\/session-loom\/rescue\//);
    await follower.until((state) => state.worktree?.phase === 'removed' && state.worktree.rescue === rescue);
    const clean = other.state.cwd;
    rmSync(join(clean, 'said.txt'));
    assert.equal((await link.call('worktree/remove', { path: clean })).rescue, undefined);
    assert.equal(trees(), before);
    assert.ok(!existsSync(`${rig.folder}.worktrees`));

    await link.call('worktree/restore', { ref: rescue ?? '', folder: rig.folder });
    await ready(follower);
    assert.equal(readFileSync(join(follower.state.cwd, 'said.txt'), 'utf8'), 'hello\n');
    await follower.prompt('again');
    await follower.ended(1);
    assert.match(readFileSync(join(follower.state.cwd, 'said.txt'), 'utf8'), /^hello\n[^]*again\n$/);
    const removed = await link.call('worktree/remove', { path: follower.state.cwd, force: true });
    assert.equal((await link.call('worktree/rescues', {})).rescues[0]?.ref, removed.rescue);
    const [kept, gone] = (await link.call('worktree/rescues', { sizes: true })).rescues;
    assert.ok(kept?.commit !== undefined && gone?.commit !== undefined && (kept.bytes ?? 0) > 0);
    await assert.rejects(link.call('worktree/deleteRescue', { ref: kept.ref, commit: gone.commit }), { code: 'conflict' });
    await link.call('worktree/deleteRescue', { ref: gone.ref, commit: gone.commit });
    await assert.rejects(link.call('worktree/deleteRescue', { ref: gone.ref, commit: gone.commit }), { code: 'not-found' });
    assert.deepEqual(
      (await link.call('worktree/rescues', {})).rescues.map(({ ref }) => ref),
      [kept.ref],
    );
    assert.equal(trees(), before);
  });

  it('a set-up script waits for an approval of just its content; one that fails undoes all, and the session can go on in the folder', async () => {
    writeFileSync(join(rig.folder, '.session-loom/setup'), '#!/bin/sh\necho "$LOOM_PORT" > port.txt\n', { mode: 0o755 });
    commit('a script');
    const follower = await create({ title: 'Set up', prompt: [{ type: 'text', text: 'hello' }] });
    const waiting = await follower.until((state) => state.worktree?.setup === 'waits');
    assert.equal(statusOf(waiting).status, 'waiting');
    await decide('approved');
    await follower.ended(0);
    const { path = '' } = follower.state.worktree ?? {};
    assert.equal(readFileSync(join(path, 'port.txt'), 'utf8').trim(), place(follower)['port']);
    const told = follower.events.flatMap(({ fact }) => (fact.type === 'worktree.changed' && fact.worktree !== null ? [fact.worktree] : []));
    assert.deepEqual(
      told.slice(-3).map(({ phase, setup }) => [phase, setup]),
      [
        ['making', 'waits'],
        ['making', undefined],
        ['ready', undefined],
      ],
    );
    await link.call('worktree/remove', { path, force: true });

    writeFileSync(join(rig.folder, '.session-loom/setup'), '#!/bin/sh\necho it is broken >&2\nexit 3\n', { mode: 0o755 });
    commit('a broken script');
    const failing = await create({ title: 'Broken', prompt: [{ type: 'text', text: 'hello' }] });
    await failing.until((state) => state.worktree?.setup === 'waits');
    await decide('approved');
    const { worktree } = await failing.until((state) => state.worktree?.phase === 'failed');
    assert.match(
      worktree?.error ?? '',
      /The set-up of the worktree failed\. \.session-loom\/setup ended with 3\. It said: it is broken\. Undone: the folder, the branch loom\/broken\./,
    );
    assert.ok(!existsSync(worktree?.path ?? ''));
    assert.equal(failing.state.turnCount, 0);
    await link.call('worktree/useFolder', { sessionId: failing.sessionId });
    await failing.ended(0);
    assert.equal(place(failing)['cwd'], rig.folder);
    rmSync(join(rig.folder, 'said.txt'));
    rmSync(join(rig.folder, '.session-loom/setup'));
    commit('no script');
  });

  async function decide(verdict: 'approved' | 'refused'): Promise<void> {
    const { pending } = await link.call('approvals/list', {});
    const [first] = pending;
    assert.ok(first !== undefined);
    assert.match(first.detail, /#!\/bin\/sh/);
    const at = new Date().toISOString();
    const signature = rig.capability.decide(rig.location.dataFolder, first, first.title, verdict, at);
    await link.call('approvals/decide', { id: first.id, verdict, at, signature });
  }

  it('a fork can have one of its own, which begins with the files as they are; its work is merged after a look', async () => {
    const parent = await create({ title: 'Parent', prompt: [{ type: 'text', text: 'from the parent' }] });
    await parent.ended(0);
    const { session } = await link.call('session/fork', { sessionId: parent.sessionId, isolation: 'worktree', title: 'Child' });
    const child = await Follower.of(link, session.id);
    await ready(child);
    assert.notEqual(child.state.cwd, parent.state.cwd);
    assert.equal(readFileSync(join(child.state.cwd, 'said.txt'), 'utf8'), 'from the parent\n');
    const trial = await link.call('worktree/tryBring', { sessionId: child.sessionId, way: 'squash' });
    assert.deepEqual(
      [trial.into, trial.files, trial.conflicts, trial.uncommitted, trial.problem],
      ['main', ['said.txt'], [], 1, undefined],
    );
    const { files, commit: made } = await link.call('worktree/bring', {
      sessionId: child.sessionId,
      way: 'squash',
      message: 'All of the child',
    });
    assert.equal(files, 1);
    assert.equal(rig.git('rev-parse', 'HEAD').trim(), made);
    assert.equal(readFileSync(join(rig.folder, 'said.txt'), 'utf8'), 'from the parent\n');
    assert.equal(rig.git('status', '--porcelain'), '');
    await assert.rejects(link.call('worktree/bring', { sessionId: child.sessionId, way: 'merge' }), /has all of it already/);
    writeFileSync(join(parent.state.cwd, 'said.txt'), 'another text\n');
    assert.deepEqual((await link.call('worktree/tryBring', { sessionId: parent.sessionId, way: 'apply' })).conflicts, ['said.txt']);
    const { worktrees } = await link.call('worktree/list', {});
    assert.deepEqual(
      worktrees.map(({ isMain, isOurs, sessions }) => [isMain, isOurs, sessions.length]),
      [
        [true, false, 0],
        [false, true, 1],
        [false, true, 1],
      ],
    );
    for (const { path, isMain } of worktrees) if (!isMain) await link.call('worktree/remove', { path, force: true });
  });

  it('one of the person is used and never removed; outside of git only the folder is offered', async () => {
    const theirs = `${rig.folder}-theirs`;
    rig.git('worktree', 'add', '-q', theirs);
    const follower = await create({ isolation: { worktree: theirs } });
    assert.deepEqual([follower.state.cwd, follower.state.worktree?.isOurs], [theirs, false]);
    await assert.rejects(link.call('worktree/remove', { path: theirs, force: true }), { code: 'not-allowed' });
    await assert.rejects(create({ isolation: { worktree: '/tmp' } }), { code: 'not-found' });
    await assert.rejects(create({ base: 'nowhere' }), { code: 'not-found' });
    assert.ok(existsSync(join(theirs, 'a.txt')));
    rig.git('worktree', 'remove', theirs);
  });

  it('a host that is killed while it makes one says so after its next start, and nothing is left of it', async () => {
    writeFileSync(join(rig.folder, '.session-loom/setup'), '#!/bin/sh\nsleep 100\n', { mode: 0o755 });
    commit('a slow script');
    const before = trees();
    const follower = await create({ title: 'Killed' });
    await follower.until((state) => state.worktree?.setup === 'waits');
    rig.kill();
    await until(() => !rig.processes().includes(rig.endpoint().pid));
    follower.keepUp();
    await link.attach('start');
    const { worktree } = await follower.until((state) => state.worktree?.phase === 'failed');
    assert.match(worktree?.error ?? '', /host ended while the worktree was made.*undone/);
    assert.equal(trees(), before);
    assert.equal(execFileSync('git', ['-C', rig.folder, 'branch', '--list', 'loom/killed'], { encoding: 'utf8' }), '');
  });
});
