import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as fc from 'fast-check';
import { compact } from '../../src/model/compact.ts';
import type { Fact } from '../../src/model/events.ts';
import { reduce } from '../../src/model/reduce.ts';
import type { SessionState } from '../../src/model/session.ts';
import { emptySession } from '../../src/model/session.ts';
import { statusOf } from '../../src/model/status.ts';
import { created, ended, eventsOf, prompt, said, stateOf } from '../support/events.ts';

const question: Fact = {
  type: 'entry.added',
  turn: 't0',
  added: {
    id: 't0-2',
    at: '',
    kind: 'permission',
    title: 'Run git status',
    toolKind: 'execute',
    command: 'git status',
    content: [],
    locations: [],
    options: [{ id: 'a', label: 'Allow', role: 'allow-once' }],
  },
};
const answered: Fact = {
  type: 'permission.answered',
  turn: 't0',
  entry: 't0-2',
  answer: { outcome: 'chosen', optionId: 'a', label: 'Allow', role: 'allow-once', by: 'window', at: '' },
};

const edit = (entry: string, path: string, added: number): Fact => ({
  type: 'tool.changed',
  turn: 't0',
  entry,
  state: 'completed',
  content: [{ type: 'diff', diff: { path, after: { text: '' }, added, removed: 1 } }],
});

describe('R1.2 R1.4 what the events of a session add up to', () => {
  it('puts streamed pieces together in their order', () => {
    const state = stateOf(prompt('t0'), said('t0', 't0-1', 'Hel'), said('t0', 't0-1', 'lo'));
    assert.deepEqual(
      state.turns[0]?.entries.map((entry) => entry.kind === 'message' && entry.text),
      ['Hello'],
    );
    assert.equal(state.lastMessage, 'Hello');
    assert.equal(state.counts.messages, 2);
  });

  it('ignores an event that it has already seen, so that two deliveries show nothing twice', () => {
    const events = eventsOf(created, prompt('t0'), said('t0', 't0-1', 'once'));
    const twice = [...events, ...events].reduce(reduce, emptySession);
    assert.deepEqual(twice, events.reduce(reduce, emptySession));
  });

  it('closes what a turn left open when the turn ends', () => {
    const state = stateOf(prompt('t0'), { type: 'tool.changed', turn: 't0', entry: 't0-1', title: 'x', state: 'running' }, question, {
      type: 'turn.ended',
      turn: 't0',
      reason: 'cancelled',
    });
    const [tool, permission] = state.turns[0]?.entries ?? [];
    assert.equal(tool?.kind === 'tool' && tool.state, 'cancelled');
    assert.equal(permission?.kind === 'permission' && permission.answer?.outcome, 'cancelled');
    assert.equal(state.counts.waiting, 0);
  });

  it('keeps the first answer to a question', () => {
    const second: Fact = { ...answered, answer: { ...answered.answer, label: 'Deny', by: 'other' } };
    const state = stateOf(prompt('t0'), question, answered, second);
    const entry = state.turns[0]?.entries[0];
    assert.equal(entry?.kind === 'permission' && entry.answer?.label, 'Allow');
  });

  it('does not let a finished call run again', () => {
    const call = (state: 'completed' | 'running'): Fact => ({ type: 'tool.changed', turn: 't0', entry: 't0-1', state });
    const state = stateOf(prompt('t0'), call('completed'), call('running'));
    const tool = state.turns[0]?.entries[0];
    assert.equal(tool?.kind === 'tool' && tool.state, 'completed');
  });

  it('counts files once and keeps the latest lines of each', () => {
    const state = stateOf(prompt('t0'), edit('t0-1', '/a', 1), edit('t0-2', '/b', 2), edit('t0-1', '/a', 3));
    assert.equal(state.counts.filesTouched, 2);
    assert.deepEqual(state.files.find((file) => file.path === '/a')?.added, 3);
  });

  it('leaves the state that it was given as it was', () => {
    const before = stateOf(prompt('t0'), said('t0', 't0-1', 'a'));
    const copy = structuredClone(before);
    reduce(before, { epoch: 1, seq: 99, at: '', fact: said('t0', 't0-1', 'b') });
    assert.deepEqual(before, copy);
  });
});

