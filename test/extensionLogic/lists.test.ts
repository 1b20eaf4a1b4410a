import assert from 'node:assert/strict';
import { pickRows } from '../../src/extension/picks/pickRows.ts';
import { ageOf, dayGroupOf } from '../../src/extension/sessions/age.ts';
import type { Arrangement } from '../../src/extension/sessions/arrange.ts';
import { arrange, fits } from '../../src/extension/sessions/arrange.ts';
import type { Family } from '../../src/extension/sessions/families.ts';
import { neighbour, walkOrder } from '../../src/extension/sessions/order.ts';
import { contextValueOf, descriptionOf, iconOf, spokenRow } from '../../src/extension/sessions/rowText.ts';
import { statusBarText } from '../../src/extension/sessions/statusBarText.ts';
import { oneLine, previewLines } from '../../src/extension/sessions/tooltip.ts';
import { english } from '../../src/extension/translate.ts';
import type { SessionSummary } from '../../src/model/summary.ts';
import { summary } from './summaries.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');

/** What the view shows: one line a group, `label: title, title (+more)`. */
function shown(sessions: readonly SessionSummary[], changes: Partial<Arrangement> = {}): readonly string[] {
  const how: Arrangement = { groupBy: 'status', filter: '', showsArchived: false, shown: new Map(), now, ...changes };
  return arrange(sessions, how, english).map(
    ({ label, families, more }) => `${label}: ${families.map(row).join(', ')}${more > 0 ? ` (+${more})` : ''}`,
  );
}

/** A row with what stands below it, as `title [child, child]`. */
function row({ session, children }: Family): string {
  return children.length === 0 ? session.title : `${session.title} [${children.map(row).join(', ')}]`;
}

const many = [
  summary('a', { title: 'Login', status: 'waiting', agentName: 'Gemini', agent: 'gemini', branch: 'main' }),
  summary('b', { title: 'Tests', status: 'working', branch: 'main', updatedAt: '2026-11-21T11:00:00.000Z' }),
  summary('c', { title: 'Docs', status: 'completed', lifecycle: 'completed', lastMessage: 'The manual is written.' }),
  summary('d', { title: 'Old', status: 'idle', archived: true }),
  summary('e', { title: 'Queue', status: 'paused', lifecycle: 'paused', updatedAt: '2026-10-01T11:00:00.000Z' }),
];

describe('R0.4 The groups of the sessions view', () => {
  it('sessions are grouped by what they do, in the order in which a person wants to hear of them', () => {
    assert.deepEqual(shown(many), ['Needs You: Login', 'Working: Tests', 'Queued: Queue', 'Done: Docs']);
  });

  it('sessions can be grouped by agent, by branch and by date', () => {
    assert.deepEqual(shown(many, { groupBy: 'agent' }), ['built-in: Tests, Docs, Queue', 'Gemini: Login']);
    assert.deepEqual(shown(many, { groupBy: 'branch' }), ['main: Tests, Login', 'No Branch: Docs, Queue']);
    assert.deepEqual(shown(many, { groupBy: 'date' }), ['Today: Tests', 'Yesterday: Login, Docs', 'Older: Queue']);
  });

  it('archived sessions show only when they are wanted', () => {
    assert.ok(!shown(many).join().includes('Old'));
    assert.ok(shown(many, { showsArchived: true }).join().includes('Old'));
  });

  it('a filter finds all its words in title, agent, branch, state and last message', () => {
    const found = (filter: string): readonly string[] => many.filter((session) => fits(session, filter)).map(({ title }) => title);
    assert.deepEqual(found('gemini MAIN'), ['Login']);
    assert.deepEqual(found('manual'), ['Docs']);
    assert.deepEqual(found('working'), ['Tests']);
    assert.deepEqual(found('gemini manual'), []);
    assert.equal(found('').length, many.length);
  });

  it('pinned sessions lead their group, and a long group grows by pages', () => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      summary(String(index), { title: `S${index}`, updatedAt: new Date(now - index * 1000).toISOString(), pinned: index === 59 }),
    );
    const [first] = shown(rows);
    assert.match(first ?? '', /^Idle: S59, S0, S1, .* \(\+10\)$/);
    assert.doesNotMatch(shown(rows, { shown: new Map([['status:idle', 100]]) })[0] ?? '', /\+/);
  });
});

