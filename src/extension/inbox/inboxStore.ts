import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { InboxItem } from '../../protocol/inboxRequests.ts';
import type { SessionLink } from '../sessions/sessionStore.ts';
import { isReadable } from '../sessions/sessionStore.ts';

/** Something that waits, and the host that waits for its answer. */
export interface LinkedItem {
  readonly item: InboxItem;
  readonly link: SessionLink;
}

/** What waits for a person on all hosts of the window, kept up by what the hosts say. */
export class InboxStore implements Disposable {
  readonly #links = new Map<SessionLink, { readonly owned: DisposableStore; items: readonly InboxItem[] }>();
  readonly #changed = new Emitter<undefined>();
  readonly #shows: (sessionId: string) => boolean;

  /** What waits is something else than before. */
  readonly onDidChange: Event<undefined> = this.#changed.event;

  /** `shows` tells whether the window shows a session: a window on a part of a repository has a host that has others, too. */
  constructor(shows: (sessionId: string) => boolean) {
    this.#shows = shows;
  }

  /** Takes in what waits on a host, now and whenever it is connected. */
  add(link: SessionLink): void {
    const owned = new DisposableStore();
    this.#links.set(link, { owned, items: [] });
    owned.add(link.on('inbox/changed', ({ items }) => this.#set(link, items)));
    owned.add(link.onStateChanged(({ state }) => (isReadable(state) ? void this.#load(link) : this.#set(link, []))));
    if (isReadable(link.state.state)) void this.#load(link);
  }

  remove(link: SessionLink): void {
    this.#links.get(link)?.owned.dispose();
    this.#links.delete(link);
    this.#changed.fire(undefined);
  }

  /** All that waits, the oldest first; what two folders of one repository both name stands there once. */
  get items(): readonly LinkedItem[] {
    const seen = new Set<string>();
    return [...this.#links]
      .flatMap(([link, { items }]) => items.map((item) => ({ item, link })))
      .filter(({ item }) => {
        if (seen.has(item.id) || (item.kind !== 'approval' && !this.#shows(item.sessionId))) return false;
        seen.add(item.id);
        return true;
      })
      .sort((a, b) => (a.item.at < b.item.at ? -1 : a.item.at > b.item.at ? 1 : 0));
  }

  /** What waits under this id, as long as it does. */
  get(id: string): LinkedItem | undefined {
    return this.items.find(({ item }) => item.id === id);
  }

  dispose(): void {
    for (const { owned } of this.#links.values()) owned.dispose();
    this.#links.clear();
    this.#changed.dispose();
  }

  async #load(link: SessionLink): Promise<void> {
    try {
      this.#set(link, (await link.call('inbox/list', {})).items);
    } catch {
      // A host of another version knows of no inbox; its sessions say for themselves that they wait.
      this.#set(link, []);
    }
  }

  #set(link: SessionLink, items: readonly InboxItem[]): void {
    const linked = this.#links.get(link);
    if (linked === undefined || (linked.items.length === 0 && items.length === 0)) return;
    linked.items = items;
    this.#changed.fire(undefined);
  }
}
