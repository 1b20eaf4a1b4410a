import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { parse } from 'yaml';
import { visible, visibleLine } from '../../../src/model/transcript/clean.ts';
import { beginning, excerptOf } from '../../../src/model/transcript/cut.ts';
import { frontMatter, frontMatterText } from '../../../src/model/transcript/frontMatter.ts';
import { code, fenced, plain } from '../../../src/model/transcript/inline.ts';
import { canBeFolderOf, folderNameOf, hrefOf, slugOf } from '../../../src/model/transcript/slug.ts';

const renderer = new MarkdownIt({ html: true });
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('`', '``', '\n', '---', '<b>', '[x](y)', '![', '|', '*', '_', '&amp;', '\\', '# ', '1. ', '"', ': ', ' ', 'a', '…'),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
);

describe('R6.6 A title, a path or an output shows exactly its own text', () => {
  it('a line of plain text renders as itself', () => {
    fc.assert(
      fc.property(text, (value) => {
        const [, inline] = renderer.parse(plain(value, 10_000), {});
        const shown = inline?.children?.map((token) => token.content).join('') ?? '';
        assert.equal(shown, visibleLine(value));
        assert.ok(inline?.children?.every((token) => token.type === 'text' || token.type === 'text_special') ?? true);
      }),
    );
  });

  it('a code span holds all of it', () => {
    fc.assert(
      fc.property(text, (value) => {
        if (visibleLine(value) === '') return assert.equal(code(value), '');
        const children = renderer.parse(`x ${code(value, 10_000)}`, {})[1]?.children ?? [];
        assert.deepEqual(
          children.map((token) => token.type),
          ['text', 'code_inline'],
        );
        assert.equal(children[1]?.content, visibleLine(value));
      }),
    );
  });

  it('a fenced block holds all of it', () => {
    fc.assert(
      fc.property(text, (value) => {
        const tokens = renderer.parse(fenced(value, 'text'), {});
        assert.equal(tokens.length, 1);
        assert.equal(tokens[0]?.content.replace(/\n$/, ''), visible(value).replace(/\n+$/, ''));
      }),
    );
  });
});

describe('R0.3 Front matter is YAML that no value can break', () => {
  it('every text comes back as the same text', () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (value, list) => {
        const page = `${frontMatter({ first: value, list, count: { [`k${value}`]: 2 }, none: undefined, last: true })}\n\nbody`;
        const end = page.indexOf('\n---', 4);
        const read: unknown = parse(page.slice(4, end));
        const expected = { first: visibleLine(value), list: list.map(visibleLine), count: { [visibleLine(`k${value}`)]: 2 }, last: true };
        assert.deepEqual(read, expected);
        assert.equal(frontMatterText(page, 'first'), visibleLine(value));
      }),
    );
  });
});

describe('R0.3 Excerpts say what they left out', () => {
  it('a long output keeps its beginning and its end', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`);
    const { text: shown, cut } = excerptOf(lines.join('\n'), { lines: 6, characters: 1000, line: 80 });
    assert.equal(shown, 'line 1\nline 2\nline 3\nline 4\n… 994 lines left out …\nline 999\nline 1000');
    assert.equal(cut, '994 lines of 1,000 left out');
  });

  it('a line of 100,000 characters is shortened', () => {
    const { text: shown, cut } = excerptOf('x'.repeat(100_000), { lines: 5, characters: 1000, line: 100 });
    assert.equal(shown, `${'x'.repeat(100)} … (99,900 more characters)`);
    assert.equal(cut, '1 long line shortened');
  });

  it('a short text is all there, without a word', () => {
    assert.deepEqual(excerptOf('a\nb\n', { lines: 2, characters: 10, line: 10 }), { text: 'a\nb' });
    assert.deepEqual(beginning('one two three', 9), { text: 'one two', cut: '6 more characters' });
  });
});

describe('R0.3 Folder names are clean in every language', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['Fix the login!', 'fix-the-login'],
    ['../../etc/passwd', 'etc-passwd'],
    ['  ', 'session'],
    ['🎉🎉', 'session'],
    ['Ärger mit Übersetzung', 'ärger-mit-übersetzung'],
    ['ログインを直す', 'ログインを直す'],
    ['a\u202eb <script> "x" `y` \u0000', 'a-u-202e-b-script-x-y'],
    ['x'.repeat(200), 'x'.repeat(40)],
  ];
  for (const [title, slug] of pairs)
    it(`${JSON.stringify(title.slice(0, 40))} becomes ${slug.slice(0, 40)}`, () => assert.equal(slugOf(title), slug));

  it('a folder is found by its id', () => {
    const name = folderNameOf({ id: 'k3v9', title: 'Fix it', createdAt: '2026-11-21T10:00:00.000Z' });
    assert.equal(name, '2026-11-21-fix-it-k3v9');
    assert.ok(canBeFolderOf(name, 'k3v9'));
    assert.ok(!canBeFolderOf(name, 'v9'));
    assert.equal(hrefOf('a b/(ü)'), 'a%20b/%28%C3%BC%29');
  });
});
