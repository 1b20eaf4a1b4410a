import type { FactType, SessionEvent } from './events.ts';

/** Facts that a later `turn.sealed` of the same turn says again as a whole. */
const streamed: ReadonlySet<FactType> = new Set([
  'text.added',
  'tool.changed',
  'output.added',
  'plan.changed',
  'entry.added',
  'permission.answered',
  'question.answered',
]);

/** The events without those that a sealed turn or a later event of the same kind made superfluous. What they add up to stays the same. */
export function compact(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const sealedAt = new Map<string, number>();
  let lastDraft = -1;
  let lastParts = -1;
  let lastQueue = -1;
  let lastHold = -1;
  events.forEach((event, index) => {
    if (event.fact.type === 'turn.sealed') sealedAt.set(event.fact.turn, index);
    if (event.fact.type === 'session.viewed' && event.fact.draft !== undefined) lastDraft = index;
    if (event.fact.type === 'session.viewed' && event.fact.draftParts !== undefined) lastParts = index;
    if (event.fact.type === 'queue.changed') lastQueue = index;
    if (event.fact.type === 'hold.changed') lastHold = index;
  });
  return events.filter((event, index) => {
    const { fact } = event;
    if (fact.type === 'queue.changed') return index === lastQueue;
    if (fact.type === 'hold.changed') return index === lastHold;
    // What was going to happen soon is of no interest any more.
    if (fact.type === 'rest.noted') return index === events.length - 1;
    // Only a pure draft can be dropped: the read mark and the scroll place of an older one may still count.
    if (fact.type === 'session.viewed' && fact.read === undefined && fact.scroll === undefined)
      return (fact.draft !== undefined && index >= lastDraft) || (fact.draftParts !== undefined && index >= lastParts);
    if (!streamed.has(fact.type) || !('turn' in fact)) return true;
    return index > (sealedAt.get(fact.turn) ?? -1);
  });
}

/** The same, where seals of these turns may stand elsewhere in the journal. Seals are told apart from records by their place alone. */
export function compactWith(events: readonly SessionEvent[], seals: readonly SessionEvent[]): readonly SessionEvent[] {
  const own = new Set(events);
  const all = [...events, ...seals].toSorted((one, other) => one.epoch - other.epoch || one.seq - other.seq);
  return compact(all).filter((event) => own.has(event));
}

/** Finds, while a journal is read segment by segment, which of them `compactWith` could shorten: those with facts that a later seal of the same host says again. */
export class SealedStreams {
  readonly #streamed = new Map<string, Set<string>>();
  readonly #seals = new Map<string, SessionEvent[]>();

  /** The segments that could be shorter, each with the seals that allow it, without their entries. */
  get seals(): ReadonlyMap<string, readonly SessionEvent[]> {
    return this.#seals;
  }

  /** Looks at a record as it stands on the disk. */
  see(segment: string, record: unknown): void {
    if (!isTurnEvent(record)) return;
    const { epoch, seq, at, fact } = record;
    const turn = `${String(epoch)}/${fact.turn}`;
    if (fact.type === 'turn.sealed') {
      const seal: SessionEvent = { epoch, seq, at, fact: { type: 'turn.sealed', turn: fact.turn, entries: [] } };
      for (const each of this.#streamed.get(turn) ?? []) this.#seals.set(each, [...(this.#seals.get(each) ?? []), seal]);
      this.#streamed.delete(turn);
    } else if (streamed.has(fact.type)) {
      const segments = this.#streamed.get(turn) ?? new Set();
      this.#streamed.set(turn, segments.add(segment));
    }
  }
}

type TurnEvent = Omit<SessionEvent, 'fact'> & { readonly fact: { readonly type: FactType; readonly turn: string } };

/** A light look: what is read here was checked by its checksum, and nothing of it is shown. */
function isTurnEvent(record: unknown): record is TurnEvent {
  const { epoch, fact } = Object(record) as Partial<TurnEvent>;
  return typeof epoch === 'number' && typeof fact === 'object' && typeof fact.turn === 'string';
}
