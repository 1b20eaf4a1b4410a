import assert from 'node:assert/strict';
import { arrange } from '../../src/extension/sessions/arrange.ts';
import type { Arrangement, GroupBy } from '../../src/extension/sessions/arrange.ts';
import type { Family } from '../../src/extension/sessions/families.ts';
import { belowOf, familiesOf, pathTo } from '../../src/extension/sessions/families.ts';
import { descriptionOf, spokenRow } from '../../src/extension/sessions/rowText.ts';
import { previewLines } from '../../src/extension/sessions/tooltip.ts';
import { english } from '../../src/extension/translate.ts';
import type { SessionSummary } from '../../src/model/summary.ts';
import { summary } from './summaries.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');

function drawn({ session, children }: Family): string {
  return children.length === 0 ? session.id : `${session.id}[${children.map(drawn).join(' ')}]`;
}

function shown(sessions: readonly SessionSummary[], changes: Partial<Arrangement> = {}): readonly string[] {
  const how: Arrangement = { groupBy: 'status', filter: '', showsArchived: false, shown: new Map(), now, ...changes };
  return arrange(sessions, how, english).map(({ label, families, count }) => `${label} ${count}: ${families.map(drawn).join(' ')}`);
}

const at = (minute: number): Pick<SessionSummary, 'createdAt' | 'updatedAt'> => {
  const time = new Date(now + minute * 60_000).toISOString();
  return { createdAt: time, updatedAt: time };
};

const family = [
  summary('p', { agent: 'x', branch: 'main', ...at(-9) }),
  summary('c1', { parent: 'p', agent: 'y', branch: 'b1', ...at(-8) }),
  summary('c2', { parent: 'p', branch: 'b2', ...at(-1) }),
  summary('g', { parent: 'c1', ...at(-7) }),
  summary('other', at(-5)),
];

describe('R3.4 Sessions stand below the session that they came from', () => {
  it('forks and sub-agents stand below their parent at any depth, in the order in which they were made, and the newest news moves the family', () => {
    assert.deepEqual(familiesOf(family).map(drawn), ['p[c1[g] c2]', 'other']);
  });

  for (const groupBy of ['agent', 'branch', 'date', 'status'] satisfies readonly GroupBy[]) {
    it(`a family stays together when sessions are grouped by ${groupBy}, and the group counts all of it`, () => {
      const rows = shown(family, { groupBy });
      assert.ok(
        rows.some((row) => row.includes('p[c1[g] c2]')),
        rows.join('\n'),
      );
      assert.equal(
        rows.reduce((sum, row) => sum + Number(/ (\d+):/.exec(row)?.[1]), 0),
        family.length,
      );
    });
  }

  it('a family stands where its member belongs that wants a person most, so nothing that waits is hidden in a quiet group, and its relatives do not count as waiting', () => {
    const waits = family.map((session) => (session.id === 'g' ? { ...session, status: 'waiting' as const } : session));
    assert.deepEqual(shown(waits), ['Needs You 1: p[c1[g] c2]', 'Idle 1: other']);
  });

  it('what goes on after its parent is done, archived or filtered away stands by itself', () => {
    const done = family.map((session) =>
      session.id === 'p' ? { ...session, status: 'completed' as const, lifecycle: 'completed' as const } : session,
    );
    assert.deepEqual(shown(done), ['Idle 4: c2 other c1[g]', 'Done 1: p']);
    assert.deepEqual(shown(family.map((session) => (session.id === 'p' ? { ...session, archived: true } : session))), [
      'Idle 4: c2 other c1[g]',
    ]);
    assert.deepEqual(shown(family, { filter: 'b1' }), ['Idle 1: c1']);
  });

  it('sessions that name each other as parents are all shown', () => {
    const circle = [summary('a', { parent: 'b' }), summary('b', { parent: 'a' }), summary('c', { parent: 'c' })];
    assert.deepEqual(familiesOf(circle).map(drawn).toSorted(), ['a', 'b', 'c']);
  });

  it('a row says how many stand below it and how many of them need a person, also to a screen reader', () => {
    const waits = family.map((session) => (session.id === 'g' ? { ...session, status: 'held' as const } : session));
    const [head] = familiesOf(waits);
    assert.ok(head !== undefined);
    assert.match(descriptionOf(head.session, now, english, belowOf(head)), /^3 children, 1 needs you · x/);
    assert.match(spokenRow(head.session, now, english, belowOf(head)), /3 children, 1 needs you/);
    assert.deepEqual(
      pathTo([head], 'g')?.map(({ session }) => session.id),
      ['p', 'c1', 'g'],
    );
    const below = head.children.map(({ session }) => session);
    assert.match(
      previewLines(head.session, now, english, below).join('\n'),
      /\nBelow it: “Session c1” — Idle\nBelow it: “Session c2” — Idle\n/,
    );
  });
});
