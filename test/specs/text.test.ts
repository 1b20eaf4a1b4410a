import assert from 'node:assert/strict';
import { identifierKey, lastNumber, nearestIdentifier, parentIdentifier, taskKey } from '../../src/specs/identifiers.ts';
import { blankCodeSpans, readProse } from '../../src/specs/prose.ts';
import { offsetAt, positionAt, replaceRange, splitLines } from '../../src/specs/text.ts';
import { wholeWord } from '../../src/specs/words.ts';

describe('R6.3 lines, positions and edits', () => {
  it('lines keep their endings, and a last line is always there', () => {
    assert.deepEqual(
      splitLines('a\r\nb\rc\n').map((line) => [line.offset, line.text, line.ending]),
      [
        [0, 'a', '\r\n'],
        [3, 'b', '\r'],
        [5, 'c', '\n'],
        [7, '', ''],
      ],
    );
  });
  it('positions outside the text are moved into it', () => {
    const lines = splitLines('ab\ncd');
    assert.equal(offsetAt(lines, { line: 0, character: 99 }), 2);
    assert.equal(offsetAt(lines, { line: 99, character: 0 }), 5);
    assert.equal(offsetAt(lines, { line: -1, character: 5 }), 0);
    assert.deepEqual(positionAt(lines, 99), { line: 1, character: 2 });
    assert.deepEqual(positionAt(lines, 3), { line: 1, character: 0 });
  });
  it('an edit replaces its range, turned round or not', () => {
    const range = { start: { line: 0, character: 1 }, end: { line: 1, character: 1 } };
    assert.equal(replaceRange('ab\ncd', range, 'X'), 'aXd');
    assert.equal(replaceRange('ab\ncd', { start: range.end, end: range.start }, 'X'), 'aXd');
  });
});

describe('R6.3 prose and what is not', () => {
  it('comments are blanked without moving columns, in code spans and without an end they are text', () => {
    const prose = (text: string): readonly string[] => readProse(text).lines.map((line) => line.prose);
    assert.deepEqual(prose('a <!-- b --> c'), ['a            c']);
    assert.deepEqual(prose('a <!-- b\nc\nd --> e'), ['a       ', ' ', '      e']);
    assert.deepEqual(prose('a `<!--` b\nc -->'), ['a `<!--` b', 'c -->']);
    assert.deepEqual(prose('a <!-- b\nc'), ['a <!-- b', 'c']);
    assert.deepEqual(prose('<!-- a --> b <!-- c --> d'), ['           b            d']);
  });
  it('code spans are found by runs of the same length', () => {
    assert.equal(blankCodeSpans('a `b` c'), 'a     c');
    assert.equal(blankCodeSpans('a ``b ` c`` d'), 'a           d');
    assert.equal(blankCodeSpans('a ` b'), 'a ` b');
  });
  it('fences are closed by the same mark, as long or longer', () => {
    const fences = readProse('````md\n```\n````\n~~~\n```\n~~~~\n``` `no`\n').fences;
    assert.deepEqual(
      fences.map((fence) => [fence.info, fence.opening, fence.first, fence.last, fence.isClosed]),
      [
        ['md', 0, 1, 1, true],
        ['', 3, 4, 4, true],
      ],
    );
  });
});

describe('R6.3 ids', () => {
  it('are compared without regard to case, hyphens, spaces and leading zeros, and never as numbers', () => {
    assert.equal(identifierKey('REQ-002'), identifierKey('Req 2'));
    assert.equal(identifierKey('FR-2.01'), 'FR2.1');
    assert.notEqual(identifierKey('1.10'), identifierKey('1.1'));
    assert.equal(identifierKey('1.100'), '1.100');
    assert.equal(taskKey('T1.2'), '1.2');
    assert.equal(taskKey('T-001'), '1');
    assert.equal(taskKey('Task 3'), '3');
  });
  it('have a parent and a last number', () => {
    assert.equal(parentIdentifier('2.3.1'), '2.3');
    assert.equal(parentIdentifier('2'), undefined);
    assert.equal(lastNumber('2.10'), 10);
    assert.equal(lastNumber('1.2a'), 2);
    assert.ok(Number.isNaN(lastNumber('')));
  });
  it('that do not exist have a nearest one of the same depth, if any is near', () => {
    assert.equal(nearestIdentifier('8.1', ['1', '1.1', '7.1', '2.9']), '7.1');
    assert.equal(nearestIdentifier('12', ['1', '2', '11']), '11');
    assert.equal(nearestIdentifier('FR-9', ['FR-8', '9']), 'FR-8');
    assert.equal(nearestIdentifier('FR-9', ['1', '2.1']), undefined);
    assert.equal(nearestIdentifier('9'.repeat(5000), ['1']), undefined);
  });
  it('trap 2: words end at ASCII letters only', () => {
    assert.ok(wholeWord('SHALL').test('表示SHALL'));
    assert.ok(wholeWord('WHEN').test('WHENユーザーが'));
    assert.ok(!wholeWord('SHALL').test('SHALLOW'));
    assert.ok(!wholeWord('WHEN').test('xWHEN'));
  });
});
