import assert from 'node:assert/strict';
import type { HostLink } from '../../src/client/hostLink.ts';
import { promptText } from '../../src/model/content.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent } from '../support/hostRig.ts';

const script = { turns: [[{ say: 'heard {{prompt}}.' }, { waitForCancel: true }]] };
const short = { turns: [[{ say: 'heard {{prompt}}.' }, { wait: 50 }]] };
const failing = { turns: [[{ fail: { code: -32603, message: 'the model is overloaded' } }], [{ say: 'heard {{prompt}}.' }]] };

describe('R1.2 The messages that wait in a session', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const agent = (id: string, plan: unknown): ReturnType<typeof testAgent> => ({
      ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(plan) }),
      id,
    });
    link = await rig.attached({ settings: settingsWith(agent('waits', script), agent('short', short), agent('fails', failing)) });
  });
  after(() => rig.close());

  const make = async (agent: string, ...prompts: readonly string[]): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    const follower = await Follower.of(link, session.id);
    // At once, since the agent is there already: what waits has to be there before the first turn has ended.
    await Promise.all(prompts.map((prompt) => follower.prompt(prompt)));
    return follower;
  };
  const waiting = ({ state }: Follower): readonly string[] => state.queue.map(({ parts }) => promptText(parts));
  const asked = ({ state }: Follower): readonly string[] => state.turns.map(({ prompt }) => promptText(prompt));
  const change = (follower: Follower, index: number, what: Parameters<typeof link.call<'session/queue'>>[1]['change']): Promise<unknown> =>
    link.call('session/queue', { sessionId: follower.sessionId, prompt: follower.state.queue[index]?.id ?? 'none', change: what });

  it('are sent one after the other, in order, none lost and none twice, however fast they come', async () => {
    const follower = await make('short');
    const texts = Array.from({ length: 8 }, (_, index) => `message ${index}`);
    await Promise.all(texts.map((text) => follower.prompt(text)));
    await follower.ended(7);
    assert.deepEqual(asked(follower), texts);
    assert.equal(follower.text, texts.map((text) => `heard ${text}.`).join(''));
  });

  it('can be edited, moved, dropped and sent now', async () => {
    const follower = await make('waits', 'one', 'two', 'three', 'four');
    await follower.says('heard one.');
    assert.deepEqual(waiting(follower), ['two', 'three', 'four']);
    await change(follower, 0, { type: 'edit', parts: [{ type: 'text', text: 'TWO' }] });
    await change(follower, 2, { type: 'move', to: 0 });
    assert.deepEqual(waiting(follower), ['four', 'TWO', 'three']);
    await change(follower, 1, { type: 'drop' });
    assert.deepEqual(waiting(follower), ['four', 'three']);
    await change(follower, 1, { type: 'sendNow' });
    await follower.says('heard three.');
    assert.equal(follower.state.turns[0]?.reason, 'cancelled');
    assert.deepEqual(waiting(follower), ['four']);
    await assert.rejects(change(follower, 5, { type: 'drop' }), /no longer waits/);
    await follower.prompt('now this', true);
    await follower.says('heard now this.');
    assert.deepEqual(waiting(follower), ['four']);
  });

  it('are held when a person stops the turn, until that person says that it goes on', async () => {
    const follower = await make('waits', 'one', 'two');
    await follower.says('heard one.');
    assert.deepEqual(await link.call('turn/cancel', { sessionId: follower.sessionId }), { cancelled: true });
    await follower.ended(0);
    assert.equal(follower.state.lifecycle, 'paused');
    assert.deepEqual(waiting(follower), ['two']);
    assert.deepEqual(await link.call('turn/cancel', { sessionId: follower.sessionId }), { cancelled: false });
    await link.call('session/move', { sessionId: follower.sessionId, to: 'open' });
    await follower.says('heard two.');
  });

  it('are held when a turn fails, and the session says that it failed; a retry comes first and lets them go on', async () => {
    const follower = await make('fails', 'one', 'two');
    await follower.ended(0);
    assert.match(follower.lastTurn?.error ?? '', /overloaded/);
    assert.deepEqual(waiting(follower), ['two']);
    const [summary] = (await link.call('sessions/list', {})).sessions.filter(({ id }) => id === follower.sessionId);
    assert.equal(summary?.status, 'failed');
    await link.call('session/retry', { sessionId: follower.sessionId });
    await follower.ended(2);
    assert.deepEqual(asked(follower), ['one', 'one', 'two']);
  });

  it('can be an earlier one again, as it was or changed', async () => {
    const follower = await make('short', 'one');
    await follower.ended(0);
    await link.call('session/retry', { sessionId: follower.sessionId, turn: follower.state.turns[0]?.id ?? '' });
    await follower.ended(1);
    await link.call('session/retry', {
      sessionId: follower.sessionId,
      turn: follower.state.turns[0]?.id ?? '',
      parts: [{ type: 'text', text: 'uno' }],
    });
    await follower.ended(2);
    assert.deepEqual(asked(follower), ['one', 'one', 'uno']);
  });

  it('is stopped even before its agent has it', async () => {
    const follower = await make('waits');
    const sent = follower.prompt('never mind');
    const stopped = link.call('turn/cancel', { sessionId: follower.sessionId });
    await Promise.all([sent, stopped]);
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    assert.equal((await follower.ended(0)).reason, 'cancelled');
  });
});