describe('R1.3 a compacted journal adds up to the same', () => {
  it('whatever was streamed before the seal', () => {
    const piece = fc.record({ entry: fc.constantFrom('t0-1', 't0-3', 't0-4'), text: fc.string() });
    const path = fc.array(fc.constantFrom('/a', '/b'), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), path, fc.boolean(), (pieces, paths, isAnswered) => {
        const streamed = pieces.map(({ entry, text }) => said('t0', entry, text));
        const edits = paths.map((path, index) => edit(`t0-e${index}`, path, index));
        const open = eventsOf(created, prompt('t0'), ...streamed, ...edits, question, ...(isAnswered ? [answered] : []), ended('t0'));
        const before = open.reduce(reduce, emptySession);
        const seal: Fact = { type: 'turn.sealed', turn: 't0', entries: before.turns[0]?.entries ?? [] };
        const sealed = [...open, { epoch: 1, seq: open.length + 1, at: '2030-01-01T00:00:00.000Z', fact: seal }];
        const small = compact(sealed);
        assert.ok(small.every((event) => event.fact.type !== 'text.added'));
        assert.deepEqual(small.reduce(reduce, emptySession), sealed.reduce(reduce, emptySession));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the newest draft and the newest queue only', () => {
    const draft = (text: string): Fact => ({ type: 'session.viewed', draft: text });
    const events = eventsOf(created, draft('a'), draft('ab'), { type: 'queue.changed', queue: [] }, draft('abc'));
    const small = compact(events);
    assert.equal(small.filter((event) => event.fact.type === 'session.viewed').length, 1);
    assert.equal(small.reduce(reduce, emptySession).draft, 'abc');
  });
});

describe('R6.12 R5.1 a status says why', () => {
  const check = (state: SessionState, status: string): void => assert.equal(statusOf(state).status, status);

  it('names what the session does now', () => {
    check(stateOf(), 'idle');
    check(stateOf({ type: 'agent.changed', phase: 'starting' }), 'starting');
    check(stateOf(prompt('t0')), 'working');
    check(stateOf(prompt('t0'), question), 'waiting');
    check(stateOf(prompt('t0'), question, answered), 'working');
    check(stateOf(prompt('t0'), ended('t0')), 'finished');
    check(stateOf(prompt('t0'), ended('t0'), { type: 'session.viewed', read: true }), 'hibernating');
    check(stateOf(prompt('t0'), { type: 'turn.ended', turn: 't0', reason: 'interrupted' }), 'interrupted');
    check(stateOf(prompt('t0'), { type: 'turn.ended', turn: 't0', reason: 'failed', error: 'no' }), 'failed');
    check(stateOf({ type: 'queue.changed', queue: [{ id: 'p', parts: [] }] }), 'queued');
    check(stateOf({ type: 'session.moved', lifecycle: 'paused', archived: false, by: 'x' }), 'paused');
    check(stateOf({ type: 'session.moved', lifecycle: 'completed', archived: false, by: 'x' }), 'completed');
    check(stateOf({ type: 'session.moved', lifecycle: 'closed', archived: false, by: 'x' }), 'closed');
  });

  it('gives the question as the reason while it waits for a person', () => {
    assert.equal(statusOf(stateOf(prompt('t0'), question)).reason, 'Run git status');
    const waits = stateOf(
      { type: 'queue.changed', queue: [{ id: 'p1', parts: [{ type: 'text', text: 'go' }] }] },
      { type: 'hold.changed', hold: { kind: 'capacity', limit: 6, place: 1, since: '2026-11-01T10:00:00.000Z' } },
    );
    check(waits, 'queued');
    // That its agent starts meanwhile does not hide what a message waits for.
    check({ ...waits, agentPhase: 'starting' }, 'queued');
    check({ ...waits, lifecycle: 'paused' }, 'paused');
  });
});
