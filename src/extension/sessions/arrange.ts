import { statusGroups, statusTable } from '../../model/statusTable.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Translate } from '../translate.ts';
import type { DayGroup } from './age.ts';
import { dayGroupOf } from './age.ts';
import type { Family } from './families.ts';
import { familiesOf, leadOf, membersOf, newsOf } from './families.ts';

/** What the rows of the sessions view are grouped by. */
export type GroupBy = 'status' | 'agent' | 'branch' | 'date';

/**
 * One group of the view. `families` are the rows to show, with those below them; `more` rows of it are not shown yet. `count` is of all
 * its sessions; by state, of those that are in it themselves: who stands there only with a relative is not counted.
 */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly families: readonly Family[];
  readonly count: number;
  readonly more: number;
}

export interface Arrangement {
  readonly groupBy: GroupBy;
  /** Words that all must occur in a session's title, agent, branch, state or last message. */
  readonly filter: string;
  readonly showsArchived: boolean;
  /** How many rows a group shows, by its id; `pageSize` where it says nothing. */
  readonly shown: ReadonlyMap<string, number>;
  readonly now: number;
}

/** Rows that a group shows at first, and by which it grows. */
export const pageSize = 50;

/** The groups with their rows. Groups without rows are left out. */
export function arrange(sessions: readonly SessionSummary[], how: Arrangement, t: Translate): readonly Group[] {
  const fitting = sessions.filter((session) => (how.showsArchived || !session.archived) && fits(session, how.filter));
  const groups = new Map<string, { label: string; families: Family[] }>(fixedGroups(how.groupBy, t));
  for (const family of familiesOf(fitting)) {
    const { id, label } = groupOf(family, how, t);
    const group = groups.get(id) ?? { label, families: [] };
    group.families.push(family);
    groups.set(id, group);
  }
  return [...groups].flatMap(([id, group]) => {
    const shown = how.shown.get(id) ?? pageSize;
    const { label, families } = group;
    const more = Math.max(0, families.length - shown);
    const members = families.flatMap(membersOf);
    const count = members.filter(({ status }) => how.groupBy !== 'status' || id === `status:${statusTable[status].group}`).length;
    return families.length === 0 ? [] : [{ id, label, families: families.slice(0, shown), count, more }];
  });
}

/** Whether all words of a filter occur in what a row is about. */
export function fits(session: SessionSummary, filter: string): boolean {
  const text = [session.title, session.agentName, session.agent, session.branch, statusTable[session.status].word, session.lastMessage]
    .join('\n')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const days: readonly { readonly id: DayGroup; readonly word: string }[] = [
  { id: 'today', word: 'Today' },
  { id: 'yesterday', word: 'Yesterday' },
  { id: 'week', word: 'Last 7 Days' },
  { id: 'month', word: 'Last 30 Days' },
  { id: 'older', word: 'Older' },
];

/** The groups whose order is fixed; those of agents and branches come in the order of their newest session. */
function fixedGroups(groupBy: GroupBy, t: Translate): [string, { label: string; families: Family[] }][] {
  const rows = groupBy === 'status' ? statusGroups : groupBy === 'date' ? days : [];
  return rows.map(({ id, word }) => [`${groupBy}:${id}`, { label: t(word), families: [] }]);
}

/** A family stands where its head belongs; by state, where the member belongs that wants a person most. */
function groupOf(family: Family, { groupBy, now }: Arrangement, t: Translate): { id: string; label: string } {
  const { session } = family;
  switch (groupBy) {
    case 'status': {
      const { group } = statusTable[leadOf(family).status];
      return { id: `status:${group}`, label: group };
    }
    case 'agent':
      return { id: `agent:${session.agent}`, label: session.agentName ?? session.agent };
    case 'branch':
      return session.branch === undefined
        ? { id: 'branch:', label: t('No Branch') }
        : { id: `branch:${session.branch}`, label: session.branch };
    case 'date': {
      const day = dayGroupOf(newsOf(family), now);
      return { id: `date:${day}`, label: day };
    }
  }
}
