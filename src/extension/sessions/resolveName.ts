import { closest, distance } from 'fastest-levenshtein';
import type { SessionSummary } from '../../model/summary.ts';

/** What a typed name or id means. */
export type Resolved =
  | { readonly kind: 'found'; readonly session: SessionSummary }
  /** Several sessions fit as well as each other. */
  | { readonly kind: 'several'; readonly sessions: readonly SessionSummary[] }
  | { readonly kind: 'unknown'; readonly meant?: SessionSummary };

/** Finds a session by its id, its title, or a part of its title; says what may have been meant where none fits. */
export function resolveName(typed: string, sessions: readonly SessionSummary[]): Resolved {
  const wanted = typed.trim().toLowerCase();
  const byId = sessions.find((session) => session.id === typed.trim());
  if (byId !== undefined) return { kind: 'found', session: byId };
  for (const fits of [
    (title: string) => title === wanted,
    (title: string) => title.startsWith(wanted),
    (title: string) => title.includes(wanted),
  ]) {
    const found = wanted === '' ? [] : sessions.filter(({ title }) => fits(title.toLowerCase()));
    const [only] = found;
    if (only !== undefined) return found.length === 1 ? { kind: 'found', session: only } : { kind: 'several', sessions: found };
  }
  const meant = didYouMean(wanted, sessions);
  return meant === undefined ? { kind: 'unknown' } : { kind: 'unknown', meant };
}

function didYouMean(wanted: string, sessions: readonly SessionSummary[]): SessionSummary | undefined {
  const names = new Map(sessions.flatMap((session) => [[session.title.toLowerCase(), session] as const, [session.id, session] as const]));
  if (names.size === 0 || wanted === '') return undefined;
  const near = closest(wanted, [...names.keys()]);
  // More than two letters in five wrong is no slip of the hand any more.
  return distance(wanted, near) <= Math.max(2, wanted.length * 0.4) ? names.get(near) : undefined;
}
