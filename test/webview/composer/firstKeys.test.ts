import assert from 'node:assert/strict';
import { Script, readyAgent } from '../harness/conversation.ts';
import { useChat } from '../harness/suite.ts';

describe('R1.11 R1.13 the first keys in a panel', function () {
  this.timeout(60_000);
  const open = useChat();

  it('go into the message box by themselves', async () => {
    const chat = await open(new Script().state);
    await chat.page.keyboard.type('hello');
    assert.equal(await chat.page.locator('textarea').inputValue(), 'hello');
  });

  it('come behind the draft that was kept, when they are faster than the session', async () => {
    const script = new Script();
    script.add(...readyAgent, { type: 'session.viewed', draft: 'half a ' });
    const chat = await open(script.state, { late: true });
    await chat.page.keyboard.type('thought');
    assert.equal(chat.asked.length, 0);
    await chat.begin(script.state);
    assert.equal(await chat.page.locator('textarea').inputValue(), 'half a thought');
    await chat.request('session/view', (params) => params['draft'] === 'half a thought');
  });

  it('stay where a person has pointed', async () => {
    const chat = await open(new Script().state);
    await chat.page.locator('.title button').click();
    await chat.page.locator('input.title-field:focus').waitFor();
    await chat.settled();
    assert.equal(await chat.page.evaluate(() => document.activeElement?.tagName), 'INPUT');
  });
});
