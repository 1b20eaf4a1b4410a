import assert from 'node:assert/strict';
import { foundRows, writtenRows } from '../../src/extension/picks/foundRows.ts';
import { english } from '../../src/extension/translate.ts';
import { summary } from './summaries.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');

describe('R2.4 R1.10 The list of what was found', () => {
  it('a line names the session and the turn, and holds the words where the list marks them', () => {
    const session = summary('s1', { title: 'Fix the login', updatedAt: '2026-11-21T10:00:00.000Z' });
    const matches = [
      { turn: 2, entry: 1, entryId: 'e7', excerpt: 'before\nthe Login after', start: 11, end: 16 },
      { turn: 0, entry: -1, excerpt: 'login please', start: 0, end: 5 },
    ];
    assert.deepEqual(foundRows({ session, matches, total: 9 }, now, english), [
      {
        place: { sessionId: 's1', turn: 2, entry: 'e7', text: 'Login' },
        label: 'Fix the login',
        description: 'turn 3 · 2 h · 9 matches',
        detail: 'before the Login after',
      },
      {
        place: { sessionId: 's1', turn: 0, text: 'login' },
        label: 'Fix the login',
        description: 'turn 1 · 2 h',
        detail: 'login please',
      },
    ]);
  });

  it('a text that tries to turn the line around stands in it as it is', () => {
    const session = summary('s1', { title: 'a\u202eb\nc', archived: true });
    const [row] = foundRows(
      { session, matches: [{ turn: 0, entry: 0, excerpt: 'x\u2066y\u0007z', start: 0, end: 1 }], total: 1 },
      now,
      english,
    );
    assert.equal(row?.label, 'ab c');
    assert.equal(row.detail, 'xy z');
    assert.match(row.description, /archived$/);
  });
});

describe('R6.6 What is found on the pages of a session that is not here', () => {
  it('says that only the written history holds it', () => {
    const session = {
      id: 'x',
      title: 'Old',
      agent: 'a',
      createdAt: '2026-11-01T10:00:00.000Z',
      updatedAt: '2026-11-21T10:00:00.000Z',
      turns: 3,
      place: 'p',
    };
    assert.deepEqual(writtenRows({ session, matches: [{ turn: 2, entry: -1, excerpt: 'the  login', start: 5, end: 10 }] }, now, english), [
      { label: 'Old', description: 'turn 3 · 2 h · only in the written history', detail: 'the login' },
    ]);
  });
});
