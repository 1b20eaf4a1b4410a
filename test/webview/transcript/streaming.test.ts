import assert from 'node:assert/strict';
import type { SessionEvent } from '../../../src/model/events.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { useChat } from '../harness/suite.ts';

/** About 60 KB of varied markdown. */
const answer = Array.from(
  { length: 60 },
  (_, part) =>
    `## Part ${String(part)}\n\n${'Some *words* with `code` and a [link](src/a.ts). '.repeat(8)}\n\n- one\n- two\n- three\n\n\`\`\`ts\n${'const value = compute(1, "two"); // why\n'.repeat(8)}\`\`\`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`,
).join('');

function pieces(text: string, size: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

function stream(script: Script, text: string, size: number): readonly SessionEvent[] {
  return script.add(
    ...pieces(text, size).map((piece) => ({ type: 'text.added', turn: 't1', entry: 'e1', kind: 'message', text: piece }) as const),
  );
}

describe('R6.13 an answer that streams', function () {
  this.timeout(120_000);
  const open = useChat();

  it('of 60 KB in small pieces stays at its end and leaves few nodes', async () => {
    const script = new Script();
    script.add(...readyAgent);
    const chat = await open(script.state);
    await chat.events(script.prompt('t1', 'Tell me everything'));
    const events = stream(script, answer, 40);
    for (let from = 0; from < events.length; from += 50) {
      await chat.events(events.slice(from, from + 50), true);
      assert.ok((await chat.gap()) <= 1, `a gap of ${String(await chat.gap())} pixels`);
    }
    await chat.events(script.finish('t1'));
    assert.ok((await chat.gap()) <= 1);
    assert.ok((await chat.nodes()) <= 1500, String(await chat.nodes()));
    assert.match((await chat.page.locator('article[data-kind=message]').last().textContent()) ?? '', /ab12$/);
    assert.deepEqual(await chat.violations(), []);
    assert.deepEqual(chat.logged, []);
  });

  it('draws one block again for each piece, and no other', async () => {
    const script = new Script();
    script.prompt('t1', 'Go');
    stream(script, 'one\n\ntwo\n\nthree', 100);
    const chat = await open(script.state);
    await chat.page.evaluate(() => {
      const changed = new Set<string>();
      new MutationObserver((records) => {
        for (const { target } of records) {
          const row = (target instanceof Element ? target : target.parentElement)?.closest('.row');
          if (row !== null && row !== undefined) changed.add(row.getAttribute('data-index') ?? '');
        }
      }).observe(document.querySelector('.window') ?? document, { subtree: true, childList: true, characterData: true });
      Object.assign(globalThis, { changed });
    });
    await chat.events(stream(script, ' and more', 100));
    const changed = await chat.page.evaluate(() => [...(globalThis as unknown as { changed: Set<string> }).changed]);
    assert.deepEqual(changed, ['3']);
  });

  it('does not move what one reads further up, and says that there is more below', async () => {
    const script = new Script();
    script.turn('t0', 'Before', 'a paragraph\n\n'.repeat(80));
    const chat = await open(script.state);
    const scroller = chat.page.locator('[data-part=transcript]');
    await scroller.hover();
    await chat.page.mouse.wheel(0, -600);
    await chat.page.getByRole('button', { name: 'Go to the end' }).waitFor();
    await chat.settled();
    const before = await scroller.evaluate((one) => one.scrollTop);
    await chat.events(script.prompt('t1', 'Go'));
    for (const event of stream(script, answer.slice(0, 4000), 400)) await chat.events([event]);
    assert.equal(await scroller.evaluate((one) => one.scrollTop), before);
    await chat.page.getByRole('button', { name: 'New below' }).click();
    await chat.page.waitForFunction(() => {
      const one = document.querySelector('[data-part=transcript]');
      return one !== null && one.scrollHeight - one.clientHeight - one.scrollTop <= 1;
    });
  });

  it('stays at the end while the composer grows', async () => {
    const script = new Script();
    script.turn('t0', 'Before', 'a paragraph\n\n'.repeat(80));
    const chat = await open(script.state);
    await chat.page.locator('textarea').fill('one\ntwo\nthree\nfour\nfive\nsix');
    await chat.settled();
    await chat.settled();
    assert.ok((await chat.gap()) <= 1, String(await chat.gap()));
  });

  it('shows 500 tool calls of one turn', async () => {
    const script = new Script();
    const chat = await open(script.state);
    const events = [...script.prompt('t1', 'Go')];
    for (let call = 0; call < 500; call++) {
      const tool = { type: 'tool.changed', turn: 't1', entry: `c${String(call)}` } as const;
      events.push(
        ...script.add(
          { ...tool, title: `Read file ${String(call)}`, toolKind: 'read', state: 'running' },
          { ...tool, state: 'completed', content: [{ type: 'text', text: { text: 'ok' } }] },
        ),
      );
    }
    await chat.events([...events, ...script.finish('t1')]);
    await chat.page.locator('article[data-entry=c499]').waitFor();
    assert.ok((await chat.gap()) <= 1);
    assert.ok((await chat.nodes()) <= 1500);
  });

  it('shows the output of a command as it comes', async () => {
    const script = new Script();
    script.prompt('t1', '/run build');
    script.add({
      type: 'tool.changed',
      turn: 't1',
      entry: 'c1',
      title: 'make',
      toolKind: 'execute',
      state: 'running',
      content: [{ type: 'text', text: { text: '' } }],
    });
    const chat = await open(script.state);
    await chat.events(script.add({ type: 'output.added', turn: 't1', entry: 'c1', index: 0, text: 'compiling \u001b[32ma.c\u001b[0m\n' }));
    assert.equal(await chat.page.locator('.output .ansi-green-fg').textContent(), 'a.c');
  });
});
