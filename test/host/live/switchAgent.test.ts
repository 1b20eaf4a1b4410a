import assert from 'node:assert/strict';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent } from '../../support/hostRig.ts';

/** Answers each prompt with the prompt itself. */
const tellsPrompt = {
  ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns: [[{ say: '{{prompt}}' }]] }) }),
  id: 'tells-prompt',
  name: 'tells-prompt',
};

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;

describe('R5.4 A session that goes on with another agent', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    link = await rig.attached({ settings: settingsWith(tellsPrompt, testAgent('never-ends')) });
  });
  after(() => rig.close());

  const make = async (agent: string): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };
  const give = (follower: Follower, agent: string): Promise<unknown> =>
    link.call('session/switchAgent', { sessionId: follower.sessionId, agent });

  it('keeps the conversation, and tells the new agent of it with the next message', async () => {
    const follower = await make('built-in');
    await follower.prompt('/search needle');
    await follower.ended(0);
    const { acpSessionId: before } = await follower.until(({ agentPhase }) => agentPhase === 'ready');
    await give(follower, 'tells-prompt');
    const state = await follower.until(({ agent, agentPhase }) => agent === 'tells-prompt' && agentPhase === 'ready');
    assert.notEqual(state.acpSessionId, before);
    assert.equal(state.agentName, 'tells-prompt');
    const notice = state.turns[0]?.entries.at(-1);
    assert.ok(notice?.kind === 'notice');
    assert.match(notice.text, /From here on this session is with tells-prompt; until here it was with Built-in Agent/);
    await follower.prompt('go on');
    const turn = await follower.ended(1);
    const told = turn.entries.map((entry) => (entry.kind === 'message' ? entry.text : '')).join('');
    assert.match(told, /you take it over from here/);
    assert.match(told, /with the agent “Built-in Agent”/);
    assert.match(told, /User: \/search needle/);
    assert.match(told, /go on/);
    const { markdown } = await link.call('session/transcript', { sessionId: follower.sessionId });
    assert.match(markdown, /Built-in Agent[^\n]*·/);
    const { agents } = await link.call('host/status', {});
    assert.ok(!agents.some(({ agent, sessions }) => agent === 'built-in' && sessions > 0));
  });

  it('is refused while a turn runs, for the agent that has it, and for one that nobody knows', async () => {
    const follower = await make('never-ends');
    await assert.rejects(give(follower, 'never-ends'), code('conflict'));
    await assert.rejects(give(follower, 'nobody'), code('not-found'));
    await follower.prompt('work');
    await follower.until(({ turns }) => turns.length === 1);
    await assert.rejects(give(follower, 'built-in'), code('conflict'));
    assert.equal(follower.state.agent, 'never-ends');
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    await follower.ended(0);
  });

  it('can be given on while its agent is still starting', async () => {
    const follower = await make('built-in');
    await give(follower, 'tells-prompt');
    await follower.prompt('first');
    const turn = await follower.ended(0);
    assert.equal(follower.state.agent, 'tells-prompt');
    assert.equal(turn.reason, 'finished');
    assert.ok(!turn.entries.some((entry) => entry.kind === 'message' && entry.text.includes('take it over')));
  });

  it('is listed with what the window knows of each agent, those that are ready first', async () => {
    const settings = settingsWith(tellsPrompt, testAgent('never-ends'));
    const row = (id: string, state: 'needs-install' | 'unavailable') => ({
      id,
      name: id,
      description: '',
      source: 'registry' as const,
      state,
    });
    await link.call('host/configure', {
      ...settings,
      catalogue: [
        row('no', 'unavailable'),
        row('gets', 'needs-install'),
        { ...row('tells-prompt', 'needs-install'), source: 'setting', state: 'ready', version: '1.0' },
      ],
    });
    const { agents } = await link.call('agents/list', {});
    assert.deepEqual(
      agents.map(({ id, state, version }) => [id, state, version]),
      [
        ['built-in', 'ready', undefined],
        ['tells-prompt', 'ready', '1.0'],
        ['never-ends', 'ready', undefined],
        ['gets', 'needs-install', undefined],
        ['no', 'unavailable', undefined],
      ],
    );
    await assert.rejects(link.call('session/create', { folder: rig.folder, agent: 'gets' }), /not installed. Run “Install Agent…”/);
  });
});
