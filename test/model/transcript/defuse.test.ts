import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { visible } from '../../../src/model/transcript/clean.ts';
import { defuse } from '../../../src/model/transcript/defuse.ts';

/** A renderer that lets everything through, so that what is harmless is so by the text and not by the renderer. */
const renderer = new MarkdownIt({ html: true, linkify: true });
renderer.validateLink = () => true;

/** All that a page of ours must not hold, found by the renderer in this markdown. */
function dangers(markdown: string): readonly string[] {
  return renderer.parse(markdown, {}).flatMap((block) =>
    [block, ...(block.children ?? [])].flatMap((token) => {
      if (token.type === 'html_block' || token.type === 'html_inline') return [`HTML ${token.content}`];
      if (token.type === 'image') return [`image ${String(token.attrGet('src'))}`];
      const target = token.type === 'link_open' ? String(token.attrGet('href') ?? '') : '';
      return /^\s*[a-z][a-z0-9+.-]*:/i.test(target) && !/^(?:https?|mailto|ftp):/i.test(target) ? [`link to ${target}`] : [];
    }),
  );
}

function check(input: string, expected: string): void {
  assert.equal(defuse(input), expected);
  assert.deepEqual(dangers(defuse(input)), []);
}

/** What markdown and its enemies are made of. */
const pieces: readonly string[] = [
  '<script>',
  '</b>',
  '<!--',
  '-->',
  '<?',
  '<a href="x">',
  '<https://a.b>',
  '<img src=x onerror=y>',
  '![',
  '](',
  '](javascript:x)',
  '[a]: ',
  'vbscript:x',
  '`',
  '``',
  '```',
  '````',
  '~~~',
  '~~',
  '\\',
  '|',
  '| --- |',
  '\n| a | b |\n| --- | --- |\n| ',
  ' | ',
  '> ',
  '>',
  '- ',
  '1. ',
  '* ',
  '# ',
  '---',
  '===',
  '&lt;',
  '&#96;',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '    ',
  '\t',
  '\r',
  '\u2028',
  'word',
  '[',
  ']',
  '(',
  ')',
  '"',
  '!',
  ':',
  '\u202e',
  '\u0000',
  '\u001b[31m',
  '\u001b]8;;x\u0007',
  '[a]',
  '[a]: vbscript:x\n\n',
  '<b>',
  '`<b>`',
  '- ```\n',
  '  ```\n',
];

describe('R6.6 What agents write is harmless in the record', () => {
  it('HTML becomes text, a comparison stays as it is', () => {
    check('<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>');
    check('a < b and 1 <2', 'a < b and 1 <2');
    check('<!-- hidden -->', '&lt;!-- hidden -->');
    check('\\<b>', '&lt;b>');
  });

  it('an image becomes a link, so that nothing is loaded', () => {
    check('![a cat](https://example.org/cat.png)', 'image: [a cat](https://example.org/cat.png)');
    check('\\\\![x](https://example.org/x)', '\\\\image: [x](https://example.org/x)');
  });

  it('a link leads to the web, to a mail address or to a page of the history', () => {
    check('[x](https://example.org) [y](#part) [z](../a/README.md)', '[x](https://example.org) [y](#part) [z](../a/README.md)');
    check('[x](javascript:alert(1))', '[x]&#40;javascript:alert(1))');
    check('[x](command:workbench.action.quit)', '[x]&#40;command:workbench.action.quit)');
    check('[x](java&#115;cript:y)', '[x]&#40;java&#115;cript:y)');
    check('[x](\njavascript:y)', '[x]&#40;\njavascript:y)');
    check('[x]: data:text/html,hi\n\n[x]', '[x]&#58; data:text/html,hi\n\n[x]');
    check('<vscode://file/x>', '&lt;vscode://file/x>');
  });

  it('code stays code, with a fence that is closed by ourselves', () => {
    check('`Map<string, number>` is fine', '`Map<string, number>` is fine');
    check('```ts\nconst a: Array<string>;\n```', '```ts\nconst a: Array<string>;\n```');
    check('```\nnever closed <b>', '```\nnever closed <b>\n```');
    check('~~~~md\n```\n<b>\n```\n~~~~', '````md\n```\n<b>\n```\n````');
    check('1. Run\n\n   ```sh\n   npm i <x>\n   ```\n2. Done', '1. Run\n\n   ```sh\n   npm i <x>\n   ```\n2. Done');
    check('- ```\n  a <b>\n  ```', '- ```\n  a <b>\n  ```');
    check('```mermaid\ngraph TD\n```', '```text\ngraph TD\n```');
  });

  it('code that a renderer might not see as code is text', () => {
    check('`open\n<script> `x', '&#96;open\n&lt;script> &#96;x');
    check('> ```\n<script>', '> ```\n> ```\n&lt;script>');
    const head = '| x | y |\n| --- | --- |\n';
    check(`${head}| \`a | b <img src=x> \` |`, `${head}| \`a | b &lt;img src=x> \` |`);
    check('~~~ a`b\n<script>', '&#126;&#126;&#126; a&#96;b\n&lt;script>');
  });

  it('a heading stays below those of the page, and dashes make none', () => {
    assert.equal(defuse('# Permission\n##### x', { demote: 2 }), '### Permission\n###### x');
    check('title\n===', 'title\n\\===');
    check('title\n---', 'title\n\n---');
  });

  it('no text of any kind lives as HTML, loads an image or links to a program', () => {
    // A handful of pieces, again and again, meet in ways that a wide choice never finds.
    const anyText = fc.uniqueArray(fc.constantFrom(...pieces), { minLength: 2, maxLength: 6 }).chain((few) =>
      fc.array(fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...few) }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }), {
        maxLength: 16,
      }),
    );
    fc.assert(
      fc.property(anyText, fc.boolean(), (parts, keepLines) => {
        const input = parts.join('');
        assert.deepEqual(dangers(defuse(input, { demote: 2, keepLines })), []);
        // What comes after on the page is not drawn into it.
        const tokens = renderer.parse(`${defuse(input, { demote: 2 })}\n\nThe next <b>paragraph`, {});
        assert.ok(
          tokens.some((token) => token.children?.some((child) => child.type === 'html_inline' && child.content === '<b>') ?? false),
        );
      }),
      { numRuns: 4000 },
    );
  });
});

describe('R6.6 What cannot be seen is made visible', () => {
  it('terminal sequences go, control characters and direction marks are shown, line ends are one kind', () => {
    assert.equal(visible('\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u001b\\'), 'red link');
    assert.equal(visible('a\rb\r\nc\u2028d'), 'a\nb\nc\nd');
    assert.equal(visible('nul\u0000 bell\u0007 del\u007f'), 'nul␀ bell␇ del␡');
    assert.equal(visible('user\u202enimda'), 'user‹U+202E›nimda');
    assert.equal(visible('gh\u200bp_x \ud800 👩‍💻'), 'ghp_x \ufffd 👩‍💻');
  });

  it('a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(visible(visible(text)), visible(text));
      }),
    );
  });
});
