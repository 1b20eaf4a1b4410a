import assert from 'node:assert/strict';
import { Script } from './conversation.ts';
import { sampleScript } from './sample.ts';
import { useChat } from './suite.ts';

describe('R6.14 a page that several tests take one after the other', () => {
  const open = useChat();

  it('has nothing of the chat before: no state, no listener, no size, no pointer, and none of its last words', async () => {
    const first = await open(sampleScript().state, { width: 500, theme: 'light' });
    await first.page.evaluate(() => {
      Object.assign(globalThis, { savedState: 'left', own: 'left' });
      localStorage.setItem('left', 'yes');
      window.addEventListener('pagehide', () => {
        const { toExtension } = globalThis as unknown as { toExtension: (message: unknown, visit: number) => void };
        toExtension({ type: 'log', level: 'error', text: 'last words' }, Number(new URLSearchParams(location.search).get('visit')));
      });
    });
    await first.page.locator('textarea').fill('a draft');
    await first.page.locator('textarea').hover();
    await first.close();
    const second = await open(new Script().state);
    assert.equal(second.page, first.page);
    const found = await second.page.evaluate(() => ({
      globals: ['own', 'savedState'].filter((name) => (globalThis as Record<string, unknown>)[name] === 'left'),
      stored: localStorage.length,
      size: [innerWidth, innerHeight],
      hovered: document.querySelectorAll(':hover').length,
      draft: document.querySelector('textarea')?.value,
      entries: document.querySelectorAll('article').length,
    }));
    assert.deepEqual(found, { globals: [], stored: 0, size: [700, 800], hovered: 0, draft: '', entries: 0 });
    assert.deepEqual([first.logged, second.logged], [[], []]);
    assert.equal(second.count('session/draft'), 0);
  });

  it('is one of its own for a chat that is open beside another, and for one that asks for it', async () => {
    const chats = [await open(new Script().state), await open(new Script().state), await open(new Script().state, { ownPage: true })];
    assert.equal(new Set(chats.map(({ page }) => page)).size, 3);
    for (const chat of chats) assert.equal(await chat.page.locator('textarea').count(), 1);
  });
});
