import assert from 'node:assert/strict';
import type { Fact } from '../../../src/model/events.ts';
import type { Hold } from '../../../src/model/hold.ts';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

const waiting: Fact = { type: 'queue.changed', queue: [{ id: 'p1', parts: [{ type: 'text', text: 'Question' }] }] };

describe('R1.6 R6.9 R6.12 a session that the host holds', function () {
  this.timeout(60_000);
  const open = useChat();
  const bar = async (chat: ChatPage): Promise<string> =>
    (await chat.page.locator('[data-part=host-hold] .hold-text').allTextContents()).join();

  it('says what it waits for, and offers what a person can do about it', async () => {
    const script = new Script();
    script.add(...readyAgent, waiting);
    const chat = await open(script.state);
    assert.equal(await bar(chat), '');
    const until = '2026-11-21T10:30:00.000Z';
    const time = new Date(until).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit' });
    const cases: readonly (readonly [Hold, RegExp, string | undefined])[] = [
      [
        { kind: 'capacity', limit: 10, place: 2, since: until },
        /^Waits for one of 10 active sessions to finish; number 2 in line\.$/,
        undefined,
      ],
      [
        { kind: 'rate-limited', until, reason: 'Too many requests.' },
        new RegExp(`^It goes on by itself at ${time}. Too many requests\\.$`),
        'Try Now',
      ],
      [{ kind: 'quota', reason: 'Credit used up.' }, /^Credit used up\.$/, 'Try Now'],
      [
        { kind: 'budget', scope: 'day', unit: 'cost', spent: 5, limit: 4.5 },
        /^5\.00 of 4\.50 used: today’s budget is used up\.$/,
        'Go On Once',
      ],
    ];
    for (const [hold, says, button] of cases) {
      await chat.events(script.add({ type: 'hold.changed', hold }));
      assert.match(await bar(chat), says);
      assert.deepEqual(await findings(chat), []);
      const go = chat.page.locator('[data-part=host-hold] button', { hasText: /Try Now|Go On Once/ });
      assert.deepEqual(await go.allTextContents(), button === undefined ? [] : [button]);
    }
    await chat.page.getByRole('button', { name: 'Go On Once' }).click();
    await chat.request('session/goOn');
    await chat.events(script.add({ type: 'hold.changed', hold: null }, { type: 'queue.changed', queue: [] }));
    assert.equal(await bar(chat), '');
  });

  it('offers no other try of a turn that goes out again by itself', async () => {
    const script = new Script();
    script.add(...readyAgent);
    script.prompt('t0', 'Question');
    script.add({ type: 'turn.ended', turn: 't0', reason: 'failed', error: 'Too many requests.' }, waiting);
    script.add({ type: 'hold.changed', hold: { kind: 'rate-limited', until: '2026-11-21T10:30:00.000Z', reason: 'Too many requests.' } });
    const chat = await open(script.state);
    assert.equal(await chat.page.getByRole('button', { name: /^(Retry|Continue|Resume)$/ }).count(), 0);
  });
});

describe('R5.3 R5.4 R6.12 a turn that stands still, and an agent that has ended', function () {
  this.timeout(60_000);
  const open = useChat();

  it('tells which tool runs, then that there is no sign, with buttons that do what they say while the turn runs', async () => {
    const script = new Script();
    script.add(...readyAgent);
    script.prompt('t0', 'Question');
    const tool = { type: 'tool.changed', turn: 't0', entry: 't0-1' } as const;
    script.add({ ...tool, title: 'Run npm test', toolKind: 'execute', state: 'running' });
    const chat = await open(script.state);
    const line = async (): Promise<string> => (await chat.page.locator('[data-part=working]').textContent()) ?? '';
    assert.match(await line(), /^Working.*Run npm test/);
    const notice = { id: 't0-2', at: '', kind: 'notice', level: 'warning', text: 'No sign for 180 seconds.' } as const;
    await chat.events(
      script.add(
        { ...tool, state: 'completed' },
        { type: 'turn.stalled', turn: 't0', since: '2026-11-21T09:57:00.000Z' },
        { type: 'entry.added', turn: 't0', added: { ...notice, action: 'wait', more: ['stop', 'restart-agent'] } },
      ),
    );
    assert.match(await line(), /^The agent gives no sign/);
    assert.match((await chat.page.locator('.status').getAttribute('title')) ?? '', /^Stalled: The agent gives no sign.*\(since /);
    assert.deepEqual(await findings(chat), []);
    const button = (name: string) => chat.page.locator('.notice button', { hasText: name });
    for (const [name, request] of [
      ['Wait', 'turn/wait'],
      ['Stop', 'turn/cancel'],
      ['Restart Agent', 'agent/restart'],
    ] as const) {
      await button(name).click();
      await chat.request(request);
    }
    await chat.events(script.finish('t0'));
    assert.deepEqual([await button('Wait').count(), await button('Stop').count()], [0, 0]);
  });

  it('has a notice with Restart Agent, and no second banner that says the same', async () => {
    const script = new Script();
    script.add(...readyAgent);
    script.turn('t0', 'Question', 'Answer');
    const reason = 'The agent “Ada” ended (exit code 1).';
    script.add(
      { type: 'agent.changed', phase: 'failed', reason },
      {
        type: 'entry.added',
        turn: 't0',
        added: { id: 't0-9', at: '', kind: 'notice', level: 'error', text: reason, action: 'restart-agent' },
      },
    );
    const chat = await open(script.state);
    assert.equal(await chat.page.locator('[data-part=agent]').count(), 0);
    await chat.page.getByRole('button', { name: 'Restart Agent' }).click();
    await chat.request('agent/restart');
  });
});
