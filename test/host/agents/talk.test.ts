import assert from 'node:assert/strict';
import { Heard, agents, playing, scripted, testAgent } from './heard.ts';

const options = [
  { optionId: 'yes', name: 'Do it', kind: 'allow_once' },
  { optionId: 'no', name: 'Leave it', kind: 'reject_once' },
  { optionId: 'later', name: 'Perhaps later', kind: 'allow_perhaps' },
];
const say = (text: string) => ({ type: 'text' as const, text });

describe('R6.14 R1.2 a conversation with an agent', function () {
  this.timeout(60_000);
  const test = agents();

  it('streams what the agent says, in the order in which it says it, and tells how the turn ended', async () => {
    const instance = await test.start(playing({ say: 'one ' }, { say: '{{prompt}} ' }, { say: 'three' }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    assert.deepEqual(await session.prompt([say('two')]), { reason: 'finished' });
    assert.equal(heard.text, 'one two three');
    assert.equal(instance.identity.name, 'scripted');
    assert.equal(session.remembers, false);
  });

  it('names every end of a turn', async () => {
    const ends = ['end_turn', 'cancelled', 'max_tokens', 'max_turn_requests', 'refusal', 'bored'];
    const instance = await test.start(scripted({ turns: ends.map((stop) => [{ stop }]) }));
    const session = await instance.open({ cwd: test.folder, listener: new Heard() });
    const reasons: string[] = [];
    for (const end of ends) reasons.push((await session.prompt([say(end)])).reason);
    assert.deepEqual(reasons, ['finished', 'cancelled', 'limit', 'limit', 'refused', 'finished']);
  });

  it('turns an error of the agent into a failed turn with its words, and the session goes on', async () => {
    const instance = await test.start(
      scripted({ turns: [[{ fail: { code: -32603, message: 'The model is overloaded' } }], [{ say: 'better now' }]] }),
    );
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    assert.deepEqual(await session.prompt([say('a')]), {
      reason: 'failed',
      error: 'The agent “Test” answered with an error: The model is overloaded.',
    });
    assert.equal((await session.prompt([say('b')])).reason, 'finished');
    assert.equal(heard.text, 'better now');
  });

  it('never sends a second message while one is being worked on', async () => {
    const instance = await test.start(playing({ say: 'working' }, { waitForCancel: true }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    const first = session.prompt([say('a')]);
    await assert.rejects(session.prompt([say('b')]), { name: 'LoomError', code: 'conflict' });
    await heard.until(() => heard.text === 'working');
    session.cancel();
    assert.equal((await first).reason, 'cancelled');
  });

  it('keeps several sessions of one agent apart while all of them stream', async () => {
    const instance = await test.start(testAgent('floods', { LOOM_COUNT: '300', LOOM_RATE: '0' }));
    const all = await Promise.all(
      [1, 2, 3].map(async () => {
        const heard = new Heard();
        return { heard, session: await instance.open({ cwd: test.folder, listener: heard }) };
      }),
    );
    assert.equal(instance.sessionCount, 3);
    await Promise.all(all.map(({ session }) => session.prompt([say('go')])));
    const expected = Array.from({ length: 300 }, (_, index) => `${index + 1} `).join('');
    for (const { heard } of all) assert.equal(heard.text, expected);
  });

  describe('R1.2 permissions', () => {
    const toolCall = { toolCallId: 'c1', title: 'Delete everything', kind: 'execute', rawInput: { command: ['rm', '-rf', 'my folder'] } };

    it("are asked with the agent's own words, the command and a role for each choice, and the chosen one is answered", async () => {
      const instance = await test.start(playing({ ask: { toolCall, options } }, { say: '{{answer}}' }));
      const heard = new Heard(() => Promise.resolve('later'));
      const session = await instance.open({ cwd: test.folder, listener: heard });
      await session.prompt([say('a')]);
      assert.equal(heard.questions.length, 1);
      const [question] = heard.questions;
      assert.equal(question?.title, 'Delete everything');
      assert.equal(question.command, "rm -rf 'my folder'");
      assert.equal(question.callId, 'c1');
      assert.deepEqual(question.options, [
        { id: 'yes', label: 'Do it', role: 'allow-once' },
        { id: 'no', label: 'Leave it', role: 'reject-once' },
        { id: 'later', label: 'Perhaps later', role: 'other' },
      ]);
      assert.deepEqual(resultOf(heard.text), { outcome: { outcome: 'selected', optionId: 'later' } });
    });

    it('take title and command from the call that was announced before, when the question has its id only', async () => {
      const instance = await test.start(
        playing({ update: { sessionUpdate: 'tool_call', ...toolCall } }, { ask: { toolCall: { toolCallId: 'c1' }, options } }),
      );
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      await session.prompt([say('a')]);
      assert.equal(heard.questions[0]?.title, 'Delete everything');
      assert.equal(heard.questions[0].command, "rm -rf 'my folder'");
    });

    it('are withdrawn and answered as cancelled when the turn is cancelled', async () => {
      const instance = await test.start(playing({ ask: { toolCall, options } }, { say: '{{answer}}' }));
      const heard = new Heard(() => new Promise(() => undefined));
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const turn = session.prompt([say('a')]);
      await heard.until(() => heard.questions.length === 1);
      session.cancel();
      assert.deepEqual(await turn, { reason: 'cancelled' });
      assert.deepEqual(heard.withdrawn, ['Delete everything']);
      assert.deepEqual(resultOf(heard.text), { outcome: { outcome: 'cancelled' } });
    });

    it('are answered as cancelled when nobody answers, when the answer was not offered, and when asking fails', async () => {
      const instance = await test.start(playing({ ask: { toolCall, options } }, { say: '{{answer}}' }));
      const answers: Heard['answer'][] = [
        () => Promise.resolve(undefined),
        () => Promise.resolve('invented'),
        () => Promise.reject(new Error('no window')),
      ];
      for (const answer of answers) {
        const heard = new Heard(answer);
        const session = await instance.open({ cwd: test.folder, listener: heard });
        await session.prompt([say('a')]);
        assert.deepEqual(resultOf(heard.text), { outcome: { outcome: 'cancelled' } });
      }
    });

    it('without a choice are answered as cancelled, and the person is told', async () => {
      const instance = await test.start(playing({ ask: { toolCall, options: ['?'] } }, { say: '{{answer}}' }));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      await session.prompt([say('a')]);
      assert.equal(heard.questions.length, 0);
      assert.equal(heard.of('notice')[0]?.level, 'warning');
      assert.deepEqual(resultOf(heard.text), { outcome: { outcome: 'cancelled' } });
    });

    it('belong to the session that asks, also when two ask at once', async () => {
      const instance = await test.start(playing({ ask: { toolCall, options } }, { say: '{{answer}}' }));
      const [yes, no] = [new Heard(() => Promise.resolve('yes')), new Heard(() => Promise.resolve('no'))];
      await Promise.all([yes, no].map(async (listener) => (await instance.open({ cwd: test.folder, listener })).prompt([say('a')])));
      assert.match(yes.text, /"optionId":"yes"/);
      assert.match(no.text, /"optionId":"no"/);
    });
  });

  describe('R1.2 cancelling', () => {
    it('reaches the agent, which ends the turn', async () => {
      const instance = await test.start(playing({ say: 'a' }, { waitForCancel: true }, { say: 'b' }));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const stop = new AbortController();
      const turn = session.prompt([say('go')], stop.signal);
      await heard.until(() => heard.text === 'a');
      stop.abort();
      assert.deepEqual(await turn, { reason: 'cancelled' });
      assert.equal(heard.text, 'ab');
    });

    it('ends the turn after a limit when the agent does not, and its late answer disturbs no later turn', async () => {
      const program = scripted({
        turns: [
          [{ say: 'a' }, { waitForCancel: true }, { wait: 300 }, { stop: 'refusal' }],
          [{ wait: 600 }, { say: 'b' }],
        ],
      });
      const instance = await test.start(program, { cancelTimeoutMs: 50 });
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const turn = session.prompt([say('go')]);
      await heard.until(() => heard.text === 'a');
      session.cancel();
      assert.deepEqual(await turn, { reason: 'cancelled' });
      assert.deepEqual(await session.prompt([say('again')]), { reason: 'finished' });
      assert.equal(heard.text, 'ab');
    });

    it('ends the turn of an agent that never ends one', async () => {
      const instance = await test.start(testAgent('never-ends'), { cancelTimeoutMs: 50 });
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const turn = session.prompt([say('go')]);
      await heard.until(() => heard.text === 'thinking');
      session.cancel();
      session.cancel();
      assert.deepEqual(await turn, { reason: 'cancelled' });
    });

    it('before anything was sent sends nothing', async () => {
      const instance = await test.start(playing({ say: 'worked' }));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      assert.deepEqual(await session.prompt([say('go')], AbortSignal.abort()), { reason: 'cancelled' });
      assert.deepEqual(await session.prompt([say('go')]), { reason: 'finished' });
      assert.equal(heard.text, 'worked');
    });
  });
});

function resultOf(text: string): unknown {
  return (JSON.parse(text) as { result: unknown }).result;
}
