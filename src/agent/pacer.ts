import { setTimeout as delay } from 'node:timers/promises';

/** Keeps the time of a playback. Waits are measured from when they were due and not from when they ended, so that rates hold. */
export class Pacer {
  readonly #speed: number;
  readonly #signal: AbortSignal;
  readonly #start = performance.now();
  #due = this.#start;

  /** A speed of 2 halves every wait, Infinity leaves them out. */
  constructor(speed: number, signal: AbortSignal) {
    this.#speed = speed;
    this.#signal = signal;
  }

  /** Waits until so many milliseconds of the recording have passed since its beginning. Rejects when the turn is cancelled. */
  async until(milliseconds: number): Promise<void> {
    const due = this.#start + milliseconds / this.#speed;
    if (due > this.#due) this.#due = due;
    await this.#wait();
  }

  /** Waits so many milliseconds of the recording after the last wait. Rejects when the turn is cancelled. */
  async after(milliseconds: number): Promise<void> {
    this.#due += milliseconds / this.#speed;
    await this.#wait();
  }

  async #wait(): Promise<void> {
    this.#signal.throwIfAborted();
    const left = this.#due - performance.now();
    if (left > 0) await delay(left, undefined, { signal: this.#signal });
  }
}
