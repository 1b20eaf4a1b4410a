import { setTimeout as delay } from 'node:timers/promises';
import { LoomError } from '../base/errors.ts';

/** Says when the host has nothing to do: no turn runs, and nobody has asked for anything for a while. */
export interface QuietOptions {
  /** Milliseconds without work after which it is quiet. */
  readonly quietMs: number;
  /** Something runs now. */
  readonly isBusy: () => boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

/** Lets work that can wait happen in slices, only while nothing else is to be done. */
export class Quiet {
  readonly #options: QuietOptions;
  #lastWork: number;

  constructor(options: QuietOptions) {
    this.#options = options;
    this.#lastWork = options.clock();
  }

  /** Somebody has asked for something. */
  noteWork(): void {
    this.#lastWork = this.#options.clock();
  }

  /** Resolves behind whatever the event loop has to do, when it is quiet; rejects with `cancelled` on the signal. */
  async gate(signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (!signal.aborted && this.#waitMs() > 0) await delay(this.#waitMs(), undefined, { ref: false, signal }).catch(() => undefined);
    if (signal.aborted) throw new LoomError('cancelled', 'The host leaves.');
  }

  #waitMs(): number {
    const { clock, quietMs, isBusy } = this.#options;
    if (isBusy()) this.noteWork();
    return Math.max(0, this.#lastWork + quietMs - clock());
  }
}
