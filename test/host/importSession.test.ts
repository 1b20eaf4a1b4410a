import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const chunk = (kind: string, text: string): object => ({ sessionUpdate: kind, content: { type: 'text', text } });

describe('R3.4 R6.14 A session that an agent has stored', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const initialize = { agentCapabilities: { loadSession: true, sessionCapabilities: { list: {} } } };
    const load = [
      chunk('user_message_chunk', 'first '),
      chunk('user_message_chunk', 'question'),
      chunk('agent_message_chunk', 'first answer'),
      { sessionUpdate: 'tool_call', toolCallId: 'c', title: 'Read', status: 'completed' },
      chunk('user_message_chunk', 'second question'),
      chunk('agent_message_chunk', 'second answer'),
    ];
    const script = (of: object): ReturnType<typeof testAgent> => testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(of) });
    link = await rig.attached({
      settings: settingsWith(
        { ...script({ initialize, load, turns: [[{ say: 'go on' }]] }), id: 'loads' },
        { ...script({ turns: [[{ say: 'x' }]] }), id: 'plain' },
        testAgent('stores', { LOOM_STORE: join(rig.folder, '.git', 'agent-store') }),
      ),
    });
  });
  after(() => rig.close());

  it('becomes one of ours with all that was said in it, and goes on', async () => {
    const params = { agent: 'loads', folder: rig.folder, acpSessionId: 'old-1', cwd: rig.folder, title: 'Of old' };
    const { session } = await link.call('agent/import', params);
    const follower = await Follower.of(link, session.id);
    const { turns, title } = follower.state;
    assert.equal(title, 'Of old');
    const said = turns.map(({ prompt, entries, reason }) => [
      prompt[0]?.type === 'text' && prompt[0].text,
      entries.map((entry) => (entry.kind === 'message' ? entry.text : entry.kind)),
      reason,
    ]);
    assert.deepEqual(said, [
      ['first question', ['first answer', 'tool'], 'finished'],
      ['second question', ['second answer'], 'finished'],
    ]);
    await follower.prompt('more');
    await follower.ended(2);
    assert.match(follower.text, /go on$/);
    await assert.rejects(link.call('agent/import', params), { code: 'conflict' });
  });

  it('that cannot be loaded leaves nothing behind, and an agent that does not tell is no error', async () => {
    const { total } = await link.call('sessions/list', {});
    await assert.rejects(link.call('agent/import', { agent: 'plain', folder: rig.folder, acpSessionId: 'x', cwd: rig.folder }), {
      code: 'agent',
    });
    assert.equal((await link.call('sessions/list', {})).total, total);
    assert.deepEqual(await link.call('agent/sessions', { agent: 'plain', folder: rig.folder }), { offered: false, sessions: [] });
  });

  it('is offered once: one that is here already, loaded or not, is named, and is deleted at the agent with ours', async () => {
    const params = { agent: 'stores', folder: rig.folder };
    const made = await Promise.all([1, 2].map(async () => (await link.call('session/create', params)).session.id));
    const followers = await Promise.all(made.map((id) => Follower.of(link, id)));
    for (const follower of followers) await follower.until((state) => state.agentPhase === 'ready');
    const [one = '', two = ''] = made;
    // A host that has started anew has loaded none of them.
    await link.call('session/move', { sessionId: two, to: 'archived' });
    const { pid } = link.host ?? {};
    rig.kill('SIGTERM');
    await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
    const known = async (): Promise<readonly unknown[]> => (await link.call('agent/sessions', params)).sessions.map((each) => each.known);
    assert.deepEqual([...(await known())].toSorted(), [one, two].toSorted());
    const summary = (await link.call('sessions/list', {})).sessions.find(({ id }) => id === one);
    assert.equal(summary?.agentForgets, true);
    await link.call('session/delete', { sessionId: one });
    await until(async () => (await known()).length === 1);
    assert.deepEqual(await known(), [two]);
  });
});
