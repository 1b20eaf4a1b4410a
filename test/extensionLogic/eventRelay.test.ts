import assert from 'node:assert/strict';
import { EventRelay } from '../../src/extension/panel/eventRelay.ts';
import type { SessionEvent } from '../../src/model/events.ts';
import { said } from '../support/events.ts';

const event = (seq: number): SessionEvent => ({ epoch: 1, seq, at: '2026-10-02T10:00:00.000Z', fact: said('t0', 't0-1', 'word') });

/** A window that takes what is sent to it when it is told to. */
function window(): { relay: EventRelay; sent: number[][]; take: () => Promise<void> } {
  const sent: number[][] = [];
  const taken: (() => void)[] = [];
  const relay = new EventRelay((events) => {
    sent.push(events.map(({ seq }) => seq));
    return new Promise<void>((resolve) => taken.push(resolve));
  });
  const take = async (): Promise<void> => {
    taken.shift()?.();
    await Promise.resolve();
  };
  return { relay, sent, take };
}

describe('R1.13 What a page is sent while a session streams', () => {
  it('goes at once while the window keeps up, and is gathered into one message while it does not', async () => {
    const { relay, sent, take } = window();
    for (let seq = 1; seq <= 6; seq++) relay.push([event(seq)]);
    assert.deepEqual(sent, [[1], [2]]);
    await take();
    assert.deepEqual(sent, [[1], [2], [3, 4, 5, 6]]);
    relay.push([event(7)]);
    await take();
    await take();
    assert.deepEqual(sent.flat(), [1, 2, 3, 4, 5, 6, 7]);
    relay.dispose();
  });

  it('is nothing of before when the page begins anew, and waits for no message of before', async () => {
    const { relay, sent, take } = window();
    for (let seq = 1; seq <= 3; seq++) relay.push([event(seq)]);
    relay.restart();
    relay.push([event(4)]);
    relay.push([event(5)]);
    relay.push([event(6)]);
    assert.deepEqual(sent, [[1], [2], [4], [5]]);
    await take();
    await take();
    assert.deepEqual(sent, [[1], [2], [4], [5]]);
    await take();
    assert.deepEqual(sent, [[1], [2], [4], [5], [6]]);
    relay.dispose();
  });
});
