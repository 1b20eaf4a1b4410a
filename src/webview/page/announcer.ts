import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** Least milliseconds between two announcements of a screen reader. */
export const announcementGap = 5000;

/** Says things to screen readers, at most one in five seconds; of what comes in between only the last is said. */
export class Announcer {
  readonly #text = signal('');
  readonly #now: () => number;
  readonly #after: (milliseconds: number, run: () => void) => void;
  #next: string | undefined;
  #lastAt = -Infinity;
  #waits = false;

  constructor(now: () => number, after: (milliseconds: number, run: () => void) => void) {
    this.#now = now;
    this.#after = after;
  }

  /** The content of the live region. */
  get text(): ReadonlySignal<string> {
    return this.#text;
  }

  say(text: string): void {
    this.#next = text;
    if (this.#waits) return;
    const wait = this.#lastAt + announcementGap - this.#now();
    if (wait <= 0) this.#speak();
    else {
      this.#waits = true;
      this.#after(wait, () => this.#speak());
    }
  }

  #speak(): void {
    this.#waits = false;
    const text = this.#next;
    this.#next = undefined;
    if (text === undefined) return;
    this.#lastAt = this.#now();
    // The same words again would be no change of the region: a no-break space makes them one.
    this.#text.value = text === this.#text.value ? `${text}\u00a0` : text;
  }
}
