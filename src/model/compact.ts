import type { FactType, SessionEvent } from './events.ts';

/** Facts that a later `turn.sealed` of the same turn says again as a whole. */
const streamed: ReadonlySet<FactType> = new Set([
  'text.added',
  'tool.changed',
  'output.added',
  'plan.changed',
  'entry.added',
  'permission.answered',
]);

/** The events without those that a sealed turn or a later event of the same kind made superfluous. What they add up to stays the same. */
export function compact(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const sealedAt = new Map<string, number>();
  let lastView = -1;
  let lastQueue = -1;
  events.forEach((event, index) => {
    if (event.fact.type === 'turn.sealed') sealedAt.set(event.fact.turn, index);
    if (event.fact.type === 'session.viewed' && event.fact.draft !== undefined) lastView = index;
    if (event.fact.type === 'queue.changed') lastQueue = index;
  });
  return events.filter((event, index) => {
    const { fact } = event;
    if (fact.type === 'queue.changed') return index === lastQueue;
    // Only a pure draft can be dropped: the read mark and the scroll place of an older one may still count.
    if (fact.type === 'session.viewed' && fact.read === undefined && fact.scroll === undefined) return index >= lastView;
    if (!streamed.has(fact.type) || !('turn' in fact)) return true;
    return index > (sealedAt.get(fact.turn) ?? -1);
  });
}
