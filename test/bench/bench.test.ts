import assert from 'node:assert/strict';
import { figures } from './all.ts';
import type { Reading } from './figure.ts';
import { judge, numbersOf } from './figure.ts';
import { markdown } from './recordings.ts';
import type { Outcome } from './report.ts';
import { formatNumber, markdownTable, mayPass, terminalTable } from './report.ts';
import { percentile, repeat } from './samples.ts';

const reading = (more: Partial<Reading>): Reading => ({ quantity: 'something', unit: 'ms', goals: [], ...more });
const outcome = (...readings: readonly Reading[]): Outcome => ({ figure: 'one', seconds: 1, readings });

describe('R6.15 The benchmark', () => {
  it('takes percentiles by the nearest rank, in whatever order the values come', () => {
    const values = [5, 1, 4, 2, 3];
    const check = (share: number, expected: number): void => assert.equal(percentile(values, share), expected);
    check(0, 1);
    check(0.5, 3);
    check(0.95, 5);
    check(1, 5);
    assert.equal(percentile([7], 0.95), 7);
    assert.throws(() => percentile([], 0.5));
  });

  it('leaves out the warm-up rounds and counts all of them', async () => {
    const rounds: number[] = [];
    assert.deepEqual(
      await repeat(2, 3, (round) => {
        rounds.push(round);
        return Promise.resolve(round);
      }),
      [3, 4],
    );
    assert.deepEqual(rounds, [0, 1, 2, 3, 4]);
  });

  it('judges each goal by its own number: met, missed, or so far off that a change must not pass', () => {
    const check = (given: Partial<Reading>, expected: string): void => assert.equal(judge(reading(given)), expected);
    const samples = [1, 2, 3, 4, 100];
    check({ samples }, 'none');
    check({ samples, goals: [{ of: 'p50', limit: 3 }] }, 'met');
    check({ samples, goals: [{ of: 'p95', limit: 60 }] }, 'missed');
    check({ samples, goals: [{ of: 'p95', limit: 49 }] }, 'far');
    check({ value: 40, goals: [{ of: 'value', limit: 50, least: true }] }, 'missed');
    check({ value: 20, goals: [{ of: 'value', limit: 50, least: true }] }, 'far');
    check({ value: 1, goals: [{ of: 'value', limit: 0 }] }, 'far');
    check({ value: 0, goals: [{ of: 'value', limit: 0 }] }, 'met');
    const anchor = { what: 'another', value: 10 };
    check({ value: 5, anchor, goals: [{ of: 'ratio', limit: 0.6 }] }, 'met');
    check({ value: 7, anchor, goals: [{ of: 'ratio', limit: 0.6 }] }, 'far');
    check(
      {
        value: 5,
        anchor,
        goals: [
          { of: 'ratio', limit: 0.6 },
          { of: 'value', limit: 4 },
        ],
      },
      'missed',
    );
  });

  it('takes a number that is missing, or none, for a goal that is missed by far', () => {
    assert.equal(judge(reading({ value: 1, goals: [{ of: 'p95', limit: 5 }] })), 'far');
    assert.equal(judge(reading({ value: 1, goals: [{ of: 'ratio', limit: 5 }] })), 'far');
    assert.equal(judge(reading({ samples: [Number.NaN], goals: [{ of: 'p50', limit: 5 }] })), 'far');
    assert.equal(numbersOf(reading({ value: 1, anchor: { what: 'nothing', value: 0 } })).ratio, undefined);
  });

  it('does not pass with a figure that could not be measured', () => {
    assert.ok(mayPass([outcome(reading({ value: 1, goals: [{ of: 'value', limit: 1 }] }))]));
    assert.ok(!mayPass([{ ...outcome(), failure: 'no browser' }]));
    assert.ok(!mayPass([outcome(reading({ value: 9, goals: [{ of: 'value', limit: 1 }] }))]));
  });

  it('shows each reading with its anchor and goal, and each failure with its reason', () => {
    const shown = [
      outcome(reading({ samples: [1, 2, 30], anchor: { what: 'an a|b', value: 4 }, goals: [{ of: 'p95', limit: 20 }] })),
      { ...outcome(), figure: 'two', failure: 'no browser\nat line 1' },
    ];
    const text = terminalTable(shown);
    assert.match(text, /something +2 ms +30 ms +4 ms an a\|b +0\.50 +p95 ≤ 20 ms +missed/);
    assert.match(text, /two: could not be measured: no browser +FAILED/);
    assert.doesNotMatch(text, /line 1/);
    const around = { at: '2026-11-01T00:00:00Z', cores: 2, processor: 'chip', memoryGb: 8, system: 'Linux', node: 'v24' };
    const table = markdownTable(shown, around).split('\n');
    assert.equal(table.filter((line) => line.startsWith('|')).length, 4);
    assert.match(table.join('\n'), /an a\\\|b/);
    assert.match(table.join('\n'), /Measured 2026-11-01 with `npm run bench`: 2 × chip, 8 GB, Linux, Node v24\./);
  });

  it('writes numbers with about three digits', () => {
    const check = (value: number, expected: string): void => assert.equal(formatNumber(value, 'ms'), expected);
    check(0, '0 ms');
    check(0.1234, '0.123 ms');
    check(1.234, '1.23 ms');
    check(12.34, '12.3 ms');
    check(12_345.6, '12,346 ms');
    assert.equal(formatNumber(50_000, '/s'), '50,000/s');
  });

  it('makes answers of exactly the size that it names, and has one name for each figure', () => {
    for (const size of [10, 4000, 60_000]) assert.equal(markdown(size).length, size);
    assert.equal(new Set(figures.map(({ name }) => name)).size, figures.length);
  });
});
