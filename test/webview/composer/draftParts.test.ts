import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { PromptPart, PromptPartInput } from '../../../src/model/content.ts';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

const blobOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the host makes of the parts. */
function stored(part: PromptPartInput): PromptPart {
  switch (part.type) {
    case 'image':
      return { type: 'image', mimeType: part.mimeType, name: part.name, blob: blobOf(part.data), bytes: part.data.length };
    case 'attachment':
      return {
        type: 'attachment',
        name: part.name,
        content: { text: part.text.slice(0, 10), blob: blobOf(part.text), bytes: part.text.length },
      };
    case 'stored':
      return part.part;
    case 'text':
    case 'file':
      return part;
  }
}

describe('R1.3 R0.2 a draft with more than words', function () {
  this.timeout(60_000);
  const open = useChat();
  const idle = (): Script => {
    const script = new Script();
    script.add(...readyAgent);
    script.turn('t0', 'Question', 'Answer');
    return script;
  };
  const keep = (chat: ChatPage): void =>
    chat.on('session/draft', ({ parts }) => ({ parts: (parts as readonly PromptPartInput[]).map(stored) }));
  const partsOf = (params: Readonly<Record<string, unknown>>): readonly PromptPartInput[] => params['parts'] as readonly PromptPartInput[];
  const chips = (chat: ChatPage): Promise<readonly string[]> => chat.page.locator('.composer .chip > span[title]').allTextContents();
  const paste = (chat: ChatPage, text: string): Promise<void> =>
    chat.page.locator('textarea').evaluate((field, pasted) => {
      const data = new DataTransfer();
      data.setData('text/plain', pasted);
      data.items.add(new File([new Uint8Array([1, 2, 3])], 'form.png', { type: 'image/png' }));
      if (pasted !== '') data.items.remove(1);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  const kinds = (params: Readonly<Record<string, unknown>>): string =>
    partsOf(params)
      .map((part) => (part.type === 'stored' ? `stored ${part.part.type}` : part.type))
      .join();

  it('gives images, long pastes and mentions to the host at once, each once only, and sends them by their ids', async () => {
    const chat = await open(idle().state);
    keep(chat);
    chat.on('ui/mentions', () => ({
      mentions: [{ kind: 'file', label: 'src/login.ts', description: 'src', path: '/home/ada/shop/src/login.ts' }],
    }));
    await paste(chat, '');
    await chat.request('session/draft', (params) => kinds(params) === 'image');
    await paste(chat, 'x'.repeat(5000));
    await chat.request('session/draft', (params) => kinds(params) === 'stored image,attachment');
    await chat.page.locator('textarea').pressSequentially('look at @log');
    await chat.page.getByRole('option', { name: 'src/login.ts' }).waitFor();
    await chat.page.locator('textarea').press('Tab');
    await chat.request('session/draft', (params) => kinds(params) === 'stored image,stored attachment,file');
    const asked = chat.count('session/draft');
    await chat.page.locator('textarea').pressSequentially('please');
    await chat.request('session/view', (params) => params['draft'] === 'look at @src/login.ts please');
    assert.equal(chat.count('session/draft'), asked, 'words alone do not send the parts again');
    assert.deepEqual(await chips(chat), ['form.png', 'Pasted text (1 lines), 5k characters', 'src/login.ts']);
    assert.deepEqual(await findings(chat), []);
    await chat.page.locator('textarea').press('Enter');
    const sent = await chat.request('session/prompt');
    assert.equal(kinds(sent.params), 'text,file,text,stored image,stored attachment');
    await chat.request('session/draft', (params) => partsOf(params).length === 0);
    await chat.request('session/view', (params) => params['draft'] === '');
  });

  it('comes back whole in a page that is loaded anew', async () => {
    const script = idle();
    const image = stored({ type: 'image', mimeType: 'image/png', name: 'form.png', data: 'AQID' });
    const text = stored({ type: 'attachment', name: 'Pasted text', text: 'x'.repeat(5000) });
    const file: PromptPart = { type: 'file', path: '/home/ada/shop/a.ts', name: 'a.ts' };
    script.add({ type: 'session.viewed', draft: 'look at @a.ts ', draftParts: [file, image, text] });
    const chat = await open(script.state);
    assert.equal(await chat.page.locator('textarea').inputValue(), 'look at @a.ts ');
    assert.deepEqual(await chips(chat), ['a.ts', 'form.png', 'Pasted text, 5k characters']);
    assert.equal(chat.count('session/draft'), 0, 'what the host has is not sent again');
    await chat.page.locator('textarea').pressSequentially('now');
    await chat.page.getByRole('button', { name: 'Remove form.png' }).click();
    await chat.request('session/draft', (params) => kinds(params) === 'file,stored attachment');
    await chat.page.locator('textarea').press('Enter');
    assert.equal(kinds((await chat.request('session/prompt')).params), 'text,file,text,stored attachment');
  });

  it('is kept as soon as the connection is back, and until a message has arrived', async () => {
    const chat = await open(idle().state);
    keep(chat);
    await chat.notify('panel/connection', { state: 'lost' });
    await paste(chat, 'y'.repeat(5000));
    assert.equal(chat.count('session/draft'), 0);
    await chat.notify('panel/connection', { state: 'connected' });
    await chat.request('session/draft', (params) => kinds(params) === 'attachment');

    const arrived = Promise.withResolvers<undefined>();
    chat.on('session/prompt', async () => {
      await arrived.promise;
      return { queued: false };
    });
    await chat.page.locator('textarea').fill('sent');
    await chat.request('session/view', (params) => params['draft'] === 'sent');
    await chat.page.locator('textarea').press('Enter');
    await chat.request('session/prompt');
    await chat.page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await chat.settled();
    assert.equal(
      chat.asked.some(({ method, params }) => method === 'session/view' && params['draft'] === ''),
      false,
    );
    arrived.resolve(undefined);
    await chat.request('session/view', (params) => params['draft'] === '');
    await chat.request('session/draft', (params) => partsOf(params).length === 0);
  });

  it('puts what could not be sent before what was written meanwhile', async () => {
    const chat = await open(idle().state);
    const refused = Promise.withResolvers<undefined>();
    chat.on('session/prompt', async () => {
      await refused.promise;
      throw new Error('The disk is full.');
    });
    const field = chat.page.locator('textarea');
    await field.fill('first');
    await field.press('Enter');
    await chat.request('session/prompt');
    await field.fill('second');
    refused.resolve(undefined);
    await chat.page.locator('[data-part=trouble]', { hasText: 'The disk is full' }).waitFor();
    assert.equal(await field.inputValue(), 'first\nsecond');
  });
});
