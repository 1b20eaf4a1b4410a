import assert from 'node:assert/strict';
import { Script, readyAgent } from '../harness/conversation.ts';
import { useChat } from '../harness/suite.ts';

function idleScript(): Script {
  const script = new Script();
  script.add(...readyAgent);
  script.turn('t1', 'First question', 'First answer');
  script.turn('t2', 'Second question', 'Second answer');
  return script;
}

function busyScript(): Script {
  const script = idleScript();
  script.prompt('t3', 'Third question');
  return script;
}

/** Gives the text field something to paste, as the clipboard would. */
async function paste(
  field: { evaluate: (run: (field: Element, text: string) => void, text: string) => Promise<void> },
  text: string,
): Promise<void> {
  await field.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

describe('R0.2 the composer', function () {
  this.timeout(60_000);
  const open = useChat();

  it('sends with Enter, makes a line with Shift+Enter, and is empty then', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    await field.pressSequentially('one');
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await field.press('Enter');
    assert.deepEqual((await chat.request('session/prompt')).params, { parts: [{ type: 'text', text: 'one\ntwo' }] });
    assert.equal(await field.inputValue(), '');
  });

  it('sends a command that is written out with the first Enter, and completes one that is not or that wants more', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    const list = chat.page.getByRole('listbox');
    await field.pressSequentially('/he');
    await list.waitFor();
    await field.press('Enter');
    assert.equal(await field.inputValue(), '/help ');
    await field.fill('');
    await field.pressSequentially('/run');
    await list.waitFor();
    await field.press('Enter');
    assert.equal(await field.inputValue(), '/run ');
    await field.fill('');
    await field.pressSequentially('/help');
    await list.waitFor();
    await field.press('Enter');
    assert.deepEqual((await chat.request('session/prompt')).params['parts'], [{ type: 'text', text: '/help' }]);
  });

  it('leaves the second key of the editor’s chords to the editor', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    await field.pressSequentially('a');
    await field.press('Control+k');
    await field.press('j');
    await field.press('Control+k');
    await field.press('Enter');
    await field.pressSequentially('b');
    assert.equal(await field.inputValue(), 'ab');
    assert.equal(chat.count('session/prompt'), 0);
  });

  it('sends with Ctrl+Enter only, where that is set', async () => {
    const chat = await open(idleScript().state, { sendWith: 'ctrl+enter' });
    const field = chat.page.locator('textarea');
    await field.pressSequentially('one');
    await field.press('Enter');
    await field.pressSequentially('two');
    assert.equal(chat.count('session/prompt'), 0);
    await field.press('Control+Enter');
    assert.deepEqual((await chat.request('session/prompt')).params['parts'], [{ type: 'text', text: 'one\ntwo' }]);
  });

  it('gives back what could not be sent, and says why', async () => {
    const chat = await open(idleScript().state);
    chat.on('session/prompt', () => {
      throw new Error('The disk is full. Free some space and send again.');
    });
    const field = chat.page.locator('textarea');
    await field.fill('precious');
    await field.press('Enter');
    await chat.page.locator('[data-part=trouble]', { hasText: 'The disk is full' }).waitFor();
    assert.equal(await field.inputValue(), 'precious');
  });

  it('offers the commands of the agent at /, completes with Enter and closes with Escape', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    await field.pressSequentially('/r');
    assert.deepEqual(await chat.page.locator('[role=option] .suggestion-label').allTextContents(), ['/run', '/read', '/rewind']);
    await field.press('ArrowDown');
    const active = await field.getAttribute('aria-activedescendant');
    assert.equal(await chat.page.locator(`[id="${active ?? ''}"]`).getAttribute('aria-selected'), 'true');
    await field.press('Enter');
    assert.equal(await field.inputValue(), '/read ');
    await field.fill('/r');
    await field.press('Escape');
    assert.equal(await chat.page.locator('[role=listbox]').count(), 0);
    assert.equal(chat.count('turn/cancel'), 0);
  });

  it('mentions a file with @ and sends it as a part', async () => {
    const chat = await open(idleScript().state);
    chat.on('ui/mentions', ({ query }) => ({
      mentions: query === 'log' ? [{ kind: 'file', label: 'src/login.ts', description: 'src', path: '/home/ada/shop/src/login.ts' }] : [],
    }));
    const field = chat.page.locator('textarea');
    await field.pressSequentially('look at @log');
    await chat.page.getByRole('option', { name: 'src/login.ts' }).waitFor();
    await field.press('Tab');
    assert.equal(await field.inputValue(), 'look at @src/login.ts ');
    assert.equal(await chat.page.locator('.composer .chip').count(), 1);
    await field.press('Enter');
    assert.deepEqual((await chat.request('session/prompt')).params['parts'], [
      { type: 'text', text: 'look at ' },
      { type: 'file', path: '/home/ada/shop/src/login.ts', name: 'src/login.ts' },
    ]);
  });

  it('brings earlier messages back with ↑ in an empty field', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    await field.press('ArrowUp');
    assert.equal(await field.inputValue(), 'Second question');
    await field.press('ArrowUp');
    assert.equal(await field.inputValue(), 'First question');
    await field.press('ArrowDown');
    await field.press('ArrowDown');
    assert.equal(await field.inputValue(), '');
    await field.fill('mine');
    await field.press('ArrowUp');
    assert.equal(await field.inputValue(), 'mine');
  });

  it('attaches a paste of 5 MB without putting it into the field', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    const text = 'a line of text that is long\n'.repeat(190_000);
    await paste(field, text);
    await chat.page.locator('.composer .chip', { hasText: 'Pasted text' }).waitFor();
    assert.equal(await field.inputValue(), '');
    await field.fill('What is this?');
    await field.press('Enter');
    const { params } = await chat.request('session/prompt');
    const parts = params['parts'] as readonly { readonly type: string; readonly text: string }[];
    assert.deepEqual(
      parts.map((part) => [part.type, part.text.length]),
      [
        ['text', 13],
        ['attachment', text.length],
      ],
    );
  });

  it('attaches a pasted image, and files that are dropped become mentions', async () => {
    const chat = await open(idleScript().state);
    await chat.page.locator('textarea').evaluate((element) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array([1, 2, 3])], 'shot.png', { type: 'image/png' }));
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      const dropped = new DataTransfer();
      dropped.setData('text/uri-list', 'file:///home/ada/shop/a%20b.ts\r\nvscode-remote://ssh/home/ada/shop/c.ts');
      element.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
    });
    await chat.page.locator('.composer .chip', { hasText: 'shot.png' }).waitFor();
    await chat.page.locator('textarea').press('Enter');
    assert.deepEqual((await chat.request('session/prompt')).params['parts'], [
      { type: 'file', path: '/home/ada/shop/a b.ts', name: 'a b.ts' },
      { type: 'text', text: ' ' },
      { type: 'file', path: '/home/ada/shop/c.ts', name: 'c.ts' },
      { type: 'image', mimeType: 'image/png', name: 'shot.png', data: 'AQID' },
    ]);
  });

  it('stops with Escape while a turn runs, and queues what is sent', async () => {
    const chat = await open(busyScript().state);
    const field = chat.page.locator('textarea');
    await field.press('Escape');
    await chat.request('turn/cancel');
    chat.on('session/prompt', () => ({ queued: true }));
    await field.fill('next');
    await field.press('Enter');
    await chat.request('session/prompt');
    await field.fill('at once');
    await chat.page.getByRole('button', { name: 'Stop and Send' }).click();
    await chat.request('session/prompt', (params) => params['now'] === true);
    await chat.page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
  });

  it('edits, moves, sends and drops what waits', async () => {
    const script = busyScript();
    script.add({ type: 'queue.changed', queue: ['one', 'two'].map((text) => ({ id: text, parts: [{ type: 'text', text }] })) });
    const chat = await open(script.state);
    const second = chat.page.locator('[data-part=queue] li').nth(1);
    await second.getByRole('button', { name: 'Move Up' }).click();
    await chat.request('session/queue', (params) => params['prompt'] === 'two' && isEqual(params['change'], { type: 'move', to: 0 }));
    await second.getByRole('button', { name: 'Drop' }).click();
    await chat.request('session/queue', (params) => isEqual(params['change'], { type: 'drop' }));
    await second.getByRole('button', { name: 'Send Now' }).click();
    await chat.request('session/queue', (params) => isEqual(params['change'], { type: 'sendNow' }));
    await chat.page.locator('textarea').fill('my draft');
    await second.getByRole('button', { name: 'Edit' }).click();
    await chat.page.locator('textarea').fill('two and a half');
    await chat.page.locator('textarea').press('Enter');
    await chat.request('session/queue', (params) =>
      isEqual(params['change'], { type: 'edit', parts: [{ type: 'text', text: 'two and a half' }] }),
    );
    assert.equal(await chat.page.locator('textarea').inputValue(), 'my draft');
  });

  it('sends an earlier message again after a change', async () => {
    const chat = await open(idleScript().state);
    await chat.page.getByRole('button', { name: 'Edit and Send Again' }).first().click();
    const field = chat.page.locator('textarea');
    assert.equal(await field.inputValue(), 'First question');
    await field.fill('Better question');
    await field.press('Enter');
    assert.deepEqual((await chat.request('session/retry')).params, { turn: 't1', parts: [{ type: 'text', text: 'Better question' }] });
  });

  it('keeps the draft on the host and brings it back', async () => {
    const chat = await open(idleScript().state);
    await chat.page.locator('textarea').pressSequentially('half a thou');
    await chat.request('session/view', (params) => params['draft'] === 'half a thou');
    const script = idleScript();
    script.add({ type: 'session.viewed', draft: 'half a thought' });
    const again = await open(script.state);
    assert.equal(await again.page.locator('textarea').inputValue(), 'half a thought');
  });

  it('keeps what is typed when the connection is lost, and sends nothing', async () => {
    const chat = await open(idleScript().state);
    const field = chat.page.locator('textarea');
    await field.fill('wait for me');
    await chat.notify('panel/connection', { state: 'lost' });
    await field.press('Enter');
    assert.equal(chat.count('session/prompt'), 0);
    assert.equal(await field.inputValue(), 'wait for me');
    await chat.page.getByRole('button', { name: 'Try Again' }).click();
    await chat.request('ui/retryConnection');
    await chat.notify('panel/connection', { state: 'connected' });
    await field.press('Enter');
    await chat.request('session/prompt');
  });

  it('writes a draft that was typed without a connection as soon as it is back', async () => {
    const chat = await open(idleScript().state);
    await chat.notify('panel/connection', { state: 'lost' });
    await chat.page.locator('textarea').fill('typed in the dark');
    await chat.notify('panel/connection', { state: 'connected' });
    await chat.request('session/view', (params) => params['draft'] === 'typed in the dark');
  });

  it('keeps what is typed when the whole state comes again', async () => {
    const chat = await open(idleScript().state);
    await chat.page.locator('textarea').fill('mine');
    await chat.notify('panel/checkpoint', { state: idleScript().state });
    assert.equal(await chat.page.locator('textarea').inputValue(), 'mine');
  });

  it('takes text and mentions from the editor', async () => {
    const chat = await open(idleScript().state);
    await chat.notify('panel/insert', { text: 'Explain ' });
    await chat.notify('panel/insert', {
      mention: { kind: 'selection', label: 'a.ts:3-5', description: '', path: '/home/ada/shop/a.ts', range: { start: 2, end: 4 } },
    });
    assert.equal(await chat.page.locator('textarea').inputValue(), 'Explain @a.ts:3-5 ');
    await chat.page.locator('textarea').press('Enter');
    assert.deepEqual(((await chat.request('session/prompt')).params['parts'] as readonly unknown[])[1], {
      type: 'file',
      path: '/home/ada/shop/a.ts',
      name: 'a.ts:3-5',
      range: { start: 2, end: 4 },
    });
  });
});

function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
