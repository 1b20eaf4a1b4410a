import assert from 'node:assert/strict';
import { lastingChoices, rowOf } from '../../src/extension/inbox/inboxRows.ts';
import { InboxStore } from '../../src/extension/inbox/inboxStore.ts';
import { english } from '../../src/extension/translate.ts';
import type { InboxItem } from '../../src/protocol/inboxRequests.ts';
import { fakeLink } from './fakeLink.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');
const at = (minute: number): string => new Date(now + (minute - 30) * 60_000).toISOString();

type Permission = Extract<InboxItem, { kind: 'permission' }>;
const permission = (id: string, minute: number, changes: Partial<Permission> = {}): Permission => ({
  id: `${id}/e`,
  at: at(minute),
  kind: 'permission',
  title: 'Run a command',
  detail: 'npm test',
  sessionId: id,
  sessionTitle: `Session ${id}`,
  entry: 'e',
  toolKind: 'execute',
  options: [
    { id: 'yes', label: 'Yes', role: 'allow-once' },
    { id: 'ever', label: 'Yes,\nfor $(bug) ever', role: 'allow-always' },
    { id: 'no', label: 'No', role: 'reject-once' },
  ],
  reasons: [],
  offers: [[{ decision: 'allow', command: 'npm test' }], [{ decision: 'allow', command: 'npm test *' }]],
  ...changes,
});
const approval: InboxItem = {
  id: 'approval/a',
  at: at(5),
  kind: 'approval',
  title: 'May .mcp.json be used?',
  detail: 'npx server',
  approval: {
    id: 'a',
    kind: 'mcp',
    subject: '.mcp.json',
    sha256: 'ab'.repeat(32),
    title: 'May .mcp.json be used?',
    detail: 'npx server',
    at: at(5),
  },
};

describe('R6.8 The inbox of a window', () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('lists what waits on all hosts, the oldest first, each once, and only of sessions that the window shows', async () => {
    const one = fakeLink(() => ({ items: [permission('s1', 3), permission('hidden', 1), approval] }));
    const two = fakeLink(() => ({ items: [permission('s2', 2)] }));
    const sameHost = fakeLink(() => ({ items: [permission('s1', 3)] }));
    const store = new InboxStore((id) => id !== 'hidden');
    for (const { link } of [one, two, sameHost]) store.add(link);
    await settled();
    const ids = (): readonly string[] => store.items.map(({ item }) => item.id);
    assert.deepEqual(ids(), ['s2/e', 's1/e', 'approval/a']);
    assert.equal(store.get('s2/e')?.link, two.link);
    let changes = 0;
    store.onDidChange(() => changes++);
    two.say('inbox/changed', { items: [] });
    assert.deepEqual(ids(), ['s1/e', 'approval/a']);
    one.become('lost');
    store.remove(sameHost.link);
    assert.deepEqual(ids(), []);
    one.become('connected');
    await settled();
    assert.deepEqual(ids(), ['s1/e', 'approval/a']);
    assert.equal(changes, 4);
    store.dispose();
  });

  it('is empty for a host that knows of no inbox', async () => {
    const old = fakeLink(() => {
      throw new Error('There is no request "inbox/list".');
    });
    const store = new InboxStore(() => true);
    store.add(old.link);
    await settled();
    assert.deepEqual(store.items, []);
    store.dispose();
  });

  it('shows strangers’ text on one line, with what can be done about each', () => {
    const row = rowOf(permission('s1', 0, { title: 'Run\n<b>it</b>', reasons: ['Because of $(id)'] }), now, english);
    assert.deepEqual(
      [row.label, row.description, row.icon, row.context],
      ['Run <b>it</b>', 'Session s1 · 30 min', 'terminal', 'permission once no'],
    );
    assert.deepEqual(row.tooltip, ['Run <b>it</b>', 'npm test', 'Because of $(id)']);
    assert.equal(row.spoken, 'Run <b>it</b>, Session s1, 30 min');
    assert.equal(rowOf(permission('s1', 0, { options: [] }), now, english).context, 'permission');
    assert.deepEqual([rowOf(approval, now, english).icon, rowOf(approval, now, english).context], ['verified', 'approval']);
  });

  it('offers our own rules for the session, then for all, then what the agent calls always, each by its name', () => {
    const shown = lastingChoices(permission('s1', 0), english).map(
      ({ label, description, option, scope }) => `${label} | ${description} | ${option} | ${scope}`,
    );
    assert.deepEqual(shown, [
      'npm test | allow in this session | yes | session',
      'npm test * | allow in this session | yes | session',
      'npm test | allow in all sessions, in your settings | yes | user',
      'npm test * | allow in all sessions, in your settings | yes | user',
      'Yes, for $ (bug) ever | the agent’s own | ever | agent',
    ]);
    const other = permission('s1', 0, { offers: [], options: [] });
    assert.deepEqual(lastingChoices(other, english), []);
    assert.deepEqual(lastingChoices(permission('s1', 0, { options: [{ id: 'no', label: 'No', role: 'reject-once' }] }), english), []);
  });
});