describe('R1.10 What a row says', () => {
  it('a row names agent, branch, changes and age', () => {
    const session = summary('a', { agentName: 'Gemini', branch: 'fix', added: 12, removed: 3, updatedAt: '2026-11-21T11:55:00.000Z' });
    assert.equal(descriptionOf(session, now, english), 'Gemini · fix · +12 −3 · 5 min');
  });

  it('a row and its preview say that a part of the session is damaged, or was written twice', () => {
    const damaged = summary('a', { flaws: { damaged: 0, damagedBlobs: 1, mergedEpochs: [] } });
    assert.match(descriptionOf(damaged, now, english), /^damaged · built-in/);
    assert.match(spokenRow(damaged, now, english), /damaged/);
    assert.match(previewLines(damaged, now, english).join('\n'), /\nDamaged on the disk: .* quarantine folder\.\n/);
    const merged = summary('a', { flaws: { damaged: 0, damagedBlobs: 0, mergedEpochs: [3, 4] } });
    assert.doesNotMatch(descriptionOf(merged, now, english), /damaged/);
    assert.match(previewLines(merged, now, english).join('\n'), /\nTwo session hosts wrote it/);
  });

  it('ages are short at every distance', () => {
    const ages = ['2026-11-21T11:59:50Z', '2026-11-21T11:00:00Z', '2026-11-19T11:00:00Z', '2026-11-01T11:00:00Z', '2026-08-01T11:00:00Z'];
    assert.deepEqual(
      ages.map((at) => ageOf(at, now, english)),
      ['now', '1 h', '2 d', '2 wk', '3 mo'],
    );
    assert.equal(ageOf('', now, english), '');
  });

  it('the day before is yesterday, and what lies ahead of a wrong clock is today', () => {
    assert.equal(dayGroupOf('2026-11-20T12:00:00Z', now), 'yesterday');
    assert.equal(dayGroupOf('2027-01-01T12:00:00Z', now), 'today');
  });

  it('the icon says the state and its colour is the one that a person gave, else that of the state', () => {
    assert.deepEqual(iconOf(summary('a', { status: 'waiting' })), { icon: 'bell-dot', color: 'list.warningForeground' });
    assert.deepEqual(iconOf(summary('a', { status: 'waiting', color: 'blue' })), { icon: 'bell-dot', color: 'charts.blue' });
    assert.deepEqual(iconOf(summary('a')), { icon: 'circle-outline' });
  });

  it('menus see what can be done with a session', () => {
    assert.equal(contextValueOf(summary('a', { status: 'working' })), 'session running open undone unarchived unpinned read');
    const done = summary('a', { status: 'closed', lifecycle: 'closed', archived: true, pinned: true, unread: true, filesTouched: 2 });
    assert.equal(contextValueOf(done), 'session done inarchive pinned unread changed');
  });

  it('a screen reader hears the whole row', () => {
    const session = summary('a', { title: 'Login', status: 'waiting', reason: 'May I write?', unread: true });
    assert.equal(spokenRow(session, now, english), 'Login, unread, Waiting for you: May I write?, built-in · 1 d');
  });
});

describe('R1.10 The preview of a session', () => {
  it('the preview tells state and reason, last message, counts, tokens and cost, files', () => {
    const session = summary('a', {
      title: 'Login',
      status: 'waiting',
      reason: 'Write login.ts',
      lastMessage: 'I would\nwrite it.',
      messages: 3,
      tools: 1,
      errors: 2,
      filesTouched: 2,
      added: 5,
      usage: { inputTokens: 1200, outputTokens: 34, cost: { amount: 0.5, currency: 'USD' } },
    });
    assert.deepEqual(previewLines(session, now, english), [
      'Login',
      'Waiting for you: Write login.ts · 1 d',
      'I would write it.',
      '3 messages · 1 tool call · 2 errors · 1,234 tokens · 0.50 USD',
      '2 files changed · +5 −0',
      'built-in · /home/ada/shop',
    ]);
  });

  it('control characters and characters that turn the direction of text reach no list', () => {
    assert.equal(oneLine('a\u001b[31mb\u202ec\n\nd', 50), 'a [31mbc d');
    assert.equal(oneLine('x'.repeat(100), 10), `${'x'.repeat(10)}…`);
  });
});

