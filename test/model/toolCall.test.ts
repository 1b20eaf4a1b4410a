import assert from 'node:assert/strict';
import type { ToolEntry } from '../../src/model/entries.ts';
import type { Fact, SessionEvent } from '../../src/model/events.ts';
import { reduce } from '../../src/model/reduce.ts';
import type { SessionState } from '../../src/model/session.ts';
import { emptySession } from '../../src/model/session.ts';
import type { TaskState } from '../../src/model/states.ts';
import { toolStart, toolWord } from '../../src/model/toolCall.ts';
import { entryLine } from '../../src/model/transcript/entries.ts';
import { turnMarkdown } from '../../src/model/transcript/turn.ts';
import { created, prompt } from '../support/events.ts';

const tool = (state: TaskState): Fact => ({ type: 'tool.changed', turn: 't0', entry: 't0-1', title: 'npm test', state });
const asked = (entry = 't0-2'): Fact => ({
  type: 'entry.added',
  turn: 't0',
  added: {
    id: entry,
    at: '',
    kind: 'permission',
    tool: 't0-1',
    title: 'npm test',
    toolKind: 'execute',
    content: [],
    locations: [],
    options: [],
  },
});
const answered = (role: 'allow-once' | 'reject-once' | 'reject-always', entry = 't0-2'): Fact => ({
  type: 'permission.answered',
  turn: 't0',
  entry,
  answer: { outcome: 'chosen', label: 'x', role, by: 'Window 1', at: '' },
});
const ended = (reason: 'finished' | 'cancelled'): Fact => ({ type: 'turn.ended', turn: 't0', reason });

/** The state after facts, each with the seconds after the beginning at which it happened. */
function stateAfter(...facts: readonly (readonly [number, Fact])[]): SessionState {
  const all: readonly (readonly [number, Fact])[] = [[0, created], [0, prompt('t0')], ...facts];
  return all
    .map(([seconds, fact], index): SessionEvent => ({ epoch: 1, seq: index + 1, at: new Date(seconds * 1000).toISOString(), fact }))
    .reduce(reduce, emptySession);
}

function callOf(state: SessionState): ToolEntry {
  const found = state.turns[0]?.entries.find((entry) => entry.kind === 'tool');
  assert.ok(found?.kind === 'tool');
  return found;
}

/** What is read of the call, and the seconds that it took. */
function check(facts: readonly (readonly [number, Fact])[], word: string, seconds: number): void {
  const state = stateAfter(...facts);
  const call = callOf(state);
  assert.equal(toolWord(call), word);
  assert.equal((Date.parse(call.endedAt ?? '') - Date.parse(toolStart(call))) / 1000, seconds);
  assert.ok(entryLine(call).endsWith(`(${word.toLowerCase()})`));
  const turn = state.turns[0];
  assert.ok(turn !== undefined && turnMarkdown(state, turn).includes(`(${word.toLowerCase()})`));
}

describe('R5.1 R1.12 What is read of a tool call that needed permission', () => {
  for (const state of ['failed', 'error', 'cancelled'] as const) {
    for (const role of ['reject-once', 'reject-always'] as const)
      it(`is that it was refused, when a person said ${role} and the agent calls it ${state}`, () =>
        check(
          [
            [1, tool('pending')],
            [1, asked()],
            [61, answered(role)],
            [61, tool(state)],
          ],
          'Refused',
          0,
        ));
  }
  it('is that it was refused also when the agent never says how it ended', () =>
    check(
      [
        [1, tool('pending')],
        [1, asked()],
        [9, answered('reject-once')],
        [12, ended('finished')],
      ],
      'Refused',
      3,
    ));
  it('is that it failed when it was allowed and failed', () =>
    check(
      [
        [1, tool('pending')],
        [1, asked()],
        [61, answered('allow-once')],
        [63, tool('failed')],
      ],
      'Failed',
      2,
    ));
  it('is that it failed when nobody was asked', () =>
    check(
      [
        [1, tool('running')],
        [4, tool('failed')],
      ],
      'Failed',
      3,
    ));
  it('is what the last answer says when it was asked for twice', () =>
    check(
      [
        [1, tool('pending')],
        [1, asked()],
        [5, answered('reject-once')],
        [6, asked('t0-3')],
        [20, answered('allow-once', 't0-3')],
        [21, tool('failed')],
      ],
      'Failed',
      1,
    ));
  it('is that it was stopped when the turn ended before anybody answered', () =>
    check(
      [
        [1, tool('pending')],
        [1, asked()],
        [300, ended('cancelled')],
      ],
      'Stopped',
      0,
    ));
  it('stays what it was when a late answer comes to a call that has ended', () =>
    check(
      [
        [1, tool('running')],
        [2, asked()],
        [4, tool('completed')],
        [9, answered('reject-once')],
      ],
      'Done',
      0,
    ));
});

describe('R1.12 The time that a tool call took', () => {
  it('begins when it was allowed to run, not when it was asked for', () =>
    check(
      [
        [1, tool('pending')],
        [2, asked()],
        [600, answered('allow-once')],
        [604, tool('completed')],
      ],
      'Done',
      4,
    ));
  it('begins when it runs, where it had to wait before', () =>
    check(
      [
        [1, tool('pending')],
        [2, asked()],
        [600, answered('allow-once')],
        [602, tool('running')],
        [604, tool('completed')],
      ],
      'Done',
      2,
    ));
  it('begins with the call itself where it waited for nothing', () =>
    check(
      [
        [1, tool('running')],
        [4, tool('completed')],
      ],
      'Done',
      3,
    ));
  it('is none for a call that was withdrawn while it waited', () =>
    check(
      [
        [1, tool('pending')],
        [2, asked()],
        [600, tool('cancelled')],
        [601, ended('cancelled')],
      ],
      'Stopped',
      0,
    ));
  it('is in the history as the time from that moment on', () => {
    const state = stateAfter(
      [1, tool('pending')],
      [2, asked()],
      [600, answered('allow-once')],
      [604, tool('completed')],
      [605, ended('finished')],
    );
    const [turn] = state.turns;
    assert.ok(turn !== undefined && turnMarkdown(state, turn).includes('00:10:00 UTC to 00:10:04 UTC'));
  });
});
