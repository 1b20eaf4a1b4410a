/** Runs asynchronous tasks one after the other, in the order of their arrival. A failing task rejects its own promise only. */
export class TaskQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #length = 0;

  /** Tasks that wait or run. */
  get length(): number {
    return this.#length;
  }

  run<T>(task: () => Promise<T> | T): Promise<T> {
    this.#length++;
    const result = this.#tail.then(task).finally(() => {
      this.#length--;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves once everything that was queued until now has settled. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
