import assert from 'node:assert/strict';
import { LoomError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { SessionFeed } from '../../src/extension/panel/sessionFeed.ts';
import type { SessionEvent } from '../../src/model/events.ts';
import { emptySession } from '../../src/model/session.ts';
import { fakeLink } from './fakeLink.ts';

const event = (seq: number): SessionEvent => ({
  epoch: 1,
  seq,
  at: '2026-11-21T12:00:00.000Z',
  fact: { type: 'session.renamed', title: `title ${seq}`, by: 'person' },
});

/** A feed and what its reader got, as words: `state 5`, `6 7`, `gone`. */
function feedOver(answers: (method: string, params: never) => unknown) {
  const got: string[] = [];
  const host = fakeLink(answers);
  const reader = {
    checkpoint: ({ position }: { readonly position: { readonly seq: number } }) => got.push(`state ${position.seq}`),
    events: (events: readonly SessionEvent[]) => got.push(events.map(({ seq }) => seq).join(' ')),
    gone: () => got.push('gone'),
  };
  return { got, host, feed: new SessionFeed(host.link, 's1', reader, silentLog) };
}

const stateAt = (seq: number) => ({ ...emptySession, position: { epoch: 1, seq } });
const follows = (asked: readonly { method: string; params: unknown }[]) =>
  asked.filter(({ method }) => method === 'session/follow').map(({ params }) => (params as { after?: { seq: number } }).after?.seq);

describe('R1.4 A panel follows its session', () => {
  it('a page begins with a checkpoint, then gets each event once', async () => {
    const { got, host, feed } = feedOver(() => ({ checkpoint: stateAt(5), events: [event(5), event(6)] }));
    await feed.start();
    host.say('session/events', { sessionId: 's1', events: [event(6), event(7)] });
    assert.deepEqual(got, ['state 5', '6', '7']);
  });

  it('events of another session never reach the page', async () => {
    const { got, host, feed } = feedOver(() => ({ checkpoint: stateAt(5), events: [] }));
    await feed.start();
    host.say('session/events', { sessionId: 's2', events: [event(6)] });
    assert.deepEqual(got, ['state 5']);
  });

  it('events that overtake the answer wait for it', async () => {
    const answer = Promise.withResolvers<unknown>();
    const { got, host, feed } = feedOver(() => answer.promise);
    const started = feed.start();
    host.say('session/events', { sessionId: 's1', events: [event(6)] });
    assert.deepEqual(got, []);
    answer.resolve({ checkpoint: stateAt(5), events: [] });
    await started;
    assert.deepEqual(got, ['state 5', '6']);
  });

  it('after a lost connection it goes on where it was', async () => {
    let seq = 5;
    const { got, host, feed } = feedOver((_method, { after }: { after?: unknown }) =>
      after === undefined ? { checkpoint: stateAt(seq), events: [] } : { events: [event(++seq)] },
    );
    await feed.start();
    host.become('lost');
    host.become('connected');
    await new Promise(setImmediate);
    assert.deepEqual(follows(host.asked), [undefined, 5]);
    assert.deepEqual(got, ['state 5', '6']);
  });

  it('a hidden panel gets nothing, and a page that is loaded anew begins with a checkpoint again', async () => {
    const { got, host, feed } = feedOver(() => ({ checkpoint: stateAt(5), events: [] }));
    await feed.start();
    feed.stop();
    host.say('session/events', { sessionId: 's1', events: [event(6)] });
    host.become('connected');
    await feed.start();
    assert.deepEqual(got, ['state 5', 'state 5']);
    assert.deepEqual(
      host.asked.map(({ method }) => method),
      ['session/follow', 'session/unfollow', 'session/follow'],
    );
  });

  it('a session that was deleted meanwhile is said to be gone', async () => {
    const { got, feed } = feedOver(() => {
      throw new LoomError('not-found', 'There is no such session.');
    });
    await feed.start();
    assert.deepEqual(got, ['gone']);
  });
});
