import type { AgentStop } from './agentPort.ts';

/** One prompt that is on its way, until the agent, a time limit or the end of the connection settles it. The first of them counts. */
export class Turn {
  readonly ended: Promise<AgentStop>;
  readonly #resolve: (stop: AgentStop) => void;
  readonly #stop = new AbortController();
  #limit: NodeJS.Timeout | undefined;
  #settled = false;
  isSent = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<AgentStop>();
    this.ended = promise;
    this.#resolve = resolve;
  }

  /** Aborts when the turn is cancelled or over: nobody then waits for an answer to a question any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isCancelled(): boolean {
    return this.#limit !== undefined;
  }

  /** Withdraws all questions. A prompt that has not been sent ends at once; the agent has so many milliseconds to end one that was. */
  cancel(limit: number): void {
    if (this.isCancelled || this.#settled) return;
    this.#limit = setTimeout(() => this.settle({ reason: 'cancelled' }), limit);
    this.#stop.abort();
    if (!this.isSent) this.settle({ reason: 'cancelled' });
  }

  /** Ends the turn. A turn that was cancelled ends as cancelled, whatever else happened to it. */
  settle(stop: AgentStop): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#limit);
    this.#stop.abort();
    this.#resolve(this.isCancelled ? { reason: 'cancelled' } : stop);
  }
}
