import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { changedRange } from '../../src/extension/window/changedRange.ts';

describe('R6.14 A text that an agent writes through the editor', () => {
  const check = (before: string, after: string, expected: ReturnType<typeof changedRange>): void =>
    assert.deepEqual(changedRange(before, after), expected);

  it('is the smallest single change, so that cursors elsewhere stay', () => {
    check('one two three', 'one 2 three', { start: 4, end: 7, text: '2' });
    check('', 'new', { start: 0, end: 0, text: 'new' });
    check('abab', 'ab', { start: 2, end: 4, text: '' });
    check('same', 'same', undefined);
  });

  it('cuts neither a letter nor a line end in half', () => {
    check('a😀', 'a😁', { start: 1, end: 3, text: '😁' });
    check('a\r\nb', 'a\r\r\nb', { start: 1, end: 1, text: '\r' });
  });

  it('makes the new text of any old one', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const change = changedRange(before, after);
        if (change === undefined) assert.equal(before, after);
        else assert.equal(before.slice(0, change.start) + change.text + before.slice(change.end), after);
      }),
    );
  });
});
