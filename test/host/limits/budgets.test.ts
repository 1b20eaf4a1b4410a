import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { budgetNews, uncounted, usedUp } from '../../../src/host/limits/budgets.ts';
import { DaySpent } from '../../../src/host/limits/daySpent.ts';
import { addSpent, afterTurn, afterUsage, costIn, nothingSpent, spentSince } from '../../../src/model/spent.ts';
import type { Spent } from '../../../src/model/spent.ts';
import { holdReason } from '../../../src/model/hold.ts';
import { prompt, stateOf } from '../../support/events.ts';

const spent = (some: Partial<Spent>): Spent => ({ ...nothingSpent, ...some });

describe('R6.9 What sessions spend', () => {
  it('adds up from what agents tell of their whole session, also when one begins anew', () => {
    const state = stateOf(
      prompt('t0'),
      { type: 'usage.changed', usage: { totalTokens: 1000, cost: { amount: 0.1, currency: 'USD' } } },
      { type: 'usage.changed', usage: { totalTokens: 1500 } },
      { type: 'turn.ended', turn: 't0', reason: 'finished', tookMs: 90_000 },
      prompt('t1'),
      // Another agent, which counts from the beginning.
      { type: 'usage.changed', usage: { totalTokens: 200, cost: { amount: 0.05, currency: 'USD' } } },
      { type: 'turn.ended', turn: 't1', reason: 'cancelled' },
    );
    assert.deepEqual(state.spent, { tokens: 1700, cost: 0.1 + 0.05, currency: 'USD', turns: 2, minutes: 1.5 });
  });

  it('is kept apart by currency, and only that of the budget counts for it', () => {
    const usd = afterUsage(nothingSpent, {}, { cost: { amount: 2, currency: 'USD' } });
    const both = afterUsage(usd, { cost: { amount: 2, currency: 'USD' } }, { cost: { amount: 3, currency: 'EUR' } });
    assert.deepEqual([costIn(both, 'USD'), costIn(both, 'EUR'), costIn(both, 'JPY')], [2, 3, 0]);
    assert.deepEqual(spentSince(usd, both), spent({ cost: 3, currency: 'EUR' }));
    assert.deepEqual(addSpent(usd, spentSince(usd, both)), both);
    const budgets = { day: { cost: 3 } };
    assert.equal(usedUp(budgets, undefined, both), undefined);
    assert.deepEqual(uncounted(budgets, both), ['EUR']);
    assert.deepEqual(uncounted({ day: { tokens: 3 } }, both), []);
    const euros = usedUp({ ...budgets, currency: 'EUR' }, undefined, both);
    assert.ok(euros !== undefined);
    assert.equal(holdReason(euros), '3.00 EUR of 3.00 EUR used: today’s budget is used up.');
    // What an older version has counted counts as it did.
    assert.equal(usedUp(budgets, undefined, spent({ cost: 3 }))?.unit, 'cost');
  });

  it('is nothing where nothing is told, and input and output count where no sum is told', () => {
    assert.equal(afterUsage(nothingSpent, {}, { contextUsed: 5, contextSize: 10 }), nothingSpent);
    assert.equal(afterUsage(nothingSpent, { inputTokens: 3 }, { inputTokens: 10, outputTokens: 5 }).tokens, 12);
    assert.deepEqual(spentSince(undefined, afterTurn(nothingSpent, 60_000)), spent({ turns: 1, minutes: 1 }));
  });

  it('is held against the budget of the session, then that of the day', () => {
    const budgets = { session: { tokens: 100 }, day: { tokens: 1000, turns: 3 } };
    assert.equal(usedUp(budgets, spent({ tokens: 99 }), spent({ tokens: 999, turns: 2 })), undefined);
    assert.deepEqual(usedUp(budgets, spent({ tokens: 100 }), spent({ turns: 9 })), {
      kind: 'budget',
      scope: 'session',
      unit: 'tokens',
      spent: 100,
      limit: 100,
    });
    assert.equal(usedUp(budgets, undefined, spent({ turns: 3 }))?.scope, 'day');
    assert.equal(usedUp({}, spent({ tokens: 1e9 }), spent({ cost: 1e9 })), undefined);
  });

  it('is told once at four fifths and once at the end', () => {
    const news = (from: number, to: number): readonly string[] =>
      budgetNews('session', { session: { tokens: 1000 } }, spent({ tokens: from }), spent({ tokens: to })).map(({ text }) => text);
    assert.deepEqual(news(100, 799), []);
    assert.deepEqual(news(799, 850), ['850 tokens of 1,000 tokens used: that is 85 % of the budget of this session.']);
    assert.deepEqual(news(850, 900), []);
    assert.match(
      news(900, 1200)[0] ?? '',
      /^1,200 tokens of 1,000 tokens used: the budget of this session is used up\. What you send waits/,
    );
    assert.deepEqual(news(1200, 1300), []);
    // One turn that takes all at once is told of once.
    assert.equal(news(0, 5000).length, 1);
  });
});

describe('R6.9 R1.3 What was spent today', () => {
  let folder: string;
  let day: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loom-spent-'));
    day = '2026-11-21';
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (): DaySpent => new DaySpent(folder, () => day, silentLog);

  it('is there after a restart, and begins anew at midnight', async () => {
    const first = open();
    first.add(spent({ tokens: 10 }));
    first.add(spent({ tokens: 5, turns: 1 }));
    await first.close();
    assert.deepEqual(open().spent, spent({ tokens: 15, turns: 1 }));
    day = '2026-11-22';
    const next = open();
    assert.deepEqual(next.spent, nothingSpent);
    next.add(spent({ turns: 1 }));
    assert.deepEqual(next.spent, spent({ turns: 1 }));
    await next.close();
  });

  it('counts from nothing where its file is damaged, and never fails for a folder that takes nothing', async () => {
    writeFileSync(join(folder, 'spent.json'), '{"day":');
    const damaged = open();
    assert.deepEqual(damaged.spent, nothingSpent);
    rmSync(folder, { recursive: true });
    damaged.add(spent({ turns: 1 }));
    await damaged.close();
    assert.deepEqual(damaged.spent, spent({ turns: 1 }));
  });
});
