import { statusTable } from '../../model/statusTable.ts';
import type { SessionSummary } from '../../model/summary.ts';

/** Whether a session is over: completed or closed by a person. */
export function isDone(session: SessionSummary): boolean {
  return statusTable[session.status].group === 'done';
}

/** Whether a turn runs, so that there is something to stop. An agent that starts ahead of the first message is nobody's work yet, and so is a worktree that is made. */
export function isRunning(session: SessionSummary): boolean {
  if (session.worktree?.setupWaits === true) return false;
  return session.status === 'working' || session.status === 'waiting' || session.status === 'stalled';
}

/** Whether the session waits for a person's answer or decision. */
export function needsPerson(session: SessionSummary): boolean {
  return statusTable[session.status].group === 'needs-you';
}

/**
 * The sessions that one walks through with Next, Previous and 1–9: neither done nor archived, pinned ones first, then as they were made.
 * The order does not follow what the sessions do, so a number stays with its session.
 */
export function walkOrder(sessions: readonly SessionSummary[]): readonly SessionSummary[] {
  return sessions
    .filter((session) => !isDone(session) && !session.archived)
    .toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || compare(a.createdAt, b.createdAt) || compare(a.id, b.id));
}

/** Newest news first, pinned ones before the rest. */
export function newestFirst(sessions: readonly SessionSummary[]): readonly SessionSummary[] {
  return sessions.toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || compare(b.updatedAt, a.updatedAt) || compare(a.id, b.id));
}

/** The session `step` places further in the walk, around the end; the first one where `current` is not part of it. */
export function neighbour(sessions: readonly SessionSummary[], current: string | undefined, step: 1 | -1): SessionSummary | undefined {
  const walk = walkOrder(sessions);
  const at = walk.findIndex((session) => session.id === current);
  if (at === -1) return step === 1 ? walk[0] : walk.at(-1);
  return walk[(at + step + walk.length) % walk.length];
}

/** Order of texts by their units; of instants, the older first. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
