import assert from 'node:assert/strict';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

const scripted = (id: string, plan: unknown): ReturnType<typeof testAgent> => ({
  ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(plan) }),
  id,
});

describe('R1.1 R5.2 R6.14 The agent of a new session', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const settings = settingsWith(testAgent('exits-at-once'), testAgent('hangs-at-initialize'), testAgent('unknown-updates'), {
      ...scripted('echoes', { turns: [[{ say: '{{prompt}}' }]] }),
      name: 'My Echo',
    });
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const make = async (agent = 'built-in'): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    // The answer does not wait for the agent, which has not even begun to start.
    assert.equal(session.status, 'idle');
    return Follower.of(link, session.id);
  };
  const agentsOf = async (id: string): Promise<readonly { readonly sessions: number }[]> =>
    (await link.call('host/status', {})).agents.filter(({ agent }) => agent === id);

  it('is started by itself, so that its commands and pickers are there before the first message', async () => {
    const follower = await make();
    const { controls, turnCount, unread } = await follower.until(
      (state) => state.agentPhase === 'ready' && state.controls.commands.length > 0,
    );
    assert.ok(controls.commands.some(({ name }) => name === 'help'));
    assert.ok(controls.pickers.length > 0);
    assert.equal(turnCount, 0);
    assert.equal(unread, false);
    await follower.prompt('/help');
    await follower.ended(0);
    assert.equal((await agentsOf('built-in'))[0]?.sessions, 1);
    const starts = journalEvents(rig.sessionPath(follower.sessionId)).filter(
      ({ fact }) => fact.type === 'agent.changed' && fact.phase === 'starting',
    );
    assert.equal(starts.length, 1);
  });

  it('keeps the name that the person gave it, whatever it calls itself', async () => {
    const follower = await make('echoes');
    const { agentName } = await follower.until((state) => state.agentPhase === 'ready');
    assert.equal(agentName, 'My Echo');
  });

  it('is started once when the first message does not wait for it, and is told nothing but that message', async () => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'echoes' });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('at once');
    await follower.ended(0);
    assert.equal(follower.text, 'at once');
    assert.equal((await agentsOf('echoes')).length, 1);
  });

  it('says what it has to say before the first message, and is not told its own words again', async () => {
    const follower = await make('unknown-updates');
    await follower.says('early ');
    assert.equal(follower.lastTurn?.reason, 'finished');
    await follower.until(({ agentPhase }) => agentPhase === 'ready');
    await follower.prompt('go');
    await follower.until(({ counts }) => counts.waiting === 1);
    assert.equal(follower.lastTurn.index, 1);
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    await follower.ended(1);
  });

  it('says why it could not be started, is tried again when a person asks for it, and by the next message', async () => {
    const follower = await make('exits-at-once');
    const starts = (): number =>
      journalEvents(rig.sessionPath(follower.sessionId)).filter(({ fact }) => fact.type === 'agent.changed' && fact.phase === 'failed')
        .length;
    const state = await follower.until(({ agentPhase }) => agentPhase === 'failed');
    assert.match(state.agentReason ?? '', /exit code 3.*configuration cannot be found/s);
    assert.equal(state.turnCount, 0);
    const summary = async (): Promise<string | undefined> =>
      (await link.call('sessions/list', {})).sessions.find(({ id }) => id === follower.sessionId)?.status;
    await until(async () => (await summary()) === 'failed');
    await link.call('agent/start', { sessionId: follower.sessionId });
    await follower.until(() => starts() === 2);
    await follower.prompt('hello');
    assert.equal((await follower.ended(0)).reason, 'failed');
    assert.equal(starts(), 3);
  });

  it('is not started for a session that was deleted, completed or closed before it began, and ends with one that is', async () => {
    await until(async () => (await agentsOf('hangs-at-initialize')).length === 0);
    const before = rig.processes().length;
    for (const end of ['delete', 'completed', 'closed'] as const) {
      const follower = await make('hangs-at-initialize');
      await follower.until(({ agentPhase }) => agentPhase === 'starting');
      const { sessionId } = follower;
      if (end === 'delete') await link.call('session/delete', { sessionId });
      else {
        await link.call('session/move', { sessionId, to: end });
        assert.equal(follower.state.agentPhase, 'stopped');
        await assert.rejects(link.call('agent/start', { sessionId }), /Reopen it/);
      }
      await until(() => rig.processes().length === before);
    }
  });

  it('does not keep the host from leaving, and is not started when an old session is opened', async () => {
    const other = new HostRig();
    try {
      const first = await other.attached();
      const { session } = await first.call('session/create', { folder: other.folder });
      await (await Follower.of(first, session.id)).until(({ agentPhase }) => agentPhase === 'ready');
      first.dispose();
      await until(() => other.processes().length === 0);

      const second = await other.attached();
      const follower = await Follower.of(second, session.id);
      assert.equal(follower.state.agentPhase, 'stopped');
      assert.ok(follower.state.controls.commands.length > 0, 'what the agent offers is remembered');
      await second.call('session/turns', { sessionId: session.id, before: { turn: 1, entry: 0 }, limit: 10 });
      await second.call('session/view', { sessionId: session.id, draft: 'half a thought', read: true });
      assert.deepEqual((await second.call('host/status', {})).agents, []);
      assert.equal(follower.state.agentPhase, 'stopped');
    } finally {
      await other.close();
    }
  });
});
