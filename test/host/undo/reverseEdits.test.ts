import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { foldEdits } from '../../../src/host/undo/foldEdits.ts';
import type { TextEdit } from '../../../src/host/undo/foldEdits.ts';
import { reverseEdits } from '../../../src/host/undo/reverseEdits.ts';

const edit = (before: string | undefined, after: string | undefined): TextEdit => ({ before, after });
const long = (changed = 'ten'): string =>
  ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', changed, 'eleven', 'twelve', ''].join('\n');

describe('R1.10 successive edits of a file', () => {
  const check = (edits: readonly TextEdit[], expected: readonly TextEdit[]): void => assert.deepEqual(foldEdits(edits), expected);

  it('are one change, from the text before to the text after', () => {
    check([edit('a', 'b'), edit('b', 'c')], [edit('a', 'c')]);
    check([edit(undefined, 'a'), edit('a', 'b')], [edit(undefined, 'b')]);
    check([edit('a', 'b'), edit('b', undefined)], [edit('a', undefined)]);
  });

  it('that lead back are none', () => {
    check([edit('a', 'b'), edit('b', 'a')], []);
    check([edit(undefined, 'a'), edit('a', undefined)], []);
  });

  it('may be pieces of the text, before or after the whole was seen', () => {
    check([edit('one two', 'one TWO'), edit('one', 'ONE')], [edit('one two', 'ONE TWO')]);
    check([edit('two', 'TWO'), edit('one TWO', 'ONE TWO')], [edit('one two', 'ONE TWO')]);
    check([edit('foo', 'bar'), edit('a', 'b')], [edit('foo', 'bar'), edit('a', 'b')]);
  });

  it('count once when they are reported twice, as a piece and as a whole', () => {
    check([edit('two', 'TWO'), edit('one two', 'one TWO')], [edit('one two', 'one TWO')]);
    check([edit('one two', 'one TWO'), edit('two', 'TWO')], [edit('one two', 'one TWO')]);
    check([edit('a', 'b'), edit('a', 'b')], [edit('a', 'b')]);
  });

  it('stay apart where somebody else wrote in between', () => {
    check([edit('a\n', 'b\n'), edit('x\n', 'y\n')], [edit('a\n', 'b\n'), edit('x\n', 'y\n')]);
  });
});

describe('R0.2 R6.7 taking edits back', () => {
  const gives = (now: string | undefined, edits: readonly TextEdit[], text: string | undefined, isMerged = false): void =>
    assert.deepEqual(reverseEdits(now, edits), { kind: 'text', text, isMerged });
  const refuses = (now: string | undefined, edits: readonly TextEdit[], reason: RegExp): void => {
    const result = reverseEdits(now, edits);
    assert.match(result.kind === 'conflict' ? result.reason : `It gave: ${String(result.text)}`, reason);
  };

  it('gives the exact text of before where the file is as it was left', () => {
    gives('b', [edit('a', 'b')], 'a');
    gives('new', [edit(undefined, 'new')], undefined);
    gives(undefined, [edit('old', undefined)], 'old');
    gives('c', [edit('a', 'b'), edit('b', 'c')], 'a');
  });

  it('keeps what others wrote elsewhere in the file', () => {
    gives(long('TEN').replace('two', 'mine'), [edit(long(), long('TEN'))], long().replace('two', 'mine'), true);
    gives(`${long('TEN')}more\n`, [edit(long(), long('TEN'))], `${long()}more\n`, true);
  });

  it('takes a piece back from its only place', () => {
    gives('one TWO three', [edit('two', 'TWO')], 'one two three', true);
  });

  it('leaves alone what was changed in the same lines, what occurs twice, and a part of a longer word', () => {
    refuses('mine', [edit('a', 'b')], /same lines/);
    refuses('x();\ny();\nx();\n', [edit('z();\n', 'x();\n')], /same lines/);
    refuses('10', [edit('2', '1')], /same lines/);
    refuses('a\nfoo\nb\nbaz\n', [edit('foo\n', 'bar\n')], /same lines/);
  });

  it('does not delete a new file that somebody has worked on, nor write over one that came back', () => {
    refuses('new, and mine', [edit(undefined, 'new')], /new, and it was changed/);
    refuses('another', [edit('old', undefined)], /deleted, and there is another/);
    refuses(undefined, [edit('a', 'b')], /is gone/);
  });

  it('has nothing to do where somebody took it back already', () => {
    gives('a', [edit('a', 'b')], 'a', true);
    gives(undefined, [edit(undefined, 'b')], undefined, true);
    gives(`${long()}mine\n`, [edit(long(), long('TEN'))], `${long()}mine\n`, true);
  });

  it('keeps Windows line ends', () => {
    gives('one\r\nTWO\r\nthree\r\n', [edit('one\ntwo\n', 'one\nTWO\n')], 'one\r\ntwo\r\nthree\r\n', true);
  });

  it('takes dollar signs for letters', () => {
    gives('a $& b', [edit('$1', '$&')], 'a $1 b', true);
  });

  it('all or nothing: a conflict in one of several edits leaves the file alone', () => {
    refuses(`${long('TEN')}mine\n`, [edit('nowhere\n', 'neither\n'), edit(long(), long('TEN'))], /same lines/);
  });

  it('leads back to the beginning whatever was edited, one after the other', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c c\n', '\n', 'd'), { maxLength: 12 }).map((lines) => lines.join(''));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (first, later) => {
        const texts = [first, ...later];
        const edits = later.map((after, index) => edit(texts[index] ?? '', after));
        const result = reverseEdits(texts.at(-1), foldEdits(edits));
        assert.deepEqual(result.kind === 'text' ? result.text : result.reason, first);
      }),
    );
  });
});
