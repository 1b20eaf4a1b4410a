import { statusGroups, statusTable } from '../../model/status.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Translate } from '../translate.ts';
import type { DayGroup } from './age.ts';
import { dayGroupOf } from './age.ts';
import { newestFirst } from './order.ts';

/** What the rows of the sessions view are grouped by. */
export type GroupBy = 'status' | 'agent' | 'branch' | 'date';

/** One group of the view. `sessions` are the rows to show; `more` rows of it are not shown yet. */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly sessions: readonly SessionSummary[];
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
  const groups = new Map<string, { label: string; sessions: SessionSummary[] }>(fixedGroups(how.groupBy, t));
  for (const session of newestFirst(fitting)) {
    const { id, label } = groupOf(session, how, t);
    const group = groups.get(id) ?? { label, sessions: [] };
    group.sessions.push(session);
    groups.set(id, group);
  }
  return [...groups].flatMap(([id, group]) => {
    const shown = how.shown.get(id) ?? pageSize;
    const more = Math.max(0, group.sessions.length - shown);
    return group.sessions.length === 0 ? [] : [{ id, label: group.label, sessions: group.sessions.slice(0, shown), more }];
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
function fixedGroups(groupBy: GroupBy, t: Translate): [string, { label: string; sessions: SessionSummary[] }][] {
  const rows = groupBy === 'status' ? statusGroups : groupBy === 'date' ? days : [];
  return rows.map(({ id, word }) => [`${groupBy}:${id}`, { label: t(word), sessions: [] }]);
}

function groupOf(session: SessionSummary, { groupBy, now }: Arrangement, t: Translate): { id: string; label: string } {
  switch (groupBy) {
    case 'status': {
      const { group } = statusTable[session.status];
      return { id: `status:${group}`, label: group };
    }
    case 'agent':
      return { id: `agent:${session.agent}`, label: session.agentName ?? session.agent };
    case 'branch':
      return session.branch === undefined
        ? { id: 'branch:', label: t('No Branch') }
        : { id: `branch:${session.branch}`, label: session.branch };
    case 'date': {
      const day = dayGroupOf(session.updatedAt, now);
      return { id: `date:${day}`, label: day };
    }
  }
}
