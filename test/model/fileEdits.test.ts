import assert from 'node:assert/strict';
import { compact } from '../../src/model/compact.ts';
import type { FileCount, ToolContent } from '../../src/model/entries.ts';
import type { Fact, SessionEvent } from '../../src/model/events.ts';
import { changeOf, editsIn, oneSided } from '../../src/model/fileEdits.ts';
import { reduce } from '../../src/model/reduce.ts';
import type { SessionState } from '../../src/model/session.ts';
import { emptySession } from '../../src/model/session.ts';
import type { TaskState } from '../../src/model/states.ts';
import { summaryOf } from '../../src/model/summary.ts';

const text = (value: string): { readonly text: string } => ({ text: value });

describe('R0.2 a diff of a new or a deleted file', () => {
  it('says what happened to the file', () => {
    assert.equal(changeOf({}), 'created');
    assert.equal(changeOf({ before: text('a') }), 'changed');
    assert.equal(changeOf({ before: text('a'), deleted: true }), 'deleted');
  });

  it('has one side only, so that no empty line stands against the text', () => {
    assert.equal(oneSided({ after: text('a\n') }), 'after');
    assert.equal(oneSided({ before: text(''), after: text('a\n') }), 'after');
    assert.equal(oneSided({ before: text('a\n'), after: text(''), deleted: true }), 'before');
    assert.equal(oneSided({ before: text('a\n'), after: text('') }), 'before');
    assert.equal(oneSided({ before: text('a\n'), after: text('b\n') }), undefined);
  });

  it('knows a long text by its blob, however short the beginning is that came along', () => {
    assert.equal(oneSided({ before: { text: '', blob: 'a'.repeat(64), bytes: 70_000 }, after: text('b') }), undefined);
  });
});

