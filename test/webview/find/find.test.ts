import assert from 'node:assert/strict';
import { findText } from '../../../src/model/find.ts';
import type { ChatPage } from '../harness/chatPage.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';
import { themes } from '../harness/themes.ts';

const code = `\`\`\`ts\n${Array.from({ length: 70 }, (_, line) => (line % 30 === 5 ? `const needle${String(line)} = 1;` : `const value${String(line)} = 1;`)).join('\n')}\n\`\`\``;

/** Entries of each kind with “needle” in them: 1 in the prompt, 2 in the answer, 3 in its code, 2 in an output, 1 in a thought, none in the last. */
function script(): Script {
  const made = new Script();
  made.add(...readyAgent);
  made.prompt('t0', 'Where is the Needle?');
  made.add(
    { type: 'text.added', turn: 't0', entry: 'th', kind: 'thought', text: `${'First the haystack. '.repeat(12)}\n\nThe needle is thin.` },
    {
      type: 'tool.changed',
      turn: 't0',
      entry: 'to',
      title: 'Read haystack.txt',
      toolKind: 'read',
      state: 'completed',
      content: [{ type: 'text', text: { text: 'hay\n\u001b[31mneedle\u001b[0m\nhay nee\u001b[1mdle\u001b[0m' } }],
    },
    { type: 'text.added', turn: 't0', entry: 'me', kind: 'message', text: `It is a **needle** in \`code\`: a nee\n\ndle is none, but a *needle* is.\n\n${code}` },
  ); // prettier-ignore
  made.finish('t0');
  made.turn('t1', 'And now?', 'Nothing is left.');
  return made;
}

describe('R0.2 find marks the words', function () {
  this.timeout(60_000);
  const open = useChat();

  async function search(chat: ChatPage, made: Script, query: string): Promise<void> {
    chat.on('session/find', (params) => {
      const found = findText(made.state, params['query'] as string);
      return { matches: found, total: found.length, occurrences: found.reduce((sum, { count }) => sum + count, 0) };
    });
    await chat.page.keyboard.press('Control+f');
    await chat.page.getByRole('textbox', { name: 'Find in this session' }).fill(query);
    await chat.page.waitForFunction(() => document.querySelector('.find-count')?.textContent !== '');
    await idle(chat);
  }

  /** Waits until the count and the marks no longer change. */
  async function idle(chat: ChatPage): Promise<void> {
    for (let last = ''; ;) {
      await chat.settled();
      await chat.settled();
      const now = JSON.stringify(await marks(chat));
      if (now === last) return;
      last = now;
    }
  }

  /** The marked words, which of them is the current one and the entry that it is in, and the count. */
  const marks = (chat: ChatPage) =>
    chat.page.evaluate(() => {
      const ranges = (name: string): readonly Range[] => [...(CSS.highlights.get(name) ?? [])] as Range[];
      const [current] = ranges('find-current');
      return {
        words: ranges('find').map(String),
        current: current?.toString(),
        entry: current?.startContainer.parentElement?.closest('article')?.dataset['entry'],
        line: current?.startContainer.parentElement
          ?.closest('pre, p')
          ?.textContent.split('\n')
          .find((text) => text.includes('needle')),
        count: document.querySelector('.find-count')?.textContent,
        isInSight: (() => {
          const seen = document.querySelector('[data-part=transcript]')?.getBoundingClientRect();
          const box = current?.getBoundingClientRect();
          return seen !== undefined && box !== undefined && box.top >= seen.top && box.bottom <= seen.bottom;
        })(),
      };
    });

  it('in prompts, answers, code and outputs, also across colours, and not over the end of a paragraph', async () => {
    const made = script();
    const chat = await open(made.state, { height: 2600 });
    await search(chat, made, 'needle');
    await chat.page.locator('article[data-entry=to] .tool-head').click();
    await idle(chat);
    const { words } = await marks(chat);
    assert.deepEqual(words, ['Needle', 'needle', 'needle', 'needle', 'needle', 'needle', 'needle', 'needle']);
  });

  it('goes from word to word within an entry, then to the next entry, and back', async () => {
    const made = script();
    const chat = await open(made.state, { height: 700 });
    await search(chat, made, 'needle');
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      const { entry, current, count, isInSight } = await marks(chat);
      seen.push([entry, current, count, isInSight]);
    };
    await look();
    for (let step = 0; step < 4; step++) {
      await chat.page.keyboard.press('Shift+Enter');
      await idle(chat);
      await look();
    }
    // The host counts in what was written: the line that is broken by colours in the output is no place there.
    assert.deepEqual(seen, [
      ['me', 'needle', '8 of 8', true],
      ['me', 'needle', '7 of 8', true],
      ['me', 'needle', '6 of 8', true],
      ['me', 'needle', '5 of 8', true],
      ['me', 'needle', '4 of 8', true],
    ]);
    await chat.page.keyboard.press('Enter');
    await idle(chat);
    assert.equal((await marks(chat)).count, '5 of 8');
  });

  it('opens a folded call and a folded thought in which a word stands', async () => {
    const made = script();
    const chat = await open(made.state, { height: 700 });
    await search(chat, made, 'hay');
    assert.equal((await marks(chat)).entry, 'to');
    await chat.page.keyboard.press('Escape');
    await search(chat, made, 'is thin');
    const { entry, current } = await marks(chat);
    assert.deepEqual([entry, current], ['th', 'is thin']);
    assert.equal(await chat.page.locator('article[data-entry=th] .tool-head').getAttribute('aria-expanded'), 'true');
  });

  it('marks what comes while one reads, and nothing after it is closed', async () => {
    const made = script();
    const chat = await open(made.state, { height: 900 });
    await search(chat, made, 'nothing');
    assert.deepEqual((await marks(chat)).words, ['Nothing']);
    await chat.events(made.turn('t2', 'Really nothing?', 'No.'));
    await idle(chat);
    assert.deepEqual((await marks(chat)).words, ['Nothing', 'nothing']);
    await chat.page.keyboard.press('Escape');
    await chat.settled();
    assert.deepEqual((await marks(chat)).words, []);
  });

  it('keeps the policy of the page', async () => {
    const made = script();
    const chat = await open(made.state);
    await search(chat, made, 'needle');
    assert.deepEqual(await chat.violations(), []);
    assert.deepEqual(chat.logged, []);
  });

  for (const theme of themes) {
    it(`shows the current word apart from the others in ${theme}, and axe finds nothing`, async () => {
      const made = script();
      const chat = await open(made.state, { theme, height: 700 });
      await search(chat, made, 'needle');
      const colours = await chat.page.evaluate(() =>
        ['find', 'find-current'].map((name) => {
          const style = getComputedStyle(document.querySelector('.block') ?? document.body, `::highlight(${name})`);
          return `${style.backgroundColor} ${style.color} ${style.textDecorationLine}`;
        }),
      );
      assert.notEqual(colours[0], colours[1]);
      assert.deepEqual(await findings(chat), []);
    });
  }
});
