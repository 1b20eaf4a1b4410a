import type { Position, SessionEvent } from '../../model/events.ts';
import { isAfter } from '../../model/isAfter.ts';

/** Events that a session keeps at hand for followers that come back, and the bytes that they may have in the journal. */
const keptEvents = 2000;
const keptBytes = 2 * 1024 * 1024;

interface Batch {
  readonly events: readonly SessionEvent[];
  readonly bytes: number;
}

/** The last events of a session, for followers that come back. */
export class RecentEvents {
  #batches: Batch[] = [];
  #count = 0;
  #bytes = 0;
  /** The position before the first of them. */
  #after: Position;

  /** `after` is where the session stands before the first event comes. */
  constructor(after: Position) {
    this.#after = after;
  }

  /** Keeps events that are `bytes` long in the journal. */
  add(events: readonly SessionEvent[], bytes: number): void {
    this.#batches.push({ events, bytes });
    this.#count += events.length;
    this.#bytes += bytes;
    // Trimmed in large steps, so that a stream does not move the array with each event.
    if (this.#count > keptEvents * 2 || this.#bytes > keptBytes * 2) this.#trim();
  }

  /** What came after a position, in order; undefined where that is not known any more. */
  since(position: Position): readonly SessionEvent[] | undefined {
    if (isAfter(this.#after, position)) return undefined;
    return this.#batches.flatMap(({ events }) => events.filter((event) => isAfter(event, position)));
  }

  #trim(): void {
    let dropped = 0;
    for (const { events, bytes } of this.#batches) {
      if (this.#count <= keptEvents && this.#bytes <= keptBytes) break;
      this.#count -= events.length;
      this.#bytes -= bytes;
      this.#after = events.at(-1) ?? this.#after;
      dropped += 1;
    }
    this.#batches.splice(0, dropped);
  }
}
