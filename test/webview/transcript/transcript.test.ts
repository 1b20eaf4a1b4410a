import assert from 'node:assert/strict';
import { turnsBefore } from '../../../src/model/window.ts';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { sampleScript } from '../harness/sample.ts';
import { useChat } from '../harness/suite.ts';

/** A session of so many turns, each a prompt and an answer. */
function longScript(turns: number): Script {
  const script = new Script();
  script.add(...readyAgent);
  for (let turn = 0; turn < turns; turn++)
    script.turn(`t${String(turn)}`, `Question ${String(turn)}`, `Answer **${String(turn)}**\n\nwith two paragraphs`);
  return script;
}

async function scrollTo(chat: ChatPage, top: number): Promise<void> {
  await chat.page.locator('[data-part=transcript]').evaluate((scroller, to) => (scroller.scrollTop = to), top);
  await chat.settled();
  await chat.settled();
}

/** The text at the top edge and how far its row is from there. */
function atTop(chat: ChatPage): Promise<{ readonly text: string; readonly offset: number }> {
  return chat.page.locator('[data-part=transcript]').evaluate((scroller) => {
    const top = scroller.getBoundingClientRect().top;
    const rows = [...scroller.querySelectorAll('.row')];
    const row = rows.find((one) => one.getBoundingClientRect().bottom > top + 40);
    return { text: row?.textContent ?? '', offset: Math.round((row?.getBoundingClientRect().top ?? 0) - top) };
  });
}

describe('R0.2 the transcript', function () {
  this.timeout(60_000);
  const open = useChat();

  it('shows every kind of entry, asks nothing of the network and keeps the policy', async () => {
    const chat = await open(sampleScript().state, { height: 3000 });
    const kinds = await chat.page
      .locator('article')
      .evaluateAll((articles) => articles.map((article) => (article as HTMLElement).dataset['kind']));
    for (const kind of ['prompt', 'thought', 'plan', 'tool', 'permission', 'message', 'notice', 'end'])
      assert.ok(kinds.includes(kind), `${kind} in ${kinds.join(' ')}`);
    assert.equal(await chat.page.locator('.hl-keyword').first().textContent(), 'export');
    assert.equal(await chat.page.locator('th').first().textContent(), 'file');
    assert.deepEqual(await chat.violations(), []);
    assert.deepEqual(chat.logged, []);
    assert.deepEqual(chat.fetched, []);
  });

  it('opens files, links, diffs and long texts in the editor', async () => {
    const chat = await open(sampleScript().state, { height: 3000 });
    await chat.page.locator('a.link', { hasText: 'src/login.ts:12' }).click();
    assert.deepEqual((await chat.request('ui/openFile')).params['location'], { path: '/home/ada/shop/src/login.ts', line: 11 });
    await chat.page.locator('a.link', { hasText: 'https://example.com' }).press('Enter');
    assert.equal((await chat.request('ui/openExternal')).params['url'], 'https://example.com/docs/sessions');
    await chat.page.locator('article[data-entry=to2] .tool-head').click();
    await chat.page.locator('.diff-head').click();
    assert.deepEqual((await chat.request('ui/openDiff')).params, { entry: 'to2', index: 0 });
  });

  it('copies code, a message and a turn', async () => {
    const chat = await open(sampleScript().state, { height: 3000 });
    await chat.page.getByRole('button', { name: 'Copy Code' }).click();
    assert.match(String((await chat.request('ui/copy')).params['text']), /^export async function verify[\s\S]*\}$/);
    await chat.page.getByRole('button', { name: 'Copy Turn' }).first().click();
    assert.deepEqual((await chat.request('session/transcript')).params, { turn: 't1' });
  });

  it('continues an interrupted turn with its button', async () => {
    const chat = await open(sampleScript().state);
    await chat.page.getByRole('button', { name: 'Continue' }).click();
    await chat.request('session/continue');
  });

  it('draws a stored image from memory', async () => {
    const script = new Script();
    script.prompt('t1', 'Draw');
    script.add({
      type: 'entry.added',
      turn: 't1',
      added: { id: 'i1', at: '', kind: 'image', mimeType: 'image/png', blob: 'a'.repeat(64), bytes: 68 },
    });
    const chat = await open(new Script().state);
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    chat.on('session/blob', () => ({ data: png, bytes: 68 }));
    await chat.notify('panel/checkpoint', { state: script.state });
    await chat.page.locator('img.stored-image[src^="blob:"]').waitFor();
    assert.deepEqual(await chat.violations(), []);
  });

  it('marks how a turn ended, and offers what helps', async () => {
    const script = new Script();
    script.prompt('t1', 'Go');
    script.add({ type: 'turn.ended', turn: 't1', reason: 'failed', error: 'The agent left with code 1.' });
    const chat = await open(script.state);
    assert.match((await chat.page.locator('.end-mark').textContent()) ?? '', /Failed: The agent left with code 1\./);
    await chat.page.getByRole('button', { name: 'Retry' }).click();
    assert.deepEqual((await chat.request('session/retry')).params, { turn: 't1' });
  });
});

