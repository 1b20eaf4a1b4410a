import { LoomError, messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import { isAfter } from '../../model/isAfter.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { LinkState } from '../../client/hostLink.ts';
import type { Call, ParamsOf } from '../../protocol/contract.ts';
import type { HostNotifications, HostRequests } from '../../protocol/host.ts';

/** The part of a link that lists need; a `HostLink` is one. */
export interface SessionLink {
  readonly state: LinkState;
  readonly onStateChanged: Event<LinkState>;
  readonly call: Call<HostRequests>;
  on<Method extends keyof HostNotifications>(method: Method, listener: (params: ParamsOf<HostNotifications[Method]>) => void): Disposable;
}

/** What changed in the list. */
export interface StoreChange {
  readonly changed: readonly { readonly before: SessionSummary | undefined; readonly after: SessionSummary }[];
  readonly removed: readonly SessionSummary[];
}

/** Summaries that are asked for at a time. */
const pageSize = 500;

/** Summaries that a window loads by itself, of each host; the rest comes when it is asked for. */
const eagerLimit = 2000;

interface LinkedSessions {
  readonly accepts: (session: SessionSummary) => boolean;
  readonly owned: DisposableStore;
  /** How many sessions the host has, archived ones included. */
  total: number;
  /** How many of them were read, the newest first, and the id of the last one. */
  read: number;
  last: string | undefined;
  /** The reading of the list that is under way. */
  loading: Promise<void> | undefined;
}

/** The summaries of all sessions that the window's hosts have, kept up by what the hosts say. */
export class SessionStore implements Disposable {
  readonly #log: Log;
  readonly #changed = new Emitter<StoreChange>();
  readonly #summaries = new Map<string, SessionSummary>();
  readonly #linkOf = new Map<string, SessionLink>();
  readonly #links = new Map<SessionLink, LinkedSessions>();

  readonly onDidChange: Event<StoreChange> = this.#changed.event;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes a host's sessions into the list, now and whenever it is connected: those that the window wants to show. */
  add(link: SessionLink, accepts: (session: SessionSummary) => boolean = () => true): void {
    const owned = new DisposableStore();
    this.#links.set(link, { accepts, owned, total: 0, read: 0, last: undefined, loading: undefined });
    owned.add(link.on('sessions/changed', ({ changed, removed }) => this.#take(link, changed, removed)));
    owned.add(link.onStateChanged(({ state }) => isReadable(state) && void this.load(link)));
    if (isReadable(link.state.state)) void this.load(link);
  }

  /** Takes a host's sessions out of the list. */
  remove(link: SessionLink): void {
    this.#links.get(link)?.owned.dispose();
    this.#links.delete(link);
    this.#take(
      link,
      [],
      [...this.#linkOf].flatMap(([id, own]) => (own === link ? [id] : [])),
    );
  }

  get all(): readonly SessionSummary[] {
    return [...this.#summaries.values()];
  }

  /** How many sessions the hosts have that were not read yet. */
  get unloaded(): number {
    return [...this.#links.values()].reduce((sum, { total, read }) => sum + Math.max(0, total - read), 0);
  }

  get(sessionId: string): SessionSummary | undefined {
    return this.#summaries.get(sessionId);
  }

  /** The link to the host that has the session. */
  linkOf(sessionId: string): SessionLink | undefined {
    return this.#linkOf.get(sessionId);
  }

  /** Calls the host of a session. Rejects with "not-found" for a session that is not in the list. */
  call(sessionId: string): Call<HostRequests> {
    const link = this.#linkOf.get(sessionId);
    if (link === undefined)
      throw new LoomError('not-found', 'This session does not exist any more. Choose another one in the Sessions view.');
    return link.call;
  }

  /** Takes in a summary that came as the answer to a request, before the host announces it. */
  absorb(link: SessionLink, session: SessionSummary): void {
    this.#take(link, [session], []);
  }

  /** Takes in a summary that a host named where it may not have been read yet. False where the window does not show such sessions. */
  offer(link: SessionLink, session: SessionSummary): boolean {
    this.#take(link, [session], []);
    return this.#summaries.has(session.id);
  }

  /** Reads the list of a host, or waits for the reading that is under way. Does not reject: what fails is logged. */
  async load(link: SessionLink): Promise<void> {
    const linked = this.#links.get(link);
    if (linked === undefined) return;
    linked.loading ??= this.#readAll(link).finally(() => (linked.loading = undefined));
    await linked.loading;
  }

  /** Loads the next page of old sessions of every host. */
  async loadMore(): Promise<void> {
    await Promise.all([...this.#links].flatMap(([link, { total, read }]) => (read < total ? [this.#page(link)] : [])));
  }

  dispose(): void {
    for (const { owned } of this.#links.values()) owned.dispose();
    this.#links.clear();
    this.#changed.dispose();
  }

  async #readAll(link: SessionLink): Promise<void> {
    const linked = this.#links.get(link);
    if (linked === undefined) return;
    linked.read = 0;
    linked.last = undefined;
    try {
      const seen = new Set<string>();
      do {
        const page = await this.#page(link);
        for (const { id } of page) seen.add(id);
        if (page.length < pageSize) break;
      } while (linked.read < Math.min(linked.total, eagerLimit));
      // What a host no longer names is gone, once all that it has was read.
      const isWhole = linked.read >= linked.total;
      this.#take(link, [], isWhole ? [...this.#linkOf].flatMap(([id, own]) => (own === link && !seen.has(id) ? [id] : [])) : []);
    } catch (error) {
      this.#log.warn('The list of sessions could not be read.', { error: messageOf(error) });
    }
  }

  /** Reads the next page of a host's sessions. */
  async #page(link: SessionLink): Promise<readonly SessionSummary[]> {
    const before = this.#links.get(link)?.last;
    const { sessions, total } = await link.call('sessions/list', {
      includeArchived: true,
      limit: pageSize,
      ...(before === undefined ? {} : { before }),
    });
    const linked = this.#links.get(link);
    if (linked === undefined) return [];
    linked.total = total;
    linked.read += sessions.length;
    linked.last = sessions.at(-1)?.id ?? before;
    this.#take(link, sessions, []);
    return sessions;
  }

  #take(link: SessionLink, changed: readonly SessionSummary[], removed: readonly string[]): void {
    const accepts = this.#links.get(link)?.accepts;
    const news = changed.flatMap((after) => {
      const before = this.#summaries.get(after.id);
      if (before === undefined && accepts?.(after) !== true) return [];
      // Two folders of one repository have one host, which says everything twice.
      if (before !== undefined && !isAfter(after.position, before.position) && this.#linkOf.get(after.id) !== link) return [];
      if (before !== undefined && isAfter(before.position, after.position)) return [];
      this.#summaries.set(after.id, after);
      if (!this.#linkOf.has(after.id) || !isReadable(this.#linkOf.get(after.id)?.state.state)) this.#linkOf.set(after.id, link);
      return [{ before, after }];
    });
    const gone = removed.flatMap((id) => {
      const before = this.#summaries.get(id);
      this.#summaries.delete(id);
      this.#linkOf.delete(id);
      return before === undefined ? [] : [before];
    });
    if (news.length > 0 || gone.length > 0) this.#changed.fire({ changed: news, removed: gone });
  }
}

/** Whether a link in this state can be asked for its sessions. */
export function isReadable(state: LinkState['state'] | undefined): boolean {
  return state === 'connected' || state === 'other-version';
}
