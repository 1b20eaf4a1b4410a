import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { InputOf, ResultOf } from '../protocol/contract.ts';
import type { WindowRequests } from '../protocol/window.ts';
import type { Client } from './clients.ts';

/** Who can be asked, the best first; `Clients` has the real ones. */
export interface AskedWindows {
  windows(sessionId?: string): readonly Client[];
}

/** How a window is asked. */
export interface WindowQuestion {
  /** The session that it is about: its own windows are asked first. */
  readonly sessionId?: string | undefined;
  /** Milliseconds that one window has; 3,000 if not given. What a person is asked needs more. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds for what a window answers by itself. */
const ownLimitMs = 3000;

/** Milliseconds for what a person is asked. */
export const personMs = 10 * 60_000;

/** Requests about secrets, or that run something: only windows that a person has trusted are asked. */
const trusted: ReadonlySet<keyof WindowRequests> = new Set([
  'window/secrets',
  'window/askSecret',
  'window/forgetSecrets',
  'window/inputs',
  'window/runLogin',
  'window/openExternal',
]);

/** What lives only in an editor, asked of the windows that are there. */
export class Windows {
  readonly #clients: AskedWindows;
  readonly #log: Log;
  readonly #mayApprove: (client: Client) => boolean;

  /** `mayApprove` says who may give what an agent is let in with: anybody who runs as the user can attach, an agent as well. */
  constructor(clients: AskedWindows, log: Log, mayApprove: (client: Client) => boolean = () => true) {
    this.#mayApprove = mayApprove;
    this.#clients = clients;
    this.#log = log;
  }

  /**
   * Asks one window after the other until one answers: the one that has the session open goes first. Undefined when none does, so nobody waits
   * for a window that is gone. Rejects only with `cancelled`, when the signal aborts.
   */
  async ask<Method extends keyof WindowRequests>(
    method: Method,
    params: InputOf<WindowRequests[Method]>,
    { sessionId, limitMs = ownLimitMs, signal }: WindowQuestion = {},
  ): Promise<ResultOf<WindowRequests[Method]> | undefined> {
    for (const client of this.#clients.windows(sessionId)) {
      if (client.ask === undefined || (trusted.has(method) && !this.#mayApprove(client))) continue;
      const limit = AbortSignal.timeout(limitMs);
      try {
        return await client.ask(signal === undefined ? limit : AbortSignal.any([limit, signal]))(method, params);
      } catch (error) {
        if (signal?.aborted === true) throw new LoomError('cancelled', 'Nobody waits for this answer any more.', { cause: error });
        this.#log.debug('A window did not answer.', { method, client: client.name, error: messageOf(error) });
      }
    }
    return undefined;
  }
}
