import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { useChat } from '../harness/suite.ts';

/** A long answer, a thought and a tool call whose output fills some lines, at the end of a session. */
function toolScript(lines = 30): Script {
  const script = new Script();
  script.add(...readyAgent);
  script.turn('t0', 'First', Array.from({ length: lines }, (_, line) => `Line ${String(line)} of the answer.`).join('\n\n'));
  script.prompt('t1', 'Read it');
  script.add({ type: 'text.added', turn: 't1', entry: 'th', kind: 'thought', text: Array.from({ length: 9 }, () => 'Hm.').join('\n\n') });
  script.add({
    type: 'entry.added',
    turn: 't1',
    added: {
      kind: 'tool',
      id: 'to1',
      at: '2026-11-21T10:00:00.000Z',
      title: 'Read src/login.ts',
      toolKind: 'read',
      state: 'succeeded',
      content: [{ type: 'text', text: { text: Array.from({ length: 9 }, (_, line) => `const a${String(line)} = 0;`).join('\n') } }],
      locations: [],
    },
  });
  return script;
}

async function topOf(locator: Locator): Promise<number> {
  return Math.round((await locator.boundingBox())?.y ?? NaN);
}

async function settled(chat: ChatPage): Promise<void> {
  for (let round = 0; round < 4; round++) await chat.settled();
}

describe('R0.2 what is opened at the end of the conversation', function () {
  this.timeout(60_000);
  const open = useChat();

  for (const kind of ['tool', 'thought'] as const)
    it(`stays under the pointer and opens downwards: a ${kind}`, async () => {
      const chat = await open(toolScript().state);
      await settled(chat);
      assert.ok((await chat.gap()) <= 1);
      const head = chat.page.locator(`article[data-kind=${kind}] .tool-head`);
      const before = await topOf(head);
      await head.click();
      await settled(chat);
      assert.equal(await head.getAttribute('aria-expanded'), 'true');
      assert.equal(await topOf(head), before);
      assert.equal(await chat.page.getByRole('button', { name: 'Go to the end' }).count(), 1, 'the end is out of sight, and that is said');
      await head.click();
      await settled(chat);
      assert.equal(await topOf(head), before);
      assert.ok((await chat.gap()) <= 1);
    });

  it('does not stop the list from following what comes after it', async () => {
    const script = toolScript();
    const chat = await open(script.state);
    await settled(chat);
    const head = chat.page.locator('article[data-kind=tool] .tool-head');
    await head.click();
    await settled(chat);
    await head.click();
    await settled(chat);
    for (let piece = 0; piece < 20; piece++)
      await chat.events(
        script.add({ type: 'text.added', turn: 't1', entry: 'm', kind: 'message', text: `Paragraph ${String(piece)}.\n\n` }),
      );
    assert.ok((await chat.gap()) <= 1, `a gap of ${String(await chat.gap())} pixels`);
  });
});

describe('R0.2 the message that is read, at the top edge', function () {
  this.timeout(60_000);
  const open = useChat();

  it('is not put over itself where all of the conversation is in sight', async () => {
    const script = new Script();
    script.add(...readyAgent);
    const chat = await open(script.state);
    // The row of the failure is higher than was guessed, in a list that cannot scroll.
    await chat.events([
      ...script.prompt('t0', 'hello'),
      ...script.add({ type: 'turn.ended', turn: 't0', reason: 'failed', error: 'The command was not found. '.repeat(12) }),
    ]);
    await settled(chat);
    assert.equal(await chat.page.locator('.sticky-prompt').count(), 0);
    assert.equal(await chat.page.getByRole('button', { name: 'Previous Message of Yours' }).getAttribute('aria-disabled'), 'true');
  });
});
