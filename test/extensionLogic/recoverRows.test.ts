import assert from 'node:assert/strict';
import { recoverRows } from '../../src/extension/picks/recoverRows.ts';
import { english } from '../../src/extension/translate.ts';
import { summary } from './summaries.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');
const at = { createdAt: '2026-11-20T12:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z' };
const written = (id: string, title = `Written ${id}`) => ({
  id,
  title,
  agent: 'gemini',
  ...at,
  turns: 2,
  place: 'refs/remotes/origin/session-loom/history',
});

describe('R1.5 R6.6 What can be recovered', () => {
  it('interrupted sessions, damaged ones, those that only a history tells of, and where more can be found', () => {
    const sessions = [
      summary('a', { status: 'interrupted', reason: 'The agent ended.', updatedAt: at.updatedAt }),
      summary('b', { flaws: { damaged: 2, damagedBlobs: 1, mergedEpochs: [] }, updatedAt: at.updatedAt }),
      summary('c', { flaws: { damaged: 0, damagedBlobs: 0, mergedEpochs: [2] } }),
    ];
    const rows = recoverRows(sessions, { sessions: [written('x')], places: [], remotes: ['origin'] }, now, english);
    assert.deepEqual(rows, [
      { kind: 'part', label: 'Interrupted: choose to continue' },
      { kind: 'interrupted', sessionId: 'a', label: 'Session a', description: 'built-in · 2 h', detail: 'The agent ended.' },
      { kind: 'part', label: 'Damaged: choose to open what can be read' },
      {
        kind: 'damaged',
        sessionId: 'b',
        label: 'Session b',
        description: 'built-in · 2 h',
        detail: '3 records could not be read. The rest is there; their bytes are kept.',
      },
      { kind: 'part', label: 'Only in the written history: choose to bring back' },
      {
        kind: 'written',
        sessionId: 'x',
        label: 'Written x',
        description: '2 turns · gemini · 2 h',
        detail: 'refs/remotes/origin/session-loom/history',
      },
      { kind: 'part', label: 'Elsewhere' },
      {
        kind: 'remote',
        label: 'Look for histories on origin…',
        detail: 'Fetches what other machines have shared there. Nothing of yours is changed.',
        remote: 'origin',
      },
    ]);
  });

  it('several written sessions can be brought back at once, and one that is here is none of them', () => {
    const rows = recoverRows(
      [summary('y')],
      { sessions: [written('x'), written('y'), written('z')], places: [], remotes: [] },
      now,
      english,
    );
    assert.deepEqual(
      rows.find(({ kind }) => kind === 'all'),
      { kind: 'all', label: 'All 2 of them', sessionIds: ['x', 'z'] },
    );
  });

  it('where nothing is to be recovered the list is empty, and hostile titles stay on their line', () => {
    assert.deepEqual(recoverRows([summary('a')], { sessions: [], places: [], remotes: [] }, now, english), []);
    const [, row] = recoverRows([], { sessions: [written('x', 'a\u202eb\n$(trash) c')], places: [], remotes: [] }, now, english);
    assert.equal(row?.label.includes('\n') || row?.label.includes('\u202e'), false);
  });
});
