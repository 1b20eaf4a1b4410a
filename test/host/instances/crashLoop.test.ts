import assert from 'node:assert/strict';
import { afterCrash, noCrashes, pauseLeft } from '../../../src/host/instances/crashLoop.ts';

const after = (...times: readonly number[]): typeof noCrashes => times.reduce(afterCrash, noCrashes);

describe('R5.4 An agent that ends again and again', () => {
  it('is started again at once after one or two ends, and after three that lie apart', () => {
    assert.equal(pauseLeft(noCrashes, 0), 0);
    assert.equal(pauseLeft(after(0, 1000), 1000), 0);
    assert.equal(pauseLeft(after(0, 40_000, 80_000), 80_000), 0);
  });

  it('is paused after three ends within a minute, for longer each time, and five minutes at most', () => {
    assert.equal(pauseLeft(after(0, 1000, 2000), 2000), 30_000);
    assert.equal(pauseLeft(after(0, 1000, 2000), 32_000), 0);
    // After a pause one more end is enough.
    assert.equal(pauseLeft(after(0, 1000, 2000, 33_000), 33_000), 60_000);
    const often = after(0, 1000, 2000, 33_000, 94_000, 215_000, 456_000, 757_000);
    assert.equal(pauseLeft(often, 757_000), 300_000);
  });

  it('is forgiven after ten quiet minutes', () => {
    assert.equal(pauseLeft(after(0, 1000, 2000, 700_000), 700_000), 0);
  });
});
