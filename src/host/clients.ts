import type { Disposable } from '../base/lifecycle.ts';
import type { HostNotifications } from '../protocol/host.ts';
import type { Call, InputOf } from '../protocol/contract.ts';
import type { WindowRequests } from '../protocol/window.ts';

/** What the host knows of somebody who attached through a door. */
export interface Client {
  readonly name: string;
  readonly kind: 'window' | 'command-line' | 'test' | 'other';
  readonly sameVersion: boolean;
  readonly environment: Readonly<Record<string, string>> | undefined;
  /** The public key that it has proven to hold, where it has. */
  readonly key?: string | undefined;
  notify<Method extends keyof HostNotifications>(method: Method, params: InputOf<HostNotifications[Method]>): void;
  /** Asks it for what only an editor can give. Undefined where it is no window, or one of another version. */
  readonly ask?: AskWindow | undefined;
}

/** Asks one window. Rejects when it is gone, does not know the request, or when the signal aborts. */
export type AskWindow = (signal: AbortSignal) => Call<WindowRequests>;

interface Attached {
  readonly client: Client;
  lastHeard: number;
  readonly follows: Map<string, Disposable>;
}

/** Seconds between heartbeats; a client that misses three no longer counts. */
export const heartbeatSeconds = 10;
const countedMs = heartbeatSeconds * 3 * 1000;
/** Notices that are kept for the first client, when nobody was there to hear them. */
const keptNotices = 20;

/** Who is attached: answered hello, and heard of since. A socket alone does not count, since a crashed browser can leave one for hours. */
export class Clients {
  readonly #now: () => number;
  readonly #attached = new Map<Client, Attached>();
  #unheard: InputOf<HostNotifications['host/notice']>[] = [];

  /** `now` in milliseconds of a clock that only goes forward. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(client: Client): void {
    this.#attached.set(client, { client, lastHeard: this.#now(), follows: new Map() });
  }

  /** A client has asked for something that shows that it listens by now: what a person should have heard while nobody was there is said to it. */
  listens(client: Client): void {
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const notice of unheard) client.notify('host/notice', notice);
  }

  heard(client: Client): void {
    const found = this.#attached.get(client);
    if (found !== undefined) found.lastHeard = this.#now();
  }

  remove(client: Client): void {
    const found = this.#attached.get(client);
    this.#attached.delete(client);
    for (const follow of found?.follows.values() ?? []) follow.dispose();
  }

  /** Keeps a client's subscription to a session; an earlier one to the same session ends. */
  follow(client: Client, sessionId: string, subscription: Disposable): void {
    const found = this.#attached.get(client);
    found?.follows.get(sessionId)?.dispose();
    if (found === undefined) subscription.dispose();
    else found.follows.set(sessionId, subscription);
  }

  unfollow(client: Client, sessionId: string): void {
    const found = this.#attached.get(client);
    found?.follows.get(sessionId)?.dispose();
    found?.follows.delete(sessionId);
  }

  /** All whose connection is there, whether they count or not. */
  get all(): readonly Client[] {
    return [...this.#attached.keys()];
  }

  /** How many count as attached. */
  get count(): number {
    const since = this.#now() - countedMs;
    return [...this.#attached.values()].filter((each) => each.lastHeard >= since).length;
  }

  /** Those who can be asked and count as attached: who follows the session first, else who attached last. */
  windows(sessionId?: string): readonly Client[] {
    const since = this.#now() - countedMs;
    const all = [...this.#attached.values()].filter(({ client, lastHeard }) => client.ask !== undefined && lastHeard >= since).reverse();
    const follows = (each: Attached): boolean => sessionId !== undefined && each.follows.has(sessionId);
    return [...all.filter(follows), ...all.filter((each) => !follows(each))].map(({ client }) => client);
  }

  /** The environment that the window sent which attached last, for agents that are started now. */
  get environment(): Readonly<Record<string, string>> | undefined {
    return [...this.#attached.keys()].findLast((client) => client.environment !== undefined)?.environment;
  }

  /** Tells everybody something that a person should hear of; with nobody there it waits for the first who comes. */
  notice(notice: InputOf<HostNotifications['host/notice']>): void {
    if (this.count === 0) this.#unheard = [...this.#unheard, notice].slice(-keptNotices);
    else this.notifyAll('host/notice', notice);
  }

  notifyAll<Method extends keyof HostNotifications>(method: Method, params: InputOf<HostNotifications[Method]>): void {
    for (const client of this.#attached.keys()) client.notify(method, params);
  }
}
