import assert from 'node:assert/strict';
import type { Client } from '../../src/host/clients.ts';
import { Clients, heartbeatSeconds } from '../../src/host/clients.ts';
import { mustStay } from '../../src/server/presence.ts';

interface Heard extends Client {
  readonly heard: string[];
}

function someone(name: string, environment?: Readonly<Record<string, string>>): Heard {
  const heard: string[] = [];
  return {
    name,
    kind: 'window',
    sameVersion: true,
    environment,
    heard,
    notify: (method, params) => heard.push(`${method} ${JSON.stringify(params)}`),
  };
}

const notice = { level: 'warning', text: 'Look here.' } as const;

describe('R6.15 Who counts as attached', () => {
  it('is who was heard of within three heartbeats, however long the socket stays open', () => {
    let now = 0;
    const clients = new Clients(() => now);
    const [awake, gone] = [someone('awake'), someone('gone')];
    clients.add(awake);
    clients.add(gone);
    now = heartbeatSeconds * 2000;
    clients.heard(awake);
    now = heartbeatSeconds * 3000;
    assert.equal(clients.count, 2);
    now += 1;
    assert.equal(clients.count, 1);
    clients.heard(gone);
    assert.equal(clients.count, 2);
    clients.remove(gone);
    clients.heard(gone);
    assert.equal(clients.count, 1);
  });

  it('keeps a host, as a running turn does; a host that drains goes when nothing runs', () => {
    assert.equal(mustStay({ clients: 0, running: 0, draining: false }), false);
    assert.equal(mustStay({ clients: 1, running: 0, draining: false }), true);
    assert.equal(mustStay({ clients: 0, running: 1, draining: false }), true);
    // A session that is parked until a rate limit ends goes on by itself then.
    assert.equal(mustStay({ clients: 0, running: 0, waiting: 1, draining: false }), true);
    assert.equal(mustStay({ clients: 0, running: 0, waiting: 1, draining: true }), false);
    assert.equal(mustStay({ clients: 5, running: 0, draining: true }), false);
    assert.equal(mustStay({ clients: 0, running: 1, draining: true }), true);
  });

  it('hears a notice at once; one that nobody could hear goes to the first who listens, once', () => {
    const clients = new Clients(() => 0);
    clients.notice(notice);
    const [first, second] = [someone('first'), someone('second')];
    clients.add(first);
    assert.deepEqual(first.heard, []);
    clients.add(second);
    clients.listens(first);
    clients.listens(second);
    assert.equal(first.heard.length, 1);
    assert.deepEqual(second.heard, []);
    clients.notice(notice);
    assert.equal(first.heard.length, 2);
    assert.equal(second.heard.length, 1);
  });

  it('has one subscription to a session, which ends with it', () => {
    const clients = new Clients(() => 0);
    const one = someone('one');
    const ended: number[] = [];
    const subscription = (number: number): { dispose(): void } => ({ dispose: () => ended.push(number) });
    clients.add(one);
    clients.follow(one, 's', subscription(1));
    clients.follow(one, 's', subscription(2));
    assert.deepEqual(ended, [1]);
    clients.unfollow(one, 's');
    assert.deepEqual(ended, [1, 2]);
    clients.follow(one, 's', subscription(3));
    clients.remove(one);
    assert.deepEqual(ended, [1, 2, 3]);
    clients.follow(one, 's', subscription(4));
    assert.deepEqual(ended, [1, 2, 3, 4]);
  });

  it('says in which environment agents start: that of the window which came last and said one', () => {
    const clients = new Clients(() => 0);
    assert.equal(clients.environment, undefined);
    const last = someone('last', { PATH: '/b' });
    for (const each of [someone('first', { PATH: '/a' }), last, someone('silent')]) clients.add(each);
    assert.deepEqual(clients.environment, { PATH: '/b' });
    clients.remove(last);
    assert.deepEqual(clients.environment, { PATH: '/a' });
  });
});
