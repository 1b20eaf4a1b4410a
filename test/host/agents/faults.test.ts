import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { LoomError } from '../../../src/base/errors.ts';
import type { AgentUpdate } from '../../../src/host/agents/agentPort.ts';
import { Heard, agents, playing, scripted, testAgent } from './heard.ts';

const go = [{ type: 'text' as const, text: 'go' }];

describe('R6.14 R5.4 an agent that misbehaves', function () {
  this.timeout(60_000);
  const test = agents();

  describe('ends', () => {
    it('in mid-turn: the turn is interrupted with exit code and last words, and the session hears it once', async () => {
      const instance = await test.start(testAgent('crashes-mid-turn'));
      const heard = new Heard();
      const idle = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      await instance.open({ cwd: test.folder, listener: idle });
      const stop = await session.prompt(go);
      assert.equal(stop.reason, 'interrupted');
      assert.equal(stop.error, 'The agent “Test” ended (exit code 1). Last lines: test agent: out of memory');
      await heard.until(() => heard.closings.length === 1);
      await idle.until(() => idle.closings.length === 1);
      assert.equal(heard.text, 'I was about to say ');
      await instance.close();
      assert.deepEqual(heard.closings, [stop.error]);
      assert.deepEqual(idle.closings, [stop.error]);
      assert.equal(instance.pid, undefined);
      assert.equal(instance.sessionCount, 0);
      await assert.rejects(session.prompt(go), { code: 'disconnected' });
      await assert.rejects(instance.open({ cwd: test.folder, listener: new Heard() }), { code: 'disconnected', message: stop.error });
    });

    it('by a signal: the message names it', async function () {
      if (process.platform === 'win32') this.skip();
      const instance = await test.start(testAgent('crashes-mid-turn', { LOOM_CRASH: 'kill' }));
      const session = await instance.open({ cwd: test.folder, listener: new Heard() });
      assert.match((await session.prompt(go)).error ?? '', /ended \(signal SIGKILL\)/);
    });

    it('while it asks: the question is withdrawn', async () => {
      const ask = { toolCall: { toolCallId: 'c', title: 'May I?' }, options: [{ optionId: 'y', name: 'Yes', kind: 'allow_once' }] };
      const instance = await test.start(playing({ ask }));
      const heard = new Heard(() => new Promise(() => undefined));
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const turn = session.prompt(go);
      await heard.until(() => heard.questions.length === 1);
      process.kill(instance.pid ?? assert.fail(), 'SIGKILL');
      assert.equal((await turn).reason, 'interrupted');
      assert.deepEqual(heard.withdrawn, ['May I?']);
    });

    it('while a session opens: opening fails with the reason', async () => {
      const instance = await test.start(testAgent('answers-late', { LOOM_DELAY: '200' }));
      const opening = instance.open({ cwd: test.folder, listener: new Heard() });
      process.kill(instance.pid ?? assert.fail(), 'SIGKILL');
      await assert.rejects(
        opening,
        (error) => error instanceof LoomError && error.code === 'disconnected' && error.message.includes('ended'),
      );
    });

    it('because it is closed: a running turn is interrupted, and the session hears that the agent was stopped', async () => {
      const instance = await test.start(testAgent('never-ends'));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const turn = session.prompt(go);
      await heard.until(() => heard.text === 'thinking');
      await Promise.all([instance.close(), instance.close()]);
      assert.deepEqual(await turn, { reason: 'interrupted', error: 'The agent “Test” was stopped.' });
      assert.deepEqual(heard.closings, ['The agent “Test” was stopped.']);
    });
  });

  describe('prints noise', () => {
    it('which is counted, told once, and harms no message', async () => {
      const instance = await test.start(testAgent('noisy'));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      assert.equal((await session.prompt(go)).reason, 'finished');
      await heard.until(() => heard.of('notice').length > 0);
      await session.prompt(go);
      await delay(300);
      assert.equal(heard.text, 'one twoone two');
      const [notice, ...more] = heard.of('notice');
      assert.deepEqual(more, []);
      assert.match(notice?.text ?? '', /^The agent printed \d+ lines that are no messages\. They were left out\.$/);
      assert.equal(notice?.detail, '[info] warming up…');
    });

    it('with invalid UTF-8 inside of a message: the rest of it is shown', async () => {
      const instance = await test.start(testAgent('test/host/agents/fixtures/broken-bytes.ts'));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      await session.prompt(go);
      assert.equal(heard.text, 'a\ufffdb');
    });
  });

  it('sends a line of 100 MB: it is dropped with a notice, and what follows is read', async () => {
    const instance = await test.start(testAgent('huge-line'));
    const heard = new Heard();
    const other = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    await instance.open({ cwd: test.folder, listener: other });
    assert.equal((await session.prompt(go)).reason, 'finished');
    assert.equal(heard.text, ' and more');
    assert.match(heard.of('notice')[0]?.text ?? '', /sent a message of 95 MB, which is too long/);
    assert.deepEqual(other.updates, []);
  });

  for (const [what, setting] of [
    ['with its id first', 'first'],
    ['with its id last', 'last'],
    ['without an id, while nobody else waits', 'none'],
  ] as const) {
    it(`answers a prompt with a line of 34 MB ${what}: the turn fails at once and says why, and the next one works`, async () => {
      const instance = await test.start(testAgent('huge-answer', { LOOM_ID: setting }));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const failed = await session.prompt(go);
      assert.equal(failed.reason, 'failed');
      assert.match(failed.error ?? '', /answered with an error: The message was 34 MB long, which is too much to be read\.$/);
      assert.equal(heard.of('notice').length, 1);
      assert.equal((await session.prompt(go)).reason, 'finished');
    });
  }

  it('asks for something in a line of 34 MB: it is answered with an error instead of never', async () => {
    const instance = await test.start(testAgent('huge-answer', { LOOM_ID: 'request' }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    assert.equal((await session.prompt(go)).reason, 'finished');
    assert.match(heard.text, /"code":-32600,"message":"The message was 34 MB long/);
  });

  it('sends a line of 20 MB: it is shown', async () => {
    const instance = await test.start(testAgent('huge-line', { LOOM_BYTES: String(20 * 1024 * 1024) }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    await session.prompt(go);
    assert.equal(heard.text.length, 20 * 1024 * 1024 + ' and more'.length);
  });

  describe('floods', () => {
    it('and everything arrives in order while others in this process get their turns', async () => {
      const instance = await test.start(testAgent('floods', { LOOM_COUNT: '50000', LOOM_RATE: '0' }));
      const heard = new Heard();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      await session.prompt(go);
      clearInterval(timer);
      assert.equal(heard.of('text').length, 50_000);
      assert.ok(heard.of('text').every((update, index) => update.text === `${index + 1} `));
      assert.ok(turns > 5, `Timers ran ${turns} times.`);
    });

    it('and is not read any further while a session cannot take more', async () => {
      const instance = await test.start(testAgent('floods', { LOOM_COUNT: '20000', LOOM_RATE: '0' }));
      const gate = Promise.withResolvers<undefined>();
      let isOpen = false;
      // What was read in one go is heard before anybody is asked, and how much that is depends on the machine.
      const asked = Promise.withResolvers<number>();
      const heard = new (class extends Heard {
        ready(): Promise<void> | undefined {
          if (isOpen || this.updates.length < 100) return undefined;
          asked.resolve(this.updates.length);
          return gate.promise;
        }
      })();
      const session = await instance.open({ cwd: test.folder, listener: heard });
      const turn = session.prompt(go);
      const heldAt = await asked.promise;
      await delay(200);
      assert.equal(heard.updates.length, heldAt);
      assert.ok(heldAt < 20_000, `${heldAt} were read before anybody was asked.`);
      isOpen = true;
      gate.resolve(undefined);
      await turn;
      assert.equal(heard.updates.length, 20_000);
    });
  });

  it('sends what nobody foresaw: each unknown kind is told once, malformed fields are left out singly, the rest is shown', async () => {
    const instance = await test.start(testAgent('unknown-updates'));
    const heard = new Heard(() => Promise.resolve('maybe'));
    const session = await instance.open({ cwd: test.folder, listener: heard });
    assert.deepEqual(session.controls.commands, [{ name: 'early', description: 'Came early' }]);
    for (const turn of [1, 2]) {
      assert.equal((await session.prompt(go)).reason, 'finished');
      await heard.until(
        () => heard.updates.filter((update) => update.type === 'text' && update.text === ' after the turn').length === turn,
      );
    }
    const notices = heard.of('notice').map((notice) => notice.text);
    assert.deepEqual(notices, [
      'The agent sent an update “telepathy” that this version does not know. Updates of this kind are left out.',
      'The agent sent an update without a name that this version does not know. Updates of this kind are left out.',
    ]);
    const [orphan, odd] = heard.of('tool');
    assert.equal(orphan?.callId, 'orphan');
    assert.equal(orphan.fields.state, 'running');
    assert.deepEqual(
      { ...odd?.fields },
      { title: 'Odd', toolKind: 'other', state: undefined, input: undefined, content: [], locations: undefined },
    );
    assert.deepEqual(heard.of('plan')[0]?.items, [{ text: 'no status', priority: 'medium', state: 'pending' }]);
    assert.deepEqual(heard.questions[0]?.options, [
      { id: 'yes', label: 'Yes', role: 'allow-once' },
      { id: 'maybe', label: 'Maybe', role: 'other' },
    ]);
    assert.match(heard.text, /^early /);
    assert.match(heard.text, /"optionId":"maybe"/);
    assert.ok(!heard.text.includes('lost'));
  });

  it('speaks before it has answered session/new: nothing of it is lost, and it goes to the right session', async () => {
    const instance = await test.start(testAgent('answers-late', { LOOM_DELAY: '50' }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    await session.prompt(go);
    assert.equal(heard.text, 'at once');
    assert.deepEqual(
      heard.updates.filter((update: AgentUpdate) => update.type === 'controls'),
      [],
    );
  });

  it('answers twice, answers what nobody asked, and asks for what does not exist: the conversation goes on', async () => {
    const instance = await test.start(
      scripted({
        turns: [
          [
            { raw: '{"jsonrpc":"2.0","id":1,"result":{"sessionId":"again"}}' },
            { raw: '{"jsonrpc":"2.0","id":999,"result":{}}' },
            { raw: '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}' },
            { raw: '{"jsonrpc":"2.0","method":"no/such/notification","params":{}}' },
            { request: { method: 'teleport/create', params: { place: 'x' } } },
            { say: '{{answer}}' },
          ],
        ],
      }),
    );
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    assert.equal((await session.prompt(go)).reason, 'finished');
    assert.match(heard.text, /-32601/);
  });

  it('is heard by a listener that fails: the other sessions and the turn are not harmed', async () => {
    const instance = await test.start(playing({ say: 'a' }, { say: 'b' }));
    const heard = new Heard();
    heard.update = () => {
      throw new Error('full');
    };
    const session = await instance.open({ cwd: test.folder, listener: heard });
    assert.equal((await session.prompt(go)).reason, 'finished');
    const second = new Heard();
    await (await instance.open({ cwd: test.folder, listener: second })).prompt(go);
    assert.equal(second.text, 'ab');
  });

  it('has subagents under ids of their own: their questions reach the session that works, their words are not mixed in', async () => {
    const toolCall = { toolCallId: 'c', title: 'From below' };
    const instance = await test.start(
      playing(
        {
          raw: JSON.stringify({ method: 'session/update', params: { sessionId: 'sub', update: { sessionUpdate: 'agent_message_chunk' } } }),
        },
        { ask: { sessionId: 'sub', toolCall, options: [{ optionId: 'y', name: 'Yes', kind: 'allow_once' }] } },
        { say: '{{answer}}' },
      ),
    );
    const [working, idle] = [new Heard(), new Heard()];
    await instance.open({ cwd: test.folder, listener: idle });
    const session = await instance.open({ cwd: test.folder, listener: working });
    await session.prompt(go);
    assert.equal(working.questions[0]?.title, 'From below');
    assert.match(working.text, /^{.*"optionId":"y".*}$/);
    assert.deepEqual(idle.questions, []);
  });

  it('gives two sessions the same id: the second is refused instead of mixed with the first', async () => {
    const instance = await test.start(scripted({ new: { sessionId: 'same' }, turns: [[]] }));
    await instance.open({ cwd: test.folder, listener: new Heard() });
    await assert.rejects(instance.open({ cwd: test.folder, listener: new Heard() }), { code: 'agent' });
    assert.equal(instance.sessionCount, 1);
  });

  it('never answers session/new: opening gives up after a limit and can be cancelled', async () => {
    const instance = await test.start(testAgent('answers-late', { LOOM_DELAY: '2000' }), { openTimeoutMs: 100 });
    await assert.rejects(instance.open({ cwd: test.folder, listener: new Heard() }), { code: 'timeout' });
    const stop = new AbortController();
    const opening = instance.open({ cwd: test.folder, listener: new Heard() }, stop.signal);
    stop.abort();
    await assert.rejects(opening, { code: 'cancelled' });
    await assert.rejects(instance.open({ cwd: test.folder, listener: new Heard() }, AbortSignal.abort()), { code: 'cancelled' });
  });
});
