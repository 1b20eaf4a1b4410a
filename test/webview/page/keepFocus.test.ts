import assert from 'node:assert/strict';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { commandQuestion } from '../harness/sample.ts';
import { useChat } from '../harness/suite.ts';

/** What happens to a page that goes to the background and gets the keyboard again: its focus is gone, its window's events come. */
async function goAndComeBack(chat: ChatPage): Promise<void> {
  await chat.page.evaluate(() => {
    window.dispatchEvent(new FocusEvent('blur'));
    (document.activeElement as HTMLElement | null)?.blur();
    window.dispatchEvent(new FocusEvent('focus'));
  });
  await chat.settled();
}

const focused = (chat: ChatPage): Promise<string | null | undefined> =>
  chat.page.evaluate(() => document.activeElement?.getAttribute('data-part') ?? document.activeElement?.tagName);

describe('R1.11 R1.13 a panel that comes to the front again', function () {
  this.timeout(60_000);
  const open = useChat();

  it('has the keyboard where it was: in the message box, in the conversation', async () => {
    const script = new Script();
    script.add(...readyAgent);
    script.turn('t0', 'One', 'Two');
    const chat = await open(script.state);
    await chat.page.locator('textarea').fill('half ');
    await goAndComeBack(chat);
    await chat.page.keyboard.type('a word');
    assert.equal(await chat.page.locator('textarea').inputValue(), 'half a word');
    await chat.page.locator('[data-part=transcript]').focus();
    await goAndComeBack(chat);
    assert.equal(await focused(chat), 'transcript');
  });

  it('does not give it to a question, which single keys answer', async () => {
    const script = new Script();
    script.add(...readyAgent);
    script.prompt('t0', 'Build it');
    script.add(commandQuestion('t0', 'p1', 'npm run build'));
    const chat = await open(script.state);
    await chat.page.locator('[data-part=permission-card]').focus();
    assert.equal(await focused(chat), 'permission-card');
    await goAndComeBack(chat);
    assert.equal(await focused(chat), 'composer');
  });
});
