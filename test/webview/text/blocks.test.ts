import assert from 'node:assert/strict';
import type { Block } from '../../../src/webview/text/blocks.ts';
import { MarkdownStream } from '../../../src/webview/text/blocks.ts';

/** What a block is, in short. */
function shape(block: Block): string {
  const { node } = block;
  if (node.type === 'codePart')
    return `code ${node.code.language} ${node.from}${node.isFirst ? ' first' : ''}${node.isLast ? ' last' : ''}`;
  if (node.type === 'list') return `list ${node.start} × ${node.items.length}`;
  return node.type;
}

const rich = `# Title

A paragraph
over two lines.

- one
- two

  with a second paragraph

1. first
2. second

| a | b |
|---|---|
| 1 | 2 |

\`\`\`ts
const a = 1;

# not a heading
\`\`\`

> quoted
lazy

    indented code

***

Last words`;

describe('R6.13 markdown while it streams', () => {
  it('gives the same blocks letter by letter as all at once', () => {
    const whole = new MarkdownStream().blocks(rich, false).map((block) => [shape(block), block.node]);
    const stream = new MarkdownStream();
    for (let end = 1; end < rich.length; end++) stream.blocks(rich.slice(0, end), true);
    assert.deepEqual(
      stream.blocks(rich, false).map((block) => [shape(block), block.node]),
      whole,
    );
  });

  it('gives the same blocks for any two cuts of hostile beginnings', () => {
    const texts = [
      'para\n#b is no heading',
      'para\n***a',
      'para\n```x`y`',
      '- a\n\n-\n- b',
      'a\n\n===\nb',
      '1. a\n\n2) b\n\n\ntext',
      '| a |\n|-\nx',
    ];
    for (const text of texts) {
      const whole = new MarkdownStream().blocks(text, false);
      for (let end = 1; end < text.length; end++) {
        const stream = new MarkdownStream();
        stream.blocks(text.slice(0, end), true);
        assert.deepEqual(stream.blocks(text, false).map(shape), whole.map(shape), `${text} cut at ${String(end)}`);
      }
    }
  });

  it('keeps the object of a block that can no longer change', () => {
    const stream = new MarkdownStream();
    const [first] = stream.blocks('one\n\ntwo\n\nthr', true);
    const later = stream.blocks('one\n\ntwo\n\nthree\n\nfour', true);
    assert.equal(later[0], first);
    assert.deepEqual(later.map(shape), ['paragraph', 'paragraph', 'paragraph', 'paragraph']);
  });

  it('says of the tail only that it can still grow', () => {
    const stream = new MarkdownStream();
    assert.deepEqual(
      stream.blocks('one\n\ntwo\n\nthree', true).map((block) => block.isOpen),
      [false, true, true],
    );
    assert.deepEqual(
      stream.blocks('one\n\ntwo\n\nthree', false).map((block) => block.isOpen),
      [false, false, false],
    );
  });

  it('cuts a long code block into rows that share one text', () => {
    const code = Array.from({ length: 70 }, (_, line) => `line ${String(line)}`).join('\n');
    const blocks = new MarkdownStream().blocks(`\`\`\`go\n${code}\n\`\`\``, false);
    assert.deepEqual(blocks.map(shape), ['code go 0 first', 'code go 30', 'code go 60 last']);
    const parts = blocks.map((block) => (block.node.type === 'codePart' ? block.node : undefined));
    assert.equal(parts.map((part) => part?.text).join('\n'), code);
    assert.equal(parts[0]?.code, parts[2]?.code);
  });

  it('cuts a long list into rows that count on', () => {
    const list = Array.from({ length: 45 }, (_, item) => `${String(item + 3)}. item`).join('\n');
    assert.deepEqual(new MarkdownStream().blocks(list, false).map(shape), ['list 3 × 20', 'list 23 × 20', 'list 43 × 5']);
  });

  it('begins anew when the text is another one', () => {
    const stream = new MarkdownStream();
    stream.blocks('one\n\ntwo\n\nthree', true);
    assert.deepEqual(stream.blocks('# other', false).map(shape), ['heading']);
  });

  it('shows a very long open paragraph as plain text, and parses it once when it is complete', () => {
    const text = '*a '.repeat(10_000);
    const stream = new MarkdownStream();
    const [open] = stream.blocks(text, true);
    assert.ok(open?.node.type === 'paragraph' && open.node.children.length === 1);
    assert.equal(stream.blocks(text, false).length, 1);
  });

  it('makes an override of the direction of writing visible', () => {
    const [block] = new MarkdownStream().blocks('safe \u202etxt.exe', false);
    assert.ok(block?.node.type === 'paragraph');
    assert.deepEqual(block.node.children, [{ type: 'text', text: 'safe [U+202E]txt.exe' }]);
  });
});
