import { statusGroups, statusTable } from '../../model/statusTable.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { compare, isDone, needsPerson } from './order.ts';

/** A session with those that came from it: forks, sub-agents, and what was made from it. */
export interface Family {
  readonly session: SessionSummary;
  readonly children: readonly Family[];
}

/** How many sessions stand below a row, at any depth, and how many of them need a person. */
export interface Below {
  readonly count: number;
  readonly waiting: number;
}

/**
 * Puts sessions below those that they came from, and the families in order: pinned ones first, then the newest news of any member. A session
 * whose parent is not among these stands by itself, and so does one that goes on although its parent is done.
 */
export function familiesOf(sessions: readonly SessionSummary[]): readonly Family[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const below = new Map<string, SessionSummary[]>();
  const roots: SessionSummary[] = [];
  for (const session of sessions) {
    const parent = parentIn(session, byId);
    if (parent === undefined) roots.push(session);
    else {
      const brothers = below.get(parent.id);
      if (brothers === undefined) below.set(parent.id, [session]);
      else brothers.push(session);
    }
  }
  const grow = (session: SessionSummary): Family => ({
    session,
    // Brothers keep their places: several that work at once would change them all the time.
    children: (below.get(session.id) ?? [])
      .toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || compare(a.createdAt, b.createdAt) || compare(a.id, b.id))
      .map(grow),
  });
  return roots
    .map((root) => {
      const family = grow(root);
      const all = membersOf(family);
      return { family, news: newsOf(family), pinned: all.some(({ pinned }) => pinned) };
    })
    .toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || compare(b.news, a.news) || compare(a.family.session.id, b.family.session.id))
    .map(({ family }) => family);
}

/** A family's sessions, its head first. */
export function membersOf({ session, children }: Family): readonly SessionSummary[] {
  return [session, ...children.flatMap(membersOf)];
}

/** When anything happened last in a family. */
export function newsOf(family: Family): string {
  return membersOf(family).reduce((latest, { updatedAt }) => (updatedAt > latest ? updatedAt : latest), '');
}

/** What stands below the head of a family. */
export function belowOf({ children }: Family): Below {
  const all = children.flatMap(membersOf);
  return { count: all.length, waiting: all.filter(needsPerson).length };
}

/** The session of the family by whose state the family is grouped: its head, unless a member waits for a person, works or is in line. */
export function leadOf(family: Family): SessionSummary {
  const busy = statusGroups.slice(
    0,
    statusGroups.findIndex(({ id }) => id === 'idle'),
  );
  for (const { id } of busy) {
    const found = membersOf(family).find(({ status }) => statusTable[status].group === id);
    if (found !== undefined) return found;
  }
  return family.session;
}

/** The rows from the head of a family down to one of its sessions; undefined where it is no member. */
export function pathTo(families: readonly Family[], sessionId: string): readonly Family[] | undefined {
  for (const family of families) {
    if (family.session.id === sessionId) return [family];
    const rest = pathTo(family.children, sessionId);
    if (rest !== undefined) return [family, ...rest];
  }
  return undefined;
}

/** The parent below which a session stands. Parents that lead in a circle, as no host writes them, count as none. */
function parentIn(session: SessionSummary, byId: ReadonlyMap<string, SessionSummary>): SessionSummary | undefined {
  const parent = session.parent === undefined ? undefined : byId.get(session.parent);
  if (parent === undefined || (isDone(parent) && !isDone(session))) return undefined;
  const seen = new Set([session.id]);
  for (let at: SessionSummary | undefined = parent; at !== undefined; at = at.parent === undefined ? undefined : byId.get(at.parent)) {
    if (seen.has(at.id)) return undefined;
    seen.add(at.id);
  }
  return parent;
}
