import assert from 'node:assert/strict';
import type { Hold } from '../../../src/model/hold.ts';
import { holdReason } from '../../../src/model/hold.ts';
import type { Starter } from '../../../src/host/limits/launchGate.ts';
import { LaunchGate } from '../../../src/host/limits/launchGate.ts';

describe('R1.6 R6.9 R6.12 The gate through which turns start', () => {
  let limit: number;
  let now: number;
  let started: string[];
  let holds: Map<string, Hold>;
  let budgets: Map<string, Hold>;
  let gate: LaunchGate;
  beforeEach(() => {
    limit = 2;
    now = Date.UTC(2026, 10, 21, 10);
    started = [];
    holds = new Map();
    budgets = new Map();
    gate = new LaunchGate({ limit: () => limit, budget: (id) => budgets.get(id), now: () => now, chance: () => 0 });
  });
  afterEach(() => gate.close());

  const starter = (id: string, agent = 'a', waitsSince?: string): Starter => ({
    id,
    agent,
    waitsSince,
    start: () => void started.push(id),
    held: (hold) => void holds.set(id, hold),
  });
  const enter = (...ids: readonly string[]): boolean[] => ids.map((id) => gate.enter(starter(id)));
  const reasonOf = (id: string): string => {
    const hold = holds.get(id);
    return hold === undefined ? '' : holdReason(hold);
  };

  it('lets in as many as may, and tells the others their place in line', () => {
    assert.deepEqual(enter('1', '2', '3', '4'), [true, true, false, false]);
    assert.equal(reasonOf('3'), 'Waits for one of 2 active sessions to finish; number 1 in line.');
    assert.equal(reasonOf('4'), 'Waits for one of 2 active sessions to finish; number 2 in line.');
    assert.deepEqual([gate.active, gate.waiting, started], [2, 2, []]);
  });

  it('starts those in line in their order when a place is free, and nobody overtakes them', () => {
    enter('1', '2', '3', '4');
    gate.leave('1');
    // The one that has just ended has more to do, and stands behind who waited before it.
    assert.deepEqual(enter('1'), [false]);
    assert.deepEqual(started, ['3']);
    gate.leave('2');
    assert.deepEqual(started, ['3', '4']);
    assert.equal(reasonOf('1'), 'Waits for one of 2 active sessions to finish; number 1 in line.');
  });

  it('closes the gap of one that waits no longer, and starts more when the limit is raised', () => {
    enter('1', '2', '3', '4', '5');
    gate.withdraw('3');
    assert.equal(reasonOf('4'), 'Waits for one of 2 active sessions to finish; number 1 in line.');
    limit = 4;
    gate.review();
    assert.deepEqual(started, ['4', '5']);
  });

  it('keeps the order of an earlier host, whatever the order in which sessions come', () => {
    enter('1', '2');
    gate.enter(starter('late', 'a', '2026-11-21T09:30:00.000Z'));
    gate.enter(starter('early', 'a', '2026-11-21T09:00:00.000Z'));
    gate.leave('1');
    assert.deepEqual(started, ['early']);
  });

  it('parks all sessions of an agent that is rate-limited, lets those of others pass, and goes on at the time', () => {
    gate.block('a', 'Too many requests.', now + 20_000);
    assert.deepEqual(enter('1', '2'), [false, false]);
    assert.deepEqual(holds.get('1'), { kind: 'rate-limited', until: '2026-11-21T10:00:20.000Z', reason: 'Too many requests.' });
    assert.equal(gate.enter(starter('other', 'b')), true);
    now += 20_000;
    gate.review();
    assert.deepEqual(started, ['1']);
    assert.equal(holds.get('2')?.kind, 'capacity');
  });

  it('stops an agent whose quota is used up until a person goes on, and no later time limit softens that', () => {
    gate.block('a', 'The quota is used up.');
    gate.block('a', 'Try again in 5 s.', now + 5000);
    enter('1');
    now += 10_000;
    gate.review();
    assert.deepEqual([holds.get('1'), gate.waiting], [{ kind: 'quota', reason: 'The quota is used up.' }, 0]);
    gate.unblock('a');
    assert.deepEqual(started, ['1']);
  });

  it('holds a session whose budget is used up, and starts it when the budget is raised', () => {
    budgets.set('1', { kind: 'budget', scope: 'session', unit: 'tokens', spent: 12_000, limit: 10_000 });
    assert.deepEqual(enter('1', '2'), [false, true]);
    assert.equal(reasonOf('1'), '12,000 tokens of 10,000 tokens used: the budget of this session is used up.');
    budgets.clear();
    gate.review();
    assert.deepEqual(started, ['1']);
  });

  it('says that a budget is used up also while the agent is rate-limited: the one needs the person, the other passes', () => {
    budgets.set('1', { kind: 'budget', scope: 'session', unit: 'tokens', spent: 10, limit: 10 });
    assert.deepEqual(enter('1'), [false]);
    gate.block('a', 'Too many.', now + 60_000);
    assert.equal(holds.get('1')?.kind, 'budget');
    budgets.clear();
    gate.review();
    assert.equal(holds.get('1')?.kind, 'rate-limited');
  });

  it('wakes by itself when the time of a rate limit has come', async () => {
    const real = new LaunchGate({ limit: () => 1, budget: () => undefined, now: Date.now, chance: () => 1 });
    const began = Promise.withResolvers<true>();
    real.block('a', 'Slow down.', Date.now() + 30);
    assert.equal(real.enter({ id: '1', agent: 'a', start: () => began.resolve(true), held: () => undefined }), false);
    await began.promise;
    real.close();
  });
});
