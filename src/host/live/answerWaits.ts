/** The permission questions of one session for whose answers its agent waits, by their entries. */
export class AnswerWaits {
  readonly #waiting = new Map<string, (optionId: string | undefined) => void>();

  /** Resolves with the choice, or undefined as soon as one of the signals withdraws the question. */
  wait(entry: string, withdrawn: readonly AbortSignal[]): Promise<string | undefined> {
    return new Promise((resolve) => {
      const withdraw = (): void => {
        if (this.#waiting.delete(entry)) resolve(undefined);
      };
      this.#waiting.set(entry, resolve);
      for (const signal of withdrawn) {
        if (signal.aborted) withdraw();
        else signal.addEventListener('abort', withdraw, { once: true });
      }
    });
  }

  /** What lets the agent go on with an answer, for the first who has one; undefined where it waits no longer. */
  take(entry: string): ((optionId: string | undefined) => void) | undefined {
    const waiting = this.#waiting.get(entry);
    this.#waiting.delete(entry);
    return waiting;
  }

  withdrawAll(): void {
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