describe('R1.10 R6.7 the changed files of a session and of each turn', () => {
  const change = (path: string, added: number, removed = 0): ToolContent => ({
    type: 'diff',
    diff: { path, before: text('x'), after: text('y'), added, removed },
  });
  const call = (turn: string, entry: string, state: TaskState, ...content: readonly ToolContent[]): Fact => ({
    type: 'tool.changed',
    turn,
    entry,
    state,
    content: [...content],
  });
  const started = (turn: string): Fact => ({ type: 'turn.started', turn, prompt: [] });
  const ended = (turn: string, reason: 'finished' | 'cancelled' = 'finished'): Fact => ({ type: 'turn.ended', turn, reason });
  const stateAfter = (...facts: readonly Fact[]): SessionState =>
    facts.reduce((state, fact, index) => reduce(state, { epoch: 1, seq: index + 1, at: '2026-11-21T10:00:00.000Z', fact }), emptySession);
  const lines = (files: readonly FileCount[] | undefined): readonly string[] =>
    (files ?? []).map(({ path, added, removed }) => `${path} +${String(added)} −${String(removed)}`);

  it('count what was done, not what is asked for or has failed', () => {
    const running = stateAfter(started('t0'), call('t0', 'e1', 'running', change('/a', 3)), call('t0', 'e2', 'failed', change('/b', 1)));
    assert.deepEqual(lines(running.files), []);
    const done = stateAfter(started('t0'), call('t0', 'e1', 'running', change('/a', 3)), call('t0', 'e1', 'completed', change('/a', 3, 1)));
    assert.deepEqual(lines(done.files), ['/a +3 −1']);
    assert.deepEqual(lines(done.turns[0]?.files), ['/a +3 −1']);
    assert.deepEqual([summaryOf(done).added, summaryOf(done).removed, summaryOf(done).filesTouched], [3, 1, 1]);
  });

  it('count a write through the host although its call was stopped', () => {
    const wrote: Fact = { type: 'tool.changed', turn: 't0', entry: 'e1', wrote: ['/a'] };
    const state = stateAfter(started('t0'), call('t0', 'e1', 'running', change('/a', 3), change('/b', 1)), wrote, ended('t0', 'cancelled'));
    assert.deepEqual(lines(state.files), ['/a +3 −0']);
  });

  it('count calls that end with their turn', () => {
    assert.deepEqual(lines(stateAfter(started('t0'), call('t0', 'e1', 'running', change('/a', 3)), ended('t0')).files), ['/a +3 −0']);
  });

  it('add up over turns, each with its own, until the texts are compared', () => {
    const work = [
      started('t0'),
      call('t0', 'e1', 'completed', change('/a', 3)),
      ended('t0'),
      started('t1'),
      call('t1', 'e2', 'completed', change('/a', 2, 2), change('/b', 1)),
      ended('t1'),
    ];
    const rough = stateAfter(...work);
    assert.deepEqual(lines(rough.files), ['/a +5 −2', '/b +1 −0']);
    assert.deepEqual(rough.files.map(({ open }) => open), [['t0', 't1'], ['t1']]); // prettier-ignore
    const counted: Fact = {
      type: 'files.counted',
      turn: 't1',
      of: [{ path: '/a', change: 'changed', added: 2, removed: 2 }],
      session: [{ path: '/a', change: 'changed', added: 3, removed: 0 }],
      same: ['/b'],
    };
    const exact = stateAfter(...work, counted);
    assert.deepEqual(lines(exact.files), ['/a +3 −0']);
    assert.deepEqual(lines(exact.turns[0]?.files), ['/a +3 −0']);
    assert.deepEqual(lines(exact.turns[1]?.files), ['/a +2 −2']);
    assert.deepEqual(exact.files[0]?.open, ['t0', 't1']);
  });

  it('leave the list of what is to review when they are kept, and come back when the turn changes them again', () => {
    const work = [started('t0'), call('t0', 'e1', 'completed', change('/a', 3))];
    const kept: Fact = { type: 'change.reviewed', turn: 't0', path: '/a', review: 'kept', by: 'Ada' };
    const reviewed = stateAfter(...work, kept);
    assert.deepEqual(reviewed.files[0]?.open, []);
    assert.equal(reviewed.turns[0]?.files?.[0]?.review, 'kept');
    const again = stateAfter(...work, kept, call('t0', 'e2', 'completed', change('/a', 1)));
    assert.deepEqual(again.files[0]?.open, ['t0']);
    assert.equal(again.turns[0]?.files?.[0]?.review, 'open');
  });

  it('are the same after the journal was compacted', () => {
    const open = [started('t0'), call('t0', 'e1', 'running', change('/a', 3)), call('t0', 'e1', 'completed', change('/a', 3, 1))];
    const sealed: Fact = { type: 'turn.sealed', turn: 't0', entries: stateAfter(...open).turns[0]?.entries ?? [] };
    const counted: Fact = { type: 'files.counted', turn: 't0', of: [{ path: '/a', added: 1, removed: 1 }], session: [], same: [] };
    const events = [...open, sealed, ended('t0'), counted].map((fact, index): SessionEvent => ({
      epoch: 1,
      seq: index + 1,
      at: '2026-11-21T10:00:00.000Z',
      fact,
    }));
    assert.deepEqual(compact(events).reduce(reduce, emptySession).files, events.reduce(reduce, emptySession).files);
  });

  it('are listed as edits in their order, restores among them', () => {
    const restore: Fact = {
      type: 'entry.added',
      turn: 't0',
      added: {
        id: 'r1',
        at: '',
        kind: 'restore',
        what: 'turn',
        by: 'Ada',
        files: [{ path: '/a', before: text('y'), after: text('x'), added: 0, removed: 3 }],
        left: [],
      },
    };
    const state = stateAfter(started('t0'), call('t0', 'e1', 'completed', change('/a', 3)), ended('t0'), restore);
    assert.deepEqual(editsIn(state.turns).map(({ entry, isRestore }) => [entry, isRestore]), [['e1', false], ['r1', true]]); // prettier-ignore
    assert.deepEqual(lines(state.turns[0]?.files), ['/a +3 −0']);
  });
});
