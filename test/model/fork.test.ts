import assert from 'node:assert/strict';
import { compact } from '../../src/model/compact.ts';
import type { Fact } from '../../src/model/events.ts';
import { editsIn } from '../../src/model/fileEdits.ts';
import { reduce } from '../../src/model/reduce.ts';
import { emptySession } from '../../src/model/session.ts';
import { created, ended, eventsOf, prompt, said, stateOf } from '../support/events.ts';

const copied: Fact = {
  type: 'turn.copied',
  turn: 't0',
  prompt: [{ type: 'text', text: 'Fix it' }],
  entries: [
    {
      id: 't0-1',
      at: '2026-11-20T10:00:01.000Z',
      kind: 'tool',
      title: 'Edit a.ts',
      toolKind: 'edit',
      state: 'completed',
      content: [{ type: 'diff', diff: { path: '/home/ada/shop/a.ts', before: { text: 'a' }, after: { text: 'b' }, added: 1, removed: 1 } }],
      locations: [],
    },
    { id: 't0-2', at: '2026-11-20T10:00:02.000Z', kind: 'message', text: 'It is fixed.' },
  ],
  startedAt: '2026-11-20T10:00:00.000Z',
  endedAt: '2026-11-20T10:00:04.000Z',
  reason: 'finished',
};

describe('R1.2 R3.4 The turns that a fork begins with', () => {
  it('are as they were, count as said, are no news, and go on with the next turn', () => {
    const state = stateOf(copied, prompt('t1'), said('t1', 't1-1', 'Hello'), ended('t1'));
    const [first, second] = state.turns;
    assert.equal(first?.startedAt, '2026-11-20T10:00:00.000Z');
    assert.equal(first.endedAt, '2026-11-20T10:00:04.000Z');
    assert.equal(first.state, 'completed');
    assert.deepEqual([first.index, second?.index, state.turnCount], [0, 1, 2]);
    assert.deepEqual([state.counts.messages, state.counts.tools], [4, 1]);
    const before = stateOf(copied);
    assert.equal(before.lastMessage, 'It is fixed.');
    assert.equal(before.unread, false);
  });

  it('stay when the journal is compacted', () => {
    const events = eventsOf(created, copied, prompt('t1'), said('t1', 't1-1', 'Hello'), ended('t1'));
    assert.deepEqual(compact(events).reduce(reduce, emptySession), events.reduce(reduce, emptySession));
  });

  it('changed files as the work of the other session: nothing of it is counted or put back here', () => {
    const state = stateOf(copied);
    assert.deepEqual(state.files, []);
    assert.deepEqual(editsIn(state.turns), []);
  });
});
