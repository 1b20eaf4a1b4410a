import assert from 'node:assert/strict';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const remembers = { load: [], turns: [[{ say: '{{prompt}}' }]] };
const forgets = { turns: [[{ say: '{{prompt}}' }]] };

describe('R1.5 A session whose agent is in trouble', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  const scripted = (id: string, plan: unknown): ReturnType<typeof testAgent> => ({
    ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(plan) }),
    id,
  });
  const settings = settingsWith(
    testAgent('crashes-mid-turn'),
    testAgent('exits-at-once'),
    testAgent('hangs-at-initialize'),
    testAgent('never-ends', { LOOM_STUBBORN: '1' }),
    testAgent('unknown-updates'),
    testAgent('noisy'),
    scripted('remembers', remembers),
    scripted('forgets', forgets),
    scripted('idles', { ...forgets, initialize: {} }),
    { id: 'missing', name: 'Missing', command: '/nowhere/agent' },
  );
  before(async () => {
    rig = new HostRig();
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const make = async (agent: string): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };

  it('ends the turn with the reason when the agent dies in the middle of it, and starts it again for the next message', async () => {
    const follower = await make('crashes-mid-turn');
    for (const turn of [0, 1]) {
      await follower.prompt('go');
      const ended = await follower.ended(turn);
      assert.equal(ended.reason, 'interrupted');
      assert.match(ended.error ?? '', /exit code 1.*out of memory/s);
      assert.equal(follower.text, 'I was about to say '.repeat(turn + 1));
      assert.deepEqual(
        ended.entries.flatMap((entry) => (entry.kind === 'tool' ? [entry.state] : [])),
        ['cancelled'],
      );
      await follower.until(({ agentPhase }) => agentPhase === 'failed');
    }
  });

  for (const [what, agent, says] of [
    ['an agent that exits at once', 'exits-at-once', /exit code 3.*configuration cannot be found/s],
    ['an agent that is not there', 'missing', /\/nowhere\/agent.*not found/],
  ] as const) {
    it(`${what}: the turn says why it could not be started, and the session stays of use`, async () => {
      const follower = await make(agent);
      await follower.prompt('hello');
      const ended = await follower.ended(0);
      assert.equal(ended.reason, 'failed');
      assert.match(ended.error ?? '', says);
      assert.equal((await link.call('sessions/list', {})).sessions.find(({ id }) => id === follower.sessionId)?.status, 'failed');
      await link.call('session/rename', { sessionId: follower.sessionId, title: 'still here' });
      await follower.prompt('hello again');
      assert.equal((await follower.ended(1)).reason, 'failed');
    });
  }

  it('an agent that hangs at initialize: the turn can be stopped, and nothing of the agent is left', async () => {
    const before = rig.processes().length;
    const follower = await make('hangs-at-initialize');
    await follower.prompt('hello');
    await follower.until(({ agentPhase }) => agentPhase === 'starting');
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    assert.equal((await follower.ended(0)).reason, 'cancelled');
    assert.equal(follower.state.agentPhase, 'stopped');
    await until(() => rig.processes().length === before);
  });

  it('sees nothing of an agent that others stop while it starts for all of them', async () => {
    const [first, second] = [await make('hangs-at-initialize'), await make('hangs-at-initialize')];
    await Promise.all([first.prompt('one'), second.prompt('two')]);
    await Promise.all([first, second].map((each) => each.until(({ agentPhase }) => agentPhase === 'starting')));
    await link.call('turn/cancel', { sessionId: first.sessionId });
    await first.ended(0);
    assert.equal(second.state.agentPhase, 'starting');
    assert.equal(second.lastTurn?.endedAt, undefined);
    await link.call('turn/cancel', { sessionId: second.sessionId });
    await second.ended(0);
  });

  for (const [agent, wanted] of [
    ['remembers', 'second'],
    ['forgets', /Earlier conversation.*User: first.*Assistant: first.*second$/s],
  ] as const) {
    it(`goes on after its agent was ended, with an agent that ${agent} what was said`, async () => {
      const follower = await make(agent);
      await follower.prompt('first');
      await follower.ended(0);
      await link.call('session/move', { sessionId: follower.sessionId, to: 'closed' });
      await link.call('session/move', { sessionId: follower.sessionId, to: 'open' });
      await follower.prompt('second');
      const said = (await follower.ended(1)).entries.map((entry) => (entry.kind === 'message' ? entry.text : '')).join('');
      if (typeof wanted === 'string') assert.equal(said, wanted);
      else assert.match(said, /first[\s\S]*second$/);
    });
  }

  it('starts an agent again that ended while it had nothing to do, without a failed turn', async () => {
    const both = [await make('idles'), await make('idles')];
    for (const each of both) await each.prompt('hello').then(() => each.ended(0));
    const { agents } = await link.call('host/status', {});
    const running = agents.filter(({ agent }) => agent === 'idles');
    assert.equal(running.length, 1);
    assert.equal(running[0]?.sessions, 2);
    process.kill(running[0].pid ?? 0, 'SIGKILL');
    await Promise.all(both.map((each) => each.until(({ agentPhase }) => agentPhase === 'failed')));
    for (const each of both) {
      await each.prompt('hello');
      assert.equal((await each.ended(1)).reason, 'finished');
    }
    assert.equal((await link.call('host/status', {})).agents.filter(({ agent }) => agent === 'idles').length, 1);
  });

  it('an agent that sends unknown updates: what comes early, late and from nowhere is kept, and what nobody understands costs nothing else', async () => {
    const follower = await make('unknown-updates');
    await follower.prompt('go');
    await follower.until(({ counts }) => counts.waiting === 1);
    assert.ok(follower.text.startsWith('early '));
    assert.deepEqual(
      follower.state.controls.commands.map(({ name }) => name),
      ['early'],
    );
    const entry = follower.entries.find(({ kind }) => kind === 'permission')?.id ?? '';
    await link.call('permission/answer', { sessionId: follower.sessionId, entry, optionId: 'maybe' });
    assert.equal((await follower.ended(0)).reason, 'finished');
    await follower.says(' after the turn');
    assert.match(follower.text, /"optionId":"maybe"/);
    assert.doesNotMatch(follower.text, /lost/);
    const whole = await Follower.of(link, follower.sessionId);
    assert.deepEqual(whole.state, follower.state);
  });

  it('an agent that prints noise between its messages: all of them are heard', async () => {
    const follower = await make('noisy');
    await follower.prompt('go');
    assert.equal((await follower.ended(0)).reason, 'finished');
    assert.equal(follower.text, 'one two');
  });
});
