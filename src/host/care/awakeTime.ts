/**
 * `host/care` looks after what runs: turns that stand still, sessions that rest, agents that have run for long, memory. It decides from times that
 * passed while the machine was awake; who gets hurt by a decision is told why.
 */

/** Time that passed while the machine was awake: between two looks no more counts than could have passed, so sleep and a clock that was set are no time. */
export class AwakeTime {
  readonly #clock: () => number;
  readonly #most: number;
  #last: number;
  #passed = 0;

  /** `clock` in milliseconds; `everyMs` is how often one looks. */
  constructor(clock: () => number, everyMs: number) {
    this.#clock = clock;
    this.#most = everyMs * 3;
    this.#last = clock();
  }

  /** Milliseconds since the beginning. To be asked at each look. */
  look(): number {
    const now = this.#clock();
    this.#passed += Math.min(this.#most, Math.max(0, now - this.#last));
    this.#last = now;
    return this.#passed;
  }

  /** What the last look said. */
  get passed(): number {
    return this.#passed;
  }
}
