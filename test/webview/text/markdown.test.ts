import assert from 'node:assert/strict';
import { parseMarkdown } from '../../../src/webview/text/markdown.ts';
import type { BlockNode } from '../../../src/webview/text/markdownTree.ts';

function check(source: string, ...expected: readonly BlockNode[]): void {
  assert.deepEqual(
    parseMarkdown(source).map((top) => top.node),
    expected,
  );
}

const words = (text: string): BlockNode => ({ type: 'paragraph', children: [{ type: 'text', text }] });

describe('R0.2 markdown as nodes', () => {
  it('takes HTML for text', () => check('<script>alert(1)</script>', words('<script>alert(1)</script>')));

  it('keeps the address of a link for the allow list to judge', () =>
    check('[x](command:rm)', {
      type: 'paragraph',
      children: [{ type: 'link', href: 'command:rm', children: [{ type: 'text', text: 'x' }] }],
    }));

  it('makes an image its words and its address', () =>
    check('![a *cat*](https://evil.example/c.png)', {
      type: 'paragraph',
      children: [{ type: 'image', src: 'https://evil.example/c.png', alt: 'a cat' }],
    }));

  it('links a bare address, but no file name that looks like a domain', () =>
    check('https://a.example and main.rs', {
      type: 'paragraph',
      children: [
        { type: 'link', href: 'https://a.example', children: [{ type: 'text', text: 'https://a.example' }] },
        { type: 'text', text: ' and main.rs' },
      ],
    }));

  it('nests marks', () =>
    check('**a _b_** ~~c~~', {
      type: 'paragraph',
      children: [
        {
          type: 'mark',
          mark: 'strong',
          children: [
            { type: 'text', text: 'a ' },
            { type: 'mark', mark: 'em', children: [{ type: 'text', text: 'b' }] },
          ],
        },
        { type: 'text', text: ' ' },
        { type: 'mark', mark: 's', children: [{ type: 'text', text: 'c' }] },
      ],
    }));

  it('knows a task in a list', () =>
    check('- [x] done\n- [ ] open\n- [link]', {
      type: 'list',
      ordered: false,
      start: 1,
      items: [{ checked: true, children: [words('done')] }, { checked: false, children: [words('open')] }, { children: [words('[link]')] }],
    }));

  it('reads a table with its alignment', () =>
    check('| a | b |\n|:-:|--:|\n| 1 | 2 |', {
      type: 'table',
      head: [[{ type: 'text', text: 'a' }], [{ type: 'text', text: 'b' }]],
      rows: [[[{ type: 'text', text: '1' }], [{ type: 'text', text: '2' }]]],
      align: ['center', 'right'],
    }));

  it('takes the language of a fence without what follows it', () =>
    check('```ts title="x"\na\n```', { type: 'code', language: 'ts', text: 'a' }));

  it('survives a hundred thousand quotes', () => {
    assert.ok(parseMarkdown('>'.repeat(100_000)).length > 0);
  });
});
