import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningAgent, temporaryFolder } from './runningAgent.ts';
import type { ClientOptions } from './runningAgent.ts';
import { assertGolden, transcriptOf } from './transcript.ts';

describe('R6.14 /play plays back a recorded session', () => {
  let agent: RunningAgent | undefined;
  let folder = temporaryFolder();

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(async () => {
    await agent?.close();
    agent = undefined;
    folder.remove();
  });

  async function play(
    steps: readonly unknown[],
    speed = '',
    options: ClientOptions = {},
  ): Promise<{ agent: RunningAgent; id: string; end: string }> {
    writeFileSync(
      join(folder.path, 'demo.jsonl'),
      steps.map((step) => (typeof step === 'string' ? step : JSON.stringify(step))).join('\n'),
    );
    agent = await RunningAgent.start(options);
    const id = await agent.open(folder.path);
    return { agent, id, end: await agent.prompt(id, `/play demo.jsonl ${speed}`) };
  }

  it('with every kind of step, and says that nothing of it is carried out', async () => {
    const { agent, id, end } = await play(
      [
        '// A demonstration.',
        { play: 1, speed: 4 },
        { title: 'Fix the login' },
        { user: 'Please fix the login.' },
        { think: 'Where is it?', chunk: 4 },
        { say: 'I will look.', chunk: 5, delay: 1 },
        { plan: ['Find it', 'Fix it'] },
        { tool: { title: 'npm test', kind: 'execute', input: { command: 'npm test' }, output: 'not ok\n', status: 'failed' }, chunk: 3 },
        { tool: { title: 'Read {{n}}', kind: 'read', locations: [{ path: 'src/login.ts', line: 12 }] }, repeat: 2, rate: 1000 },
        { ask: { title: 'Edit login.ts', kind: 'edit', diff: { path: 'src/login.ts', oldText: 'a\n', newText: 'b\n' } } },
        { steps: [{ say: '{{n}}' }, { say: '.', repeat: 2 }], repeat: 2 },
        { usage: { used: 1200, size: 200000, cost: { amount: 0.5, currency: 'USD' } } },
        { update: { sessionUpdate: 'tool_call_update', toolCallId: 'unknown', status: 'completed' } },
        { wait: 2 },
        { stop: 'max_tokens' },
        { say: 'never said' },
      ],
      '8x',
    );
    assertGolden('play', `${transcriptOf(agent.updates(id), folder.path)}${end}\n`);
  });

  it('keeps the recorded times, divided by the speed', async () => {
    const { agent, id } = await play(
      [
        { play: 1, quiet: true },
        { at: 400, say: 'late' },
        { at: 100, say: ' and later' },
      ],
      '4x',
    );
    assert.equal(agent.said(id), 'late and later');
  });

  it('ends the playback when its question is refused, and remembers nothing of the answer', async () => {
    const steps = [{ ask: { title: 'rm -r dist', kind: 'execute' } }, { say: 'Done.' }];
    const { agent, id, end } = await play(steps, '', {
      decide: ({ toolCall }) => (toolCall.title === 'rm -r dist' ? 'reject_always' : 'allow_once'),
    });
    assert.equal(end, 'end_turn');
    assert.doesNotMatch(agent.said(id), /Done\./);
    await agent.prompt(id, '/run echo real');
    assert.equal(agent.questions.length, 2);
  });

  it('breaks the turn where the recording says so', async () => {
    await assert.rejects(play([{ fail: 'The model is overloaded.' }]), /The model is overloaded/);
  });

  it('sends 2,000 chunks and 500 tool calls at full speed, in order and each once', async () => {
    const { agent, id } = await play([
      { play: 1, speed: 'fast', quiet: true },
      { say: 'chunk {{n}} ', repeat: 2000, rate: 1 },
      { tool: { title: 'Call {{n}}', output: 'fine' }, repeat: 500 },
      { say: 'words and more ', size: 60_000, chunk: 100, delay: 1000 },
    ]);
    const expected = Array.from({ length: 2000 }, (_, index) => `chunk ${index + 1} `).join('');
    assert.ok(agent.said(id).startsWith(expected));
    assert.equal(agent.said(id).length, expected.length + 60_000);
    const updates = agent.updates(id);
    assert.equal(updates.filter((update) => update.sessionUpdate === 'tool_call').length, 500);
    assert.equal(updates.filter((update) => update.sessionUpdate === 'tool_call_update' && update.status === 'completed').length, 500);
    assert.equal(updates.filter((update) => update.sessionUpdate === 'agent_message_chunk').length, 2600);
  });

  it('can be cancelled in the middle of a flood', async () => {
    writeFileSync(join(folder.path, 'flood.jsonl'), '{"say":"x","repeat":100000000}');
    agent = await RunningAgent.start();
    const id = await agent.open(folder.path);
    const running = agent;
    const turn = running.prompt(id, '/play flood.jsonl fast');
    await running.until(() => running.notifications.length > 100);
    await running.context.notify('session/cancel', { sessionId: id });
    assert.equal(await turn, 'cancelled');
  });

  it('plays what the agent itself has stored', async () => {
    const state = temporaryFolder();
    try {
      const options = { environment: { SESSION_LOOM_AGENT_STATE: state.path } };
      const { agent, id } = await play([{ say: 'Hello.' }], '', options);
      await agent.prompt(id, '/search Hello');
      const [stored = ''] = readdirSync(state.path);
      const again = await agent.open(folder.path);
      await agent.prompt(again, `/play ${join(state.path, stored)} fast`);
      assert.match(agent.said(again), /Hello\.[\s\S]*Found 1 place/);
      const [call] = agent.updates(again).filter((update) => update.sessionUpdate === 'tool_call');
      assert.equal(call?.title, 'Search for “Hello”');
    } finally {
      state.remove();
    }
  });

  it('says which line is no step before it plays anything', async () => {
    const { agent, id } = await play([{ say: 'Hello.' }, { sya: 'Hello.' }]);
    assert.match(agent.said(id), /line 2 is no step/);
    assert.doesNotMatch(agent.said(id), /^Hello/m);
  });
});
