import assert from 'node:assert/strict';
import { tallyOf } from '../../scripts/mochaRun.ts';
import { countResults, describeResults } from './results.ts';
import type { RunResults } from './results.ts';

const run: RunResults = {
  tests: [
    { path: ['A', 'B', 'works'], state: 'passed', duration: 1 },
    { path: ['A', 'B', 'breaks'], state: 'failed', duration: 1, error: 'Error: because' },
    { path: ['A', 'waits'], state: 'pending', duration: 0 },
  ],
};

describe('The results of a run of tests', () => {
  it('are counted', () => assert.deepEqual(countResults(run), { passed: 1, failed: 1, pending: 1 }));

  it('are drawn with every suite once and every failure with its reason', () => {
    const drawn = describeResults(run);
    assert.match(drawn, /A\n {4}B\n {6}✔ works\n {6}✘ breaks/);
    assert.match(drawn, /A › B › breaks\nError: because/);
  });

  it('a suite that ran nothing has failed, and so has one that ended badly without a failed test', () => {
    assert.deepEqual(tallyOf({ passed: 0, failed: 0, pending: 0 }, true), { passed: 0, failed: 1, pending: 0 });
    assert.deepEqual(tallyOf({ passed: 0, failed: 0, pending: 3 }, true), { passed: 0, failed: 1, pending: 3 });
    assert.deepEqual(tallyOf({ passed: 5, failed: 0, pending: 0 }, false), { passed: 5, failed: 1, pending: 0 });
    assert.deepEqual(tallyOf({ passed: 5, failed: 2, pending: 0 }, false), { passed: 5, failed: 2, pending: 0 });
    assert.deepEqual(tallyOf({ passed: 5, failed: 0, pending: 0 }, true), { passed: 5, failed: 0, pending: 0 });
  });
});
