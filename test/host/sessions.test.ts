import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { HostLink } from '../../src/client/hostLink.ts';
import type { ParamsOf } from '../../src/protocol/contract.ts';
import type { HostRequests } from '../../src/protocol/host.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;

describe('R1.1 R5.1 The life of a session', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const never = testAgent('never-ends');
    const settings = settingsWith(never, { ...never, id: 'stubborn', env: { LOOM_STUBBORN: '1' } });
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const make = async (agent = 'built-in'): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };
  const move = (follower: Follower, to: ParamsOf<HostRequests['session/move']>['to']): Promise<unknown> =>
    link.call('session/move', { sessionId: follower.sessionId, to });
  const summary = async (id: string): Promise<{ status: string; archived: boolean; title: string; queued: number } | undefined> =>
    (await link.call('sessions/list', { includeArchived: true })).sessions.find((each) => each.id === id);

  it('begins with a name of its own, takes that of its first message, and keeps the one that a person gives', async () => {
    const follower = await make();
    assert.match(follower.state.title, /^Session \d+$/);
    await follower.prompt('/help   with\tall of this\nand more');
    await follower.ended(0);
    assert.equal(follower.state.title, '/help with all of this');
    await link.call('session/rename', { sessionId: follower.sessionId, title: '  Mine ' });
    await follower.prompt('/help again');
    await follower.ended(1);
    assert.equal(follower.state.title, 'Mine');
    assert.equal((await summary(follower.sessionId))?.title, 'Mine');
  });

  it('R3.4 is linked to the session that it comes from, by id and title, and is not made below one that is not there', async () => {
    const parent = await make();
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'built-in', parent: parent.sessionId });
    assert.deepEqual([session.parent, session.parentTitle], [parent.sessionId, parent.state.title]);
    await assert.rejects(link.call('session/create', { folder: rig.folder, agent: 'built-in', parent: 'gone' }), code('not-found'));
  });

  it('is pinned and coloured, and keeps draft, scroll place and read mark', async () => {
    const { sessionId, state } = await make();
    assert.equal(state.pinned, false);
    await link.call('session/mark', { sessionId, pinned: true, color: 'purple' });
    await link.call('session/view', { sessionId, draft: 'half a thou', scroll: { entry: 't0-1', offset: 12 }, read: true });
    const again = await Follower.of(link, sessionId);
    assert.equal(again.state.pinned, true);
    assert.equal(again.state.color, 'purple');
    assert.equal(again.state.draft, 'half a thou');
    assert.deepEqual(again.state.scroll, { entry: 't0-1', offset: 12 });
    await link.call('session/view', { sessionId, scroll: null });
    assert.equal((await Follower.of(link, sessionId)).state.scroll, undefined);
  });

  it('is closed in every list before the answer says that it is', async () => {
    const { sessionId } = await make();
    let listed = '';
    const listening = link.on('sessions/changed', ({ changed }) => {
      listed = changed.find(({ id }) => id === sessionId)?.lifecycle ?? listed;
    });
    for (const to of ['closed', 'open', 'completed'] as const) {
      await link.call('session/move', { sessionId, to });
      assert.equal(listed, to);
    }
    listening.dispose();
  });

  it('holds its messages while it is paused, and goes on when it is resumed', async () => {
    const follower = await make();
    await move(follower, 'paused');
    assert.deepEqual(await follower.prompt('/help'), { queued: true });
    await follower.prompt('/help twice');
    assert.equal((await summary(follower.sessionId))?.status, 'paused');
    assert.equal(follower.state.turnCount, 0);
    await move(follower, 'open');
    await follower.ended(1);
    assert.equal(follower.state.queue.length, 0);
  });

  for (const to of ['completed', 'closed'] as const) {
    it(`ends the running turn when it is ${to}, gives its agent back, and takes no message until it is reopened`, async () => {
      const follower = await make();
      await follower.prompt('/run sleep 60');
      const { entries } = (await follower.until(({ counts }) => counts.waiting === 1)).turns[0] ?? { entries: [] };
      const question = entries.find(({ kind }) => kind === 'permission');
      await link.call('permission/answer', { sessionId: follower.sessionId, entry: question?.id ?? '', optionId: 'allow_once' });
      await follower.until(({ turns }) => turns[0]?.entries.some((entry) => entry.kind === 'tool' && entry.state === 'running') === true);
      await move(follower, to);
      assert.equal(follower.lastTurn?.reason, 'cancelled');
      assert.equal(follower.state.agentPhase, 'stopped');
      assert.equal((await summary(follower.sessionId))?.status, to);
      await assert.rejects(follower.prompt('/help'), code('conflict'));
      await move(follower, 'open');
      await follower.prompt('/help');
      assert.equal((await follower.ended(1)).reason, 'finished');
    });
  }

  it('is hidden but kept when it is archived, and does not start what waits when it comes back', async () => {
    const follower = await make('never-ends');
    await follower.prompt('work');
    await follower.says('thinking');
    await follower.prompt('and then this');
    const archived = move(follower, 'archived');
    await archived;
    const { sessions } = await link.call('sessions/list', {});
    assert.equal(
      sessions.some(({ id }) => id === follower.sessionId),
      false,
    );
    assert.equal((await summary(follower.sessionId))?.archived, true);
    await move(follower, 'unarchived');
    assert.equal((await summary(follower.sessionId))?.archived, false);
    assert.equal(follower.state.turnCount, 1);
    assert.equal(follower.state.queue.length, 1);
  });

  it('leaves nothing behind when it is deleted: no folder, no entry, no process, and only that one goes', async () => {
    const kept = await make();
    const [first, second] = [await make('stubborn'), await make('stubborn')];
    await first.prompt('work');
    await first.says('thinking');
    const processes = rig.processes().length;
    const removed: string[] = [];
    link.on('sessions/changed', (changes) => removed.push(...changes.removed));
    const both = await Promise.allSettled([
      link.call('session/delete', { sessionId: first.sessionId }),
      link.call('session/delete', { sessionId: first.sessionId }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await link.call('session/delete', { sessionId: second.sessionId });
    await until(() => removed.length === 2);
    await until(() => rig.processes().length < processes);
    assert.equal(existsSync(rig.sessionPath(first.sessionId)), false);
    assert.deepEqual(
      readdirSync(rig.sessionPath('')).filter((name) => name.startsWith('.')),
      [],
    );
    assert.equal(await summary(first.sessionId), undefined);
    await assert.rejects(first.prompt('anybody?'), code('not-found'));
    assert.ok(existsSync(rig.sessionPath(kept.sessionId)));
    assert.equal((await summary(kept.sessionId))?.status, 'idle');
  });

  it('is made with its first message in one step, and not at all with an agent that nobody knows', async () => {
    const { session } = await link.call('session/create', {
      folder: rig.folder,
      title: 'Named',
      prompt: [{ type: 'text', text: '/help' }],
    });
    const follower = await Follower.of(link, session.id);
    await follower.ended(0);
    assert.equal(follower.state.title, 'Named');
    const before = (await link.call('sessions/list', {})).total;
    await assert.rejects(link.call('session/create', { folder: rig.folder, agent: 'hal' }), code('not-found'));
    assert.equal((await link.call('sessions/list', {})).total, before);
  });
});
