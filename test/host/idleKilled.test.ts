import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../src/client/hostLink.ts';
import type { SessionSummary } from '../../src/model/summary.ts';
import { SessionStore } from '../../src/extension/sessions/sessionStore.ts';
import { silentLog } from '../../src/base/log.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';

describe('R1.3 R1.5 R5.1 Sessions that rested when the host was killed', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  beforeEach(async () => {
    rig = new HostRig({ graceMs: 5000 });
    link = await rig.attached();
  });
  afterEach(() => rig.close());

  const make = async (title: string, prompt?: string): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, title });
    const follower = (await Follower.of(link, session.id)).keepUp();
    await follower.until(({ agentPhase }) => agentPhase === 'ready');
    if (prompt === undefined) return follower;
    await follower.prompt(prompt);
    await follower.ended(0);
    return follower;
  };
  const read = (follower: Follower): Promise<unknown> => link.call('session/view', { sessionId: follower.sessionId, read: true });
  const list = async (): Promise<Readonly<Record<string, string>>> => {
    // A list that is not whole yet says so by its total: on a busy machine the recovery can take longer than a list waits.
    let answer = await link.call('sessions/list', { includeArchived: true });
    while (answer.total > answer.sessions.length) answer = await link.call('sessions/list', { includeArchived: true });
    return Object.fromEntries(answer.sessions.map(({ title, status, unread }) => [title, `${status}${unread ? ' unread' : ''}`]));
  };
  const kill = async (): Promise<void> => {
    const { pid } = rig.endpoint();
    rig.kill();
    await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
  };
  it('are all in the first list, as they are: read, not read, fresh, paused, done; only the one that worked is interrupted', async () => {
    const [seen, unseen, , paused, done, working] = [
      await make('seen', '/help'),
      await make('unseen', '/help'),
      await make('fresh'),
      await make('paused', '/help'),
      await make('done', '/help'),
      await make('working'),
    ];
    for (const each of [seen, paused, done]) await read(each);
    await link.call('session/move', { sessionId: paused.sessionId, to: 'paused' });
    await link.call('session/move', { sessionId: done.sessionId, to: 'completed' });
    await working.prompt('/run sleep 60');
    await working.until(({ counts }) => counts.waiting === 1);
    assert.deepEqual(await list(), {
      seen: 'idle',
      unseen: 'finished unread',
      fresh: 'idle',
      paused: 'paused',
      done: 'completed',
      working: 'waiting',
    });
    // The catalogue was not written since the host began: all that the next one has is the journals.
    await kill();
    const after = {
      seen: 'hibernating',
      unseen: 'finished unread',
      fresh: 'idle',
      paused: 'paused',
      done: 'completed',
      working: 'interrupted unread',
    };
    assert.deepEqual(await list(), after);
    for (const follower of [seen, unseen, paused, done, working]) await follower.until(({ agentPhase }) => agentPhase === 'stopped');
    assert.equal(working.lastTurn?.reason, 'interrupted');
    // Once more, when nothing happened in between: nothing is told twice.
    await kill();
    assert.deepEqual(await list(), after);
    const { position } = seen.state;
    await seen.prompt('/help');
    assert.equal((await seen.ended(1)).reason, 'finished');
    assert.ok(seen.state.position.epoch > position.epoch);
  });

  it('no longer have an agent in a list that was up to date when the host was killed', async () => {
    const follower = await make('seen', '/help');
    await read(follower);
    const catalogue = join(rig.location.dataFolder, 'catalogue.db');
    rmSync(catalogue, { force: true });
    await link.call('session/mark', { sessionId: follower.sessionId, pinned: true });
    await until(() => existsSync(catalogue));
    assert.deepEqual(await list(), { seen: 'idle' });
    await kill();
    assert.deepEqual(await list(), { seen: 'hibernating' });
    await follower.until(({ agentPhase }) => agentPhase === 'stopped');
  });

  it('are never called deleted in a window that reads the list while it is made again', async () => {
    const store = new SessionStore(silentLog);
    try {
      store.add(link);
      const made = [await make('one', '/help'), await make('two', '/help'), await make('three')];
      await until(() => store.all.length === 3);
      const removed: SessionSummary[] = [];
      store.onDidChange((change) => removed.push(...change.removed));
      await kill();
      await store.load(link);
      await until(() => made.every(({ sessionId }) => store.get(sessionId)?.hasAgent === undefined));
      assert.deepEqual(removed, []);
    } finally {
      store.dispose();
    }
  });
});
