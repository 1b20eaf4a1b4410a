import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TaskState, canBecome, isActive, isTerminal, migrateState, transition, wordFor } from '../../src/model/states.ts';

describe('R5.1 the canonical task states', () => {
  it('are either active, or terminal, or waiting for somebody', () => {
    for (const state of TaskState.options) assert.ok(!(isActive(state) && isTerminal(state)), state);
    assert.deepEqual(TaskState.options.filter(isTerminal), ['completed', 'succeeded', 'failed', 'error', 'cancelled']);
    assert.deepEqual(TaskState.options.filter(isActive), ['queued', 'running', 'processing']);
  });

  it('have one word each for a person', () => {
    assert.equal(new Set(TaskState.options.map(wordFor)).size, TaskState.options.length);
  });

  it('never leave a terminal state', () => {
    for (const from of TaskState.options.filter(isTerminal)) {
      for (const to of TaskState.options) assert.equal(transition(from, to), from);
    }
  });

  it('can reach an end from everywhere else', () => {
    for (const from of TaskState.options.filter((state) => !isTerminal(state))) assert.ok(canBecome(from, 'cancelled'), from);
  });

  it('are read from the words of agents and of earlier versions', () => {
    assert.equal(migrateState('in_progress'), 'running');
    assert.equal(migrateState(' Canceled '), 'cancelled');
    assert.equal(migrateState('done'), 'completed');
    assert.equal(migrateState('processing'), 'processing');
    assert.equal(migrateState('sideways'), undefined);
  });
});