describe('R6.13 a long session', function () {
  this.timeout(120_000);
  const open = useChat();

  it('of 10,000 messages needs at most 1,500 nodes, at its end, in its middle and at its beginning', async () => {
    const script = longScript(5000);
    const chat = await open(script.state, { entries: 20_000 });
    assert.ok((await chat.nodes()) <= 1500, String(await chat.nodes()));
    assert.match(
      (await chat.page.locator('article').last().locator('xpath=preceding-sibling::article[1]').textContent()) ?? '',
      /Answer 4999/,
    );
    assert.ok((await chat.gap()) <= 1);
    for (let look = 0; look < 200 && !(await atTop(chat)).text.includes('Question 0'); look++) {
      await scrollTo(chat, 0);
      assert.ok((await chat.nodes()) <= 1500, String(await chat.nodes()));
    }
    assert.match((await atTop(chat)).text, /Question 0/);
    assert.equal(await chat.page.locator('article').first().getAttribute('aria-setsize'), '15000');
    await chat.page.getByRole('button', { name: 'Go to the end' }).click();
    await chat.page.locator('article', { hasText: 'Answer 4999' }).waitFor();
    assert.ok((await chat.nodes()) <= 1500, String(await chat.nodes()));
  });

  it('fetches earlier entries when one comes near the top, and what is read stays where it is', async () => {
    const script = longScript(300);
    const chat = await open(script.state, { entries: 60 });
    chat.on('session/turns', ({ before, limit }) => ({
      turns: turnsBefore(script.state.turns, before as { turn: number; entry: number }, limit as number),
    }));
    await scrollTo(chat, 900);
    await chat.request('session/turns');
    const first = await atTop(chat);
    await chat.settled();
    await chat.settled();
    assert.deepEqual(await atTop(chat), first);
    const size = await chat.page.locator('[data-part=transcript]').evaluate((scroller) => scroller.scrollTop);
    assert.ok(size > 1500, 'the fetched entries lie above');
  });

  it('announces place and size of each entry, the size only where it is known', async () => {
    const script = longScript(20);
    const whole = await open(script.state, { entries: 1000 });
    const last = whole.page.locator('article').last();
    assert.equal(await last.getAttribute('aria-posinset'), '60');
    assert.equal(await last.getAttribute('aria-setsize'), '60');
    const part = await open(script.state, { entries: 10 });
    assert.equal(await part.page.locator('article').last().getAttribute('aria-setsize'), '-1');
  });

  it('names the turn that is read once its prompt has left the screen, and goes back to it', async () => {
    const script = new Script();
    script.turn('t1', 'The one question', 'a paragraph\n\n'.repeat(100));
    const chat = await open(script.state);
    await chat.page.locator('.sticky-prompt', { hasText: 'The one question' }).click();
    await chat.page.locator('article[data-kind=prompt]').waitFor();
  });

  it('comes back at the place where it was left', async () => {
    const script = longScript(100);
    script.add({ type: 'session.viewed', scroll: { entry: 't40-a#1', offset: 5 } });
    const chat = await open(script.state);
    await chat.page.locator('article[data-entry="t40-a"]').waitFor();
    await chat.page.waitForFunction(() => {
      const scroller = document.querySelector('[data-part=transcript]');
      const row = document.querySelector('article[data-entry="t40-a"] .row:last-child');
      return scroller !== null && row !== null && Math.abs(row.getBoundingClientRect().top - scroller.getBoundingClientRect().top + 5) <= 1;
    });
  });

  it('keeps the place and the read mark on the host', async () => {
    const script = longScript(100);
    const chat = await open(script.state);
    await chat.request('session/view', (params) => params['read'] === true);
    await scrollTo(chat, 500);
    const { params } = await chat.request('session/view', (asked) => typeof asked['scroll'] === 'object' && asked['scroll'] !== null);
    assert.equal(typeof (params['scroll'] as { entry: unknown }).entry, 'string');
    await chat.page.getByRole('button', { name: 'Go to the end' }).click();
    await chat.request('session/view', (asked) => asked['scroll'] === null);
  });

  it('finds on the host, and goes to what is not loaded', async () => {
    const script = longScript(300);
    const chat = await open(script.state, { entries: 60 });
    chat.on('session/turns', ({ before, limit }) => ({
      turns: turnsBefore(script.state.turns, before as { turn: number; entry: number }, limit as number),
    }));
    chat.on('session/find', ({ query }) => ({
      matches: [20, 280].map((turn) => ({ turn, entry: 0, entryId: `t${String(turn)}-a`, excerpt: 'Answer', start: 0, end: 6 })),
      total: query === 'Answer' ? 2 : 0,
    }));
    await chat.page.keyboard.press('Control+f');
    await chat.page.getByRole('textbox', { name: 'Find in this session' }).fill('Answer');
    await chat.page.locator('article.marked', { hasText: 'Answer 280' }).waitFor();
    await chat.page.keyboard.press('Enter');
    await chat.page.locator('article.marked', { hasText: 'Answer 20' }).waitFor();
    await chat.page.locator('.find-count', { hasText: /^1 of 2$/ }).waitFor();
    await chat.page.keyboard.press('Escape');
    assert.equal(await chat.page.locator('[data-part=find]').count(), 0);
  });

  it('R2.4 opens at the place that was searched for, not where one was before', async () => {
    const script = longScript(300);
    script.add({ type: 'session.viewed', scroll: { entry: 't280-a', offset: 0 } });
    const chat = await open(script.state, { reveal: { turn: 20, entry: 't20-a', text: 'answer 20' } });
    await chat.page.locator('article.marked', { hasText: 'Answer 20' }).waitFor();
    await chat.settled();
    const isInSight = await chat.page.locator('article.marked').evaluate((row) => {
      const seen = document.querySelector('[data-part=transcript]')?.getBoundingClientRect();
      const box = row.getBoundingClientRect();
      return seen !== undefined && box.top >= seen.top && box.bottom <= seen.bottom;
    });
    assert.ok(isInSight);
    await chat.notify('panel/reveal', { turn: 290 });
    await chat.page.locator('article.marked', { hasText: 'Question 290' }).waitFor();
    await chat.page.keyboard.press('Shift');
    await chat.page.locator('article.marked').waitFor({ state: 'detached' });
  });

  it('takes the keyboard again when find is asked for while it is open', async () => {
    const chat = await open(longScript(3).state);
    const field = chat.page.getByRole('textbox', { name: 'Find in this session' });
    await chat.page.keyboard.press('Control+f');
    await field.waitFor();
    await chat.page.locator('textarea').click();
    await chat.page.keyboard.press('Control+f');
    await chat.page.keyboard.type('Answer');
    assert.equal(await field.inputValue(), 'Answer');
  });
});