describe('R1.11 Walking through sessions', () => {
  const walk = [
    summary('new', { createdAt: '2026-11-21T10:00:00.000Z' }),
    summary('old', { createdAt: '2026-11-19T10:00:00.000Z' }),
    summary('pin', { pinned: true }),
    summary('done', { status: 'closed', lifecycle: 'closed' }),
    summary('away', { archived: true }),
  ];

  it('numbers follow the order of making, pinned ones first, and leave out what is done', () => {
    assert.deepEqual(
      walkOrder(walk).map(({ id }) => id),
      ['pin', 'old', 'new'],
    );
  });

  it('next and previous go around the end, and begin somewhere when no session is in focus', () => {
    assert.equal(neighbour(walk, 'new', 1)?.id, 'pin');
    assert.equal(neighbour(walk, 'pin', -1)?.id, 'new');
    assert.equal(neighbour(walk, undefined, 1)?.id, 'pin');
    assert.equal(neighbour(walk, 'done', -1)?.id, 'new');
    assert.equal(neighbour([], undefined, 1), undefined);
  });

  it('the list of all sessions carries the numbers, and what is done comes after a line', () => {
    const rows = pickRows(walk, 'old', now, english).map((row) => (row.kind === 'part' ? `— ${row.label}` : row.label));
    assert.deepEqual(rows, ['1  Session pin', '2  Session old', '3  Session new', '— Done', 'Session away', 'Session done']);
  });

  it('a line of the list tells state, age, count and the last message', () => {
    const [row] = pickRows([summary('a', { status: 'working', lastMessage: 'Reading…', messages: 2, unread: true })], 'a', now, english);
    assert.ok(row?.kind === 'session');
    assert.equal(row.description, 'Working · unread · in focus');
    assert.equal(row.detail, '1 d · 2 messages · Reading…');
    assert.equal(row.icon, 'loading');
  });

  it('a line says once that a session has news, and shows words without the marks of markdown', () => {
    const [row] = pickRows([summary('a', { status: 'finished', unread: true, lastMessage: '`npm test` is **green**' })], 'b', now, english);
    assert.ok(row?.kind === 'session');
    assert.equal(row.description, 'Finished, not read');
    assert.match(row.detail, /npm test is green$/);
  });
});

describe('R1.9 The indicator in the status bar', () => {
  it('the indicator counts sessions, says what works and waits, and names the one in focus', () => {
    const bar = statusBarText(many, 'b', english);
    assert.equal(bar.text, '$(comment-discussion) 3 · 1 working · 1 waiting · Tests');
    assert.equal(bar.warns, true);
    assert.deepEqual(bar.tooltip, ['1  Login — Waiting for you', '2  Tests — Working', '3  Queue — Paused']);
  });

  it('an agent that starts ahead of the first message is not counted as work, and offers nothing to stop', () => {
    const starting = summary('a', { status: 'starting' });
    assert.equal(statusBarText([starting], undefined, english).text, '$(comment-discussion) 1');
    assert.doesNotMatch(contextValueOf(starting), /running/);
  });

  it('it is calm when nothing waits', () => {
    const bar = statusBarText([summary('a')], undefined, english);
    assert.equal(bar.text, '$(comment-discussion) 1');
    assert.equal(bar.warns, false);
  });

  it('a title cannot put an icon into the status bar', () => {
    assert.equal(statusBarText([summary('a', { title: '$(bug) x' })], 'a', english).text, '$(comment-discussion) 1 · $ (bug) x');
  });
});
