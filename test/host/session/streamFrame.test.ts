import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { frameWait, StreamFrame } from '../../../src/host/session/streamFrame.ts';

describe('R1.13 The frame of a session that streams', () => {
  it('lets the first words go at once, and merges those that follow: for longer while nobody looks', () => {
    assert.equal(frameWait(Infinity, true), 0);
    assert.equal(frameWait(8, true), 0);
    assert.equal(frameWait(6, true), 2);
    assert.equal(frameWait(16, false), 48);
    assert.equal(frameWait(64, false), 0);
  });

  it('runs once for all that came in one turn of the loop, and not at all when it was ended before', async () => {
    let runs = 0;
    const frame = new StreamFrame(() => {
      runs += 1;
      frame.end();
    });
    frame.begin(true);
    frame.begin(true);
    await nextTurn();
    assert.equal(runs, 1);
    const early = new StreamFrame(() => (runs += 1));
    early.begin(true);
    early.end();
    await nextTurn();
    assert.equal(runs, 1);
  });
});
