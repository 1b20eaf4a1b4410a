import type { Disposable } from '../../base/lifecycle.ts';
import type { SessionEvent } from '../../model/events.ts';

/** Deliveries that may be under way to a page at once: one that is drawn, and one behind it. */
const mostUnderWay = 2;
/** Milliseconds after which a delivery that nobody confirms keeps the next one no longer. */
const unconfirmedMs = 2000;

/**
 * Brings the events of a session to its page, not faster than the window takes them: while deliveries are under way, what comes is gathered into the next
 * one. A window that has too much to do gets fewer and larger messages instead of a backlog that grows.
 */
export class EventRelay implements Disposable {
  readonly #deliver: (events: readonly SessionEvent[]) => PromiseLike<unknown>;
  #waiting: SessionEvent[] = [];
  #underWay = 0;
  #round = 0;
  #late: NodeJS.Timeout | undefined;

  /** `deliver` resolves when the window has taken the message, whatever came of it; it does not reject. */
  constructor(deliver: (events: readonly SessionEvent[]) => PromiseLike<unknown>) {
    this.#deliver = deliver;
  }

  /** Delivers events behind all that came before. */
  push(events: readonly SessionEvent[]): void {
    this.#waiting.push(...events);
    this.#next();
  }

  /** The page begins anew: what waits for it is void. */
  restart(): void {
    this.#waiting = [];
    this.#forget();
  }

  dispose(): void {
    this.restart();
  }

  /** What is under way counts no more. */
  #forget(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#underWay = 0;
    this.#round += 1;
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    if (this.#underWay >= mostUnderWay) {
      this.#late ??= setTimeout(() => {
        this.#forget();
        this.#next();
      }, unconfirmedMs);
      return;
    }
    const events = this.#waiting;
    const round = this.#round;
    this.#waiting = [];
    this.#underWay += 1;
    void this.#deliver(events).then(() => {
      if (round !== this.#round) return;
      clearTimeout(this.#late);
      this.#late = undefined;
      this.#underWay -= 1;
      this.#next();
    });
  }
}
