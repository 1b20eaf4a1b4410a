import { answeredElsewhere } from './agentPort.ts';

/** Questions that are answered at an address: the agent says by their ids when that was done. */
export class Elicitations {
  readonly #open = new Map<string, AbortController>();

  /** A signal that aborts when the agent says that the question was answered elsewhere. */
  opened(id: string): AbortSignal {
    const done = new AbortController();
    this.#open.set(id, done);
    return done.signal;
  }

  closed(id: string): void {
    this.#open.delete(id);
  }

  complete(id: unknown): void {
    if (typeof id === 'string') this.#open.get(id)?.abort(answeredElsewhere);
  }
}
