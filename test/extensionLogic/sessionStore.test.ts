import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { belongsTo } from '../../src/extension/sessions/belongsTo.ts';
import type { StoreChange } from '../../src/extension/sessions/sessionStore.ts';
import { SessionStore } from '../../src/extension/sessions/sessionStore.ts';
import type { SessionSummary } from '../../src/model/summary.ts';
import { fakeLink } from './fakeLink.ts';
import { summary } from './summaries.ts';

const hostOf = (sessions: readonly SessionSummary[]) =>
  fakeLink((_method, { before, limit = 500 }: { before?: string; limit?: number }) => {
    const from = before === undefined ? 0 : sessions.findIndex(({ id }) => id === before) + 1;
    return { sessions: sessions.slice(from, from + limit), total: sessions.length };
  });

const ids = (store: SessionStore): readonly string[] => store.all.map(({ id }) => id).toSorted();
const later = (session: SessionSummary, seq: number, changes: Partial<SessionSummary>): SessionSummary => ({
  ...session,
  ...changes,
  position: { epoch: 1, seq },
});

describe('R1.1 The list of sessions in a window', () => {
  it('the sessions of all folders stand in one list, and each is asked of its own host', async () => {
    const store = new SessionStore(silentLog);
    const [one, two] = [hostOf([summary('a')]), hostOf([summary('b')])];
    store.add(one.link);
    store.add(two.link);
    await Promise.all([store.load(one.link), store.load(two.link)]);
    assert.deepEqual(ids(store), ['a', 'b']);
    assert.equal(store.linkOf('b'), two.link);
    assert.throws(() => store.call('c'), /does not exist any more/);
    store.remove(one.link);
    assert.deepEqual(ids(store), ['b']);
  });

  it('two folders of one repository show each session once', async () => {
    const store = new SessionStore(silentLog);
    const [one, two] = [hostOf([summary('a')]), hostOf([summary('a')])];
    const changes: StoreChange[] = [];
    store.add(one.link);
    await store.load(one.link);
    store.add(two.link);
    await store.load(two.link);
    store.onDidChange((change) => changes.push(change));
    const changed = [later(summary('a'), 2, { status: 'waiting' })];
    one.say('sessions/changed', { changed, removed: [] });
    two.say('sessions/changed', { changed, removed: [] });
    assert.equal(changes.length, 1);
  });

  it('a change says what was before, and an older summary does not undo a newer one', async () => {
    const store = new SessionStore(silentLog);
    const host = hostOf([summary('a')]);
    const seen: string[] = [];
    store.onDidChange(({ changed, removed }) => {
      seen.push(
        ...changed.map(({ before, after }) => `${before?.status ?? 'none'} → ${after.status}`),
        ...removed.map(({ id }) => `− ${id}`),
      );
    });
    store.add(host.link);
    await store.load(host.link);
    host.say('sessions/changed', { changed: [later(summary('a'), 9, { status: 'working' })], removed: [] });
    host.say('sessions/changed', { changed: [later(summary('a'), 3, { status: 'failed' })], removed: [] });
    host.say('sessions/changed', { changed: [], removed: ['a', 'never-seen'] });
    assert.deepEqual(seen, ['none → idle', 'idle → working', '− a']);
  });

  it('sessions that went away while the host was lost are gone from the list', async () => {
    const store = new SessionStore(silentLog);
    const sessions = [summary('a'), summary('b')];
    const host = hostOf(sessions);
    store.add(host.link);
    await store.load(host.link);
    host.become('lost');
    assert.deepEqual(ids(store), ['a', 'b']);
    sessions.pop();
    host.become('connected');
    await store.load(host.link);
    assert.deepEqual(ids(store), ['a']);
  });

  it('very many sessions are loaded up to a limit, the rest by pages when somebody asks', async () => {
    const store = new SessionStore(silentLog);
    const sessions = Array.from({ length: 2600 }, (_, index) =>
      summary(`s${index}`, { updatedAt: new Date(Date.UTC(2026, 10, 21) - index * 1000).toISOString() }),
    );
    const host = hostOf(sessions);
    store.add(host.link);
    await store.load(host.link);
    assert.equal(store.all.length, 2000);
    assert.equal(store.unloaded, 600);
    await store.loadMore();
    assert.equal(store.unloaded, 100);
    await store.loadMore();
    assert.equal(store.unloaded, 0);
  });
});

describe('R0.1 A window on a part of a repository', () => {
  const there =
    (...paths: readonly string[]) =>
    (path: string) =>
      paths.includes(path);
  const check = (session: string, window: string, expected: boolean): void =>
    assert.equal(belongsTo(session, window, there('/r/.git', '/r', '/r/a', '/r/a/b', '/r/ab', '/tree', '/tree/.git')), expected);

  it('a window on the root, or on a worktree, shows the sessions of the whole repository', () => {
    check('/r/a', '/r', true);
    check('/tree', '/r', true);
    check('/r/a', '/tree', true);
  });

  it('a window on a subfolder shows the sessions of that folder, and not those of its neighbours', () => {
    check('/r/a', '/r/a', true);
    check('/r/a/b', '/r/a', true);
    check('/r', '/r/a', false);
    check('/r/ab', '/r/a', false);
  });

  it('R1.3 sessions of a folder that was renamed are not lost', () => check('/old/a', '/r/a', true));

  it('what a window does not show does not come in later either', async () => {
    const store = new SessionStore(silentLog);
    const host = hostOf([summary('mine', { folder: '/r/a' }), summary('other', { folder: '/r' })]);
    store.add(host.link, ({ folder }) => folder === '/r/a');
    await store.load(host.link);
    host.say('sessions/changed', { changed: [later(summary('other', { folder: '/r' }), 5, { status: 'working' })], removed: [] });
    assert.deepEqual(ids(store), ['mine']);
    assert.equal(store.unloaded, 0);
  });
});
