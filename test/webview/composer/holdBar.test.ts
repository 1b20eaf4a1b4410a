import assert from 'node:assert/strict';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

function busyScript(): Script {
  const script = new Script();
  script.add(...readyAgent);
  script.prompt('t0', 'First question');
  const parts = [{ type: 'text', text: 'Second question' }] as const;
  script.add({ type: 'queue.changed', queue: [{ id: 'p1', parts }] });
  return script;
}

describe('R1.1 R1.12 a session that holds its messages', function () {
  this.timeout(60_000);
  const open = useChat();
  const bar = async (chat: ChatPage): Promise<string> => (await chat.page.locator('[data-part=hold] .hold-text').allTextContents()).join();

  it('that was stopped while messages wait says that it is paused, and goes on with Resume, by keyboard too', async () => {
    const script = busyScript();
    const chat = await open(script.state);
    assert.equal(await chat.page.locator('[data-part=hold]').count(), 0);
    await chat.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await chat.request('turn/cancel');
    await chat.events([
      ...script.add({ type: 'session.moved', lifecycle: 'paused', archived: false, by: 'person' }),
      ...script.add({ type: 'turn.ended', turn: 't0', reason: 'cancelled' }),
    ]);
    assert.equal(await bar(chat), 'The session is paused. One message waits.');
    assert.deepEqual(await findings(chat), []);
    await chat.page.locator('article').first().focus();
    const focused = (): Promise<string> => chat.page.evaluate(() => document.activeElement?.textContent ?? '');
    for (let step = 0; step < 40 && (await focused()) !== 'Resume'; step++) await chat.page.keyboard.press('Tab');
    assert.equal(await focused(), 'Resume');
    await chat.page.keyboard.press('Enter');
    assert.deepEqual((await chat.request('session/move')).params, { to: 'open' });
    await chat.events([
      ...script.add({ type: 'session.moved', lifecycle: 'open', archived: false, by: 'person' }, { type: 'queue.changed', queue: [] }),
      ...script.prompt('t1', 'Second question'),
    ]);
    assert.equal(await chat.page.locator('[data-part=hold]').count(), 0);
    assert.equal(await chat.page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA');
  });

  for (const [reason, says] of [
    ['failed', /failed, so what waits/],
    ['interrupted', /cut off, so what waits/],
  ] as const) {
    it(`whose last turn was ${reason} says why they wait, and sends them when it is asked to`, async () => {
      const script = busyScript();
      script.add({ type: 'turn.ended', turn: 't0', reason });
      const chat = await open(script.state);
      assert.match(await bar(chat), says);
      await chat.page.getByRole('button', { name: 'Resume' }).click();
      await chat.request('session/move');
    });
  }

  it('says nothing while they go out by themselves, and offers to reopen a session that has come to its end', async () => {
    const script = new Script();
    script.turn('t0', 'Question', 'Answer');
    const chat = await open(script.state);
    assert.equal(await bar(chat), '');
    for (const lifecycle of ['completed', 'closed'] as const) {
      await chat.events(script.add({ type: 'session.moved', lifecycle, archived: false, by: 'person' }));
      assert.equal(await bar(chat), `The session is ${lifecycle}.`);
      assert.deepEqual(await findings(chat), []);
    }
    await chat.page.getByRole('button', { name: 'Reopen' }).click();
    assert.deepEqual((await chat.request('session/move')).params, { to: 'open' });
  });
});
