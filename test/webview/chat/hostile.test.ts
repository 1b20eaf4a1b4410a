import assert from 'node:assert/strict';
import type { Fact } from '../../../src/model/events.ts';
import { Script } from '../harness/conversation.ts';
import { useChat } from '../harness/suite.ts';

const said = (text: string): Fact => ({ type: 'text.added', turn: 't1', entry: 'e1', kind: 'message', text });
const output = (text: string): Fact => ({
  type: 'tool.changed',
  turn: 't1',
  entry: 'e2',
  title: text.slice(0, 2000),
  toolKind: 'execute',
  state: 'completed',
  input: { text: text.slice(0, 60_000) },
  content: [{ type: 'text', text: { text } }],
});

/** Texts that want to run something, to load something, to deceive or to freeze the page. */
const corpus: Readonly<Record<string, string>> = {
  script:
    '<script>globalThis.owned = true</script>\n\n<img src=x onerror="globalThis.owned = true">\n\n<svg onload="globalThis.owned=true">',
  'dangerous links':
    '[a](javascript:globalThis.owned=true) [b](command:workbench.action.quit) [c](data:text/html,<script>1</script>) <javascript:owned=1>',
  'remote images':
    '![x](https://evil.example/pixel.png) ![y](http://evil.example/y.png "t")\n\n[![z](https://evil.example/z.png)](https://evil.example)',
  'terminal codes':
    '\u001b]0;title\u0007\u001b[31mred\u001b[0m\u001b[2J\u001b[1;1H\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007\r\nend',
  'control characters': Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('x'),
  'right to left': 'file\u202egpj.exe \u2066hidden\u2069 \u200f\u061c',
  'a line of 100,000 letters': 'word '.repeat(20_000),
  'a word of 100,000 letters': 'w'.repeat(100_000),
  'code of one word': `\`\`\`ts\n${'w'.repeat(100_000)}\n\`\`\``,
  'code of 100,000 brackets': `\`\`\`js\n${'('.repeat(100_000)}\n\`\`\``,
  'deep quotes': '>'.repeat(50_000),
  'deep lists': Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n'),
  'open marks': '*a **b _c '.repeat(10_000),
  'a wide table': `|${'a|'.repeat(500)}\n|${'-|'.repeat(500)}\n${`|${'1|'.repeat(500)}\n`.repeat(50)}`,
  'open links': '['.repeat(50_000),
};

describe('R1.12 hostile text', function () {
  this.timeout(60_000);
  const open = useChat();

  for (const [name, text] of Object.entries(corpus)) {
    it(`(${name}) runs nothing, loads nothing and leaves the page alive`, async () => {
      const script = new Script();
      script.prompt('t1', text.slice(0, 20_000));
      const chat = await open(script.state);
      const half = Math.floor(text.length / 2);
      await chat.events(script.add(said(text.slice(0, half))));
      await chat.events(script.add(said(text.slice(half)), output(text)));
      await chat.events(script.finish('t1'));
      await chat.page.locator('textarea').fill('still here');
      assert.equal(await chat.page.evaluate(() => (globalThis as unknown as { owned?: boolean }).owned), undefined);
      assert.equal(await chat.page.locator('script:not([nonce]), iframe, object, embed, [onerror], [onload], a[href]').count(), 0);
      assert.equal(await chat.page.locator('img').count(), 0);
      assert.deepEqual(await chat.violations(), []);
      assert.deepEqual(chat.fetched, []);
      assert.deepEqual(
        chat.logged.filter((line) => line.startsWith('error')),
        [],
      );
      assert.ok(
        await chat.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
        'nothing sticks out at the side',
      );
    });
  }

  it('(a message of another shape) is logged and ignored', async () => {
    const chat = await open(new Script().state);
    await chat.notify('panel/events', { events: [{ nonsense: true }] });
    await chat.notify('panel/unknown', {});
    assert.equal(chat.logged.length, 1);
    await chat.page.locator('textarea').fill('still here');
  });
});
