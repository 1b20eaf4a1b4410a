import assert from 'node:assert/strict';
import { ansiSpans, settleTerminal } from '../../../src/webview/text/ansi.ts';
import { cut, cutLongLines } from '../../../src/webview/text/cut.ts';
import { diffPreview } from '../../../src/webview/text/diffPreview.ts';
import { canHighlight, highlightLines } from '../../../src/webview/text/highlight.ts';
import { linkTarget } from '../../../src/webview/text/links.ts';
import { makeVisible, visibleLine } from '../../../src/webview/text/visible.ts';

describe('R0.2 terminal output', () => {
  const check = (input: string, expected: string): void => {
    assert.equal(settleTerminal(input), expected);
  };

  it('lets a progress bar write over its line', () => check('10 %\r50 %\r100 %\ndone', '100 %\ndone'));
  it('keeps lines that end in CR LF', () => check('a\r\nb\r\n', 'a\nb\n'));
  it('keeps the words of a link and drops its address', () => check('\u001b]8;;https://evil.example\u0007here\u001b]8;;\u0007', 'here'));
  it('drops a title, also one that never ends', () => check('a\u001b]0;title\u001b\\b\u001b]0;never', 'ab'));
  it('drops movements of the cursor', () => check('a\u001b[2K\u001b[1;1Hb\u001b(B', 'ab'));
  it('takes a backspace', () => check('abc\b\bd', 'ad'));

  it('gives colours as classes, other colours as values', () => {
    assert.deepEqual(ansiSpans('a\u001b[31;1mb\u001b[0m\u001b[38;5;208mc\u001b[38;2;1;2;3md'), [
      { text: 'a', classes: '' },
      { text: 'b', classes: 'ansi-red-fg ansi-bold' },
      { text: 'c', classes: '', color: 'rgb(255, 135, 0)' },
      { text: 'd', classes: '', color: 'rgb(1, 2, 3)' },
    ]);
  });

  it('shows a control character instead of obeying it', () => {
    assert.deepEqual(
      ansiSpans('a\u0007\u202eb')
        .map((span) => span.text)
        .join(''),
      'a␇[U+202E]b',
    );
  });
});

describe('R0.2 characters that hide', () => {
  it('become visible', () => assert.equal(makeVisible('a\u0000b\u200bc\u2066d\u007f'), 'a␀b[U+200B]c[U+2066]d␡'));
  it('stay out of the way of ordinary text', () => assert.equal(makeVisible('Grüße 👩‍💻\tשלום\n'), 'Grüße 👩‍💻\tשלום\n'));
  it('do not break a title', () => assert.equal(visibleLine(' a\r\nb\tc '), 'a b c'));
});

describe('R6.13 long texts', () => {
  it('are cut at the end after so many lines', () =>
    assert.deepEqual(cut('1\n2\n3\n4', { lines: 2, characters: 100, keep: 'start' }), { text: '1\n2', isCut: true }));
  it('are cut at the beginning where the end matters', () =>
    assert.deepEqual(cut('1\n2\n3\n4\n', { lines: 2, characters: 100, keep: 'end' }), { text: '3\n4\n', isCut: true }));
  it('stay whole where they are short', () => {
    for (const keep of ['start', 'end'] as const)
      assert.deepEqual(cut('1\n2\n', { lines: 3, characters: 100, keep }), { text: '1\n2\n', isCut: false });
  });
  it('are never cut through an emoji', () => assert.equal(cut('ab😀', { lines: 9, characters: 3, keep: 'start' }).text, 'ab'));
  it('have no line of a hundred thousand letters', () =>
    assert.equal(cutLongLines(`a\n${'x'.repeat(100_000)}`, 10), `a\n${'x'.repeat(10)}…`));
});

