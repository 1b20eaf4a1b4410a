import assert from 'node:assert/strict';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const update = (sessionId: string, fields: object): object => ({
  raw: JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { sessionId, update: fields } }),
});
const says = (sessionId: string, text: string): object =>
  update(sessionId, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });

describe('R3.4 R6.14 A sub-agent that an agent starts by itself', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  const scripted = (id: string, ...steps: readonly object[]): ReturnType<typeof testAgent> => ({
    ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns: [steps] }) }),
    id,
  });
  before(async () => {
    rig = new HostRig();
    const announced = [
      update('scripted-1', { sessionUpdate: 'subagent_update', sessionId: 'helper', title: 'Looks for tests' }),
      says('helper', 'first '),
      update('helper', { sessionUpdate: 'tool_call', toolCallId: 'c', title: 'Search', status: 'in_progress' }),
      says('helper', 'second'),
    ];
    const strangers = Array.from({ length: 30 }, (_, index) => says(`stranger-${index}`, 'hello'));
    const settings = settingsWith(
      scripted('announces', ...announced, { say: 'done' }),
      scripted('silent', says('nameless', 'I work for the only one'), { wait: 50 }),
      scripted('floods', ...strangers, update('other', { sessionUpdate: 'usage_update', used: 1, size: 2 }), { wait: 50 }),
    );
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const run = async (agent: string): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('go');
    await follower.ended(0);
    return follower;
  };
  const childrenOf = async (id: string): Promise<readonly string[]> =>
    (await link.call('sessions/list', {})).sessions.filter(({ parent }) => parent === id).map((each) => each.id);

  it('gets a session of its own below the one that it works for, with all that it said, and ends with that turn', async () => {
    const parent = await run('announces');
    assert.equal(parent.text, 'done');
    await until(async () => (await childrenOf(parent.sessionId)).length === 1);
    const [id = ''] = await childrenOf(parent.sessionId);
    const child = await Follower.of(link, id);
    await child.ended(0);
    assert.equal(child.state.title, 'Looks for tests');
    assert.equal(child.text, 'first second');
    assert.equal(child.lastTurn?.reason, 'finished');
    const tool = child.entries.find((entry) => entry.kind === 'tool');
    assert.equal(tool?.state, 'completed', 'what it left open is settled');
    assert.equal(child.state.isSubAgent, true);
    await assert.rejects(child.prompt('Who are you?'), { code: 'conflict' }, 'it takes no messages');
    await assert.rejects(link.call('agent/start', { sessionId: id }), { code: 'conflict' });
    const { session: fork } = await link.call('session/fork', { sessionId: id });
    const own = await Follower.of(link, fork.id);
    assert.equal(own.state.isSubAgent, undefined, 'a fork of it is a session like any other');
    await own.until((state) => state.agentPhase === 'ready');
    await link.call('session/delete', { sessionId: fork.id });
    assert.equal((await link.call('host/status', {})).agents.find(({ agent }) => agent === 'announces')?.sessions, 1);
  });

  it('that nobody announced belongs to the only session that works', async () => {
    const parent = await run('silent');
    await until(async () => (await childrenOf(parent.sessionId)).length === 1);
    const child = await Follower.of(link, (await childrenOf(parent.sessionId))[0] ?? '');
    await child.says('I work for the only one');
  });

  it('is not one of endless many: a session gets twenty at most', async () => {
    const parent = await run('floods');
    await until(async () => (await childrenOf(parent.sessionId)).length === 20);
    assert.equal((await childrenOf(parent.sessionId)).length, 20);
  });
});
