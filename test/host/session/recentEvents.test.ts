import assert from 'node:assert/strict';
import { RecentEvents } from '../../../src/host/session/recentEvents.ts';
import type { SessionEvent } from '../../../src/model/events.ts';
import { said } from '../../support/events.ts';

const event = (seq: number): SessionEvent => ({ epoch: 1, seq, at: '2026-10-02T10:00:00.000Z', fact: said('t0', 't0-1', 'word') });

describe('R1.3 What a session keeps for followers that come back', () => {
  it('is all that came after a position, also in the middle of one write', () => {
    const recent = new RecentEvents({ epoch: 0, seq: 0 });
    recent.add([event(1), event(2), event(3)], 300);
    recent.add([event(4)], 100);
    assert.deepEqual(
      recent.since({ epoch: 1, seq: 2 })?.map(({ seq }) => seq),
      [3, 4],
    );
    assert.deepEqual(recent.since({ epoch: 1, seq: 4 }), []);
    assert.equal(recent.since({ epoch: 0, seq: 0 })?.length, 4);
  });

  it('is bounded by their number and by their bytes, and what is not known any more is not half known', () => {
    const many = new RecentEvents({ epoch: 1, seq: 0 });
    for (let seq = 1; seq <= 10_000; seq++) many.add([event(seq)], 10);
    assert.equal(many.since({ epoch: 1, seq: 0 }), undefined);
    assert.equal(many.since({ epoch: 1, seq: 9000 })?.length, 1000);
    const large = new RecentEvents({ epoch: 1, seq: 0 });
    for (let seq = 1; seq <= 100; seq++) large.add([event(seq)], 256 * 1024);
    assert.equal(large.since({ epoch: 1, seq: 80 }), undefined);
    assert.equal(large.since({ epoch: 1, seq: 95 })?.length, 5);
  });
});