describe('R0.2 links of an answer', () => {
  const check = (href: string, expected: ReturnType<typeof linkTarget>): void => {
    assert.deepEqual(linkTarget(href, '/home/ada/shop'), expected, href);
  };

  it('lead outside by http, https and mailto only', () => {
    for (const url of ['https://a.example/b', 'HTTP://a.example', 'mailto:a@b.example']) check(url, { kind: 'external', url });
    for (const href of [
      'javascript:alert(1)',
      'command:workbench.action.quit',
      'vscode://x/y',
      'data:text/html,x',
      'ftp://a',
      '//evil.example',
      '#top',
      '',
    ])
      check(href, undefined);
  });

  it('lead to files of the session, with lines counted from 0', () => {
    check('src/a.ts', { kind: 'file', location: { path: '/home/ada/shop/src/a.ts' } });
    check('./src/../b.ts#L12', { kind: 'file', location: { path: '/home/ada/shop/b.ts', line: 11 } });
    check('main.ts:3:7', { kind: 'file', location: { path: '/home/ada/shop/main.ts', line: 2 } });
    check('/etc/hosts', { kind: 'file', location: { path: '/etc/hosts' } });
    check('file:///home/ada/a%20b.ts', { kind: 'file', location: { path: '/home/ada/a b.ts' } });
    check('C:\\a\\b.ts', { kind: 'file', location: { path: 'C:\\a\\b.ts' } });
  });
});

describe('R6.13 highlighting', () => {
  it('colours line by line and loses no letter', () => {
    const code = 'const a = 1; /* two\nlines */ return "x";\n';
    const lines = highlightLines('ts', code);
    assert.equal(lines?.map((line) => line.map((token) => token.text).join('')).join('\n'), code);
    assert.equal(lines[0]?.[0]?.scope, 'keyword');
    assert.equal(lines[1]?.[0]?.scope, 'comment');
  });

  it('leaves alone what would cost seconds', () => {
    assert.equal(canHighlight('ts', 'x'.repeat(101)), false);
    assert.equal(canHighlight('ts', 'x '.repeat(600)), false);
    assert.equal(canHighlight('ts', 'x y\n'.repeat(8000)), false);
    assert.equal(canHighlight('csharp', 'x'), false);
    assert.equal(canHighlight('ini', 'x'), false);
    assert.equal(highlightLines('nonsense', 'x'), undefined);
  });
});

describe('R0.2 previews of changes', () => {
  const diff = (before: string | undefined, after: string): Parameters<typeof diffPreview>[0] => ({
    path: '/a',
    ...(before === undefined ? {} : { before: { text: before } }),
    after: { text: after },
    added: 0,
    removed: 0,
  });

  it('show the changed lines with their numbers', () => {
    assert.deepEqual(diffPreview(diff('a\nb\nc\n', 'a\nB\nc\n'), 50), {
      lines: [
        { kind: 'same', text: 'a', before: 1, after: 1 },
        { kind: 'removed', text: 'b', before: 2 },
        { kind: 'added', text: 'B', after: 2 },
        { kind: 'same', text: 'c', before: 3, after: 3 },
      ],
      isCut: false,
    });
  });

  it('show a new file as added', () =>
    assert.deepEqual(diffPreview(diff(undefined, 'a\n'), 50)?.lines, [{ kind: 'added', text: 'a', after: 1 }]));
  it('show a new file without a removed line, and an emptied one without an added line', () => {
    for (const before of [undefined, ''])
      assert.deepEqual(
        diffPreview(diff(before, 'a\n\nb'), 50)?.lines.map(({ kind }) => kind),
        ['added', 'added', 'added'],
      );
    assert.deepEqual(
      diffPreview(diff('a\n\nb\n', ''), 50)?.lines.map(({ kind }) => kind),
      ['removed', 'removed', 'removed'],
    );
  });
  it('end after so many lines', () => assert.equal(diffPreview(diff('', 'a\n'.repeat(99)), 10)?.lines.length, 10));

  it('give up on two texts that are nothing alike', () => {
    const other = (word: string): string => Array.from({ length: 8000 }, (_, line) => `${word} ${String(line * 7919)}`).join('\n');
    const preview = diffPreview(diff(other('a'), other('b')), 10);
    assert.ok(preview === undefined || preview.isCut);
  });
});
