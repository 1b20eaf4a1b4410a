import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as fc from 'fast-check';
import type { Fact } from '../../src/model/events.ts';
import type { SessionState } from '../../src/model/session.ts';
import { findText } from '../../src/model/find.ts';
import { prepend, startOfWindow, turnsBefore, windowOf } from '../../src/model/window.ts';
import { ended, prompt, said, stateOf } from '../support/events.ts';

function conversation(entriesPerTurn: readonly number[]): SessionState {
  const facts = entriesPerTurn.flatMap((count, turn): Fact[] => [
    prompt(`t${turn}`, `question ${turn}`),
    ...Array.from({ length: count }, (_, entry) => said(`t${turn}`, `t${turn}-${entry}`, `answer ${turn}.${entry}`)),
    ended(`t${turn}`),
  ]);
  return stateOf(...facts);
}

describe('R6.13 a window on the end of a conversation', () => {
  it('holds about as many entries as were asked for and knows where it begins', () => {
    const state = conversation([3, 50, 4]);
    const window = windowOf(state, 10);
    assert.deepEqual(
      window.turns.map((turn) => [turn.index, turn.skipped, turn.entries.length]),
      [
        [1, 45, 5],
        [2, 0, 4],
      ],
    );
    assert.deepEqual(startOfWindow(window), { turn: 1, entry: 45 });
    assert.equal(window.turnCount, 3);
  });

  it('becomes the whole again by putting earlier pages before it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 30 }), (sizes, limit) => {
        const state = conversation(sizes);
        let window = windowOf(state, limit);
        for (let place = startOfWindow(window); place !== undefined; place = startOfWindow(window)) {
          const earlier = turnsBefore(state.turns, place, limit);
          assert.ok(earlier.length > 0, 'each page brings something');
          window = prepend(window, earlier);
        }
        assert.deepEqual(window.turns, state.turns);
      }),
      { numRuns: 60 },
    );
  });
});

describe('R1.10 searching a session', () => {
  it('finds prompts and answers anywhere, whatever the case, oldest first', () => {
    const found = findText(conversation([2, 1]), 'ANSWER 0.1');
    assert.deepEqual(found, [{ turn: 0, entry: 1, entryId: 't0-1', excerpt: 'answer 0.1', start: 0, end: 10, count: 1 }]);
    assert.equal(findText(conversation([2, 1]), 'question').length, 2);
    assert.deepEqual(findText(conversation([2, 1]), 'nothing'), []);
    assert.equal(findText(conversation([2, 1]), 'n')[0]?.count, 1);
    assert.equal(findText(conversation([2, 1]), 'E')[0]?.count, 1);
  });
});
