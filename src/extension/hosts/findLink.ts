import type { SessionLink, SessionStore } from '../sessions/sessionStore.ts';
import type { FolderHosts } from './folderHosts.ts';

/**
 * Finds the host that has a session: among those that run, then by starting one after the other, because a session that a window had open
 * exists somewhere. Where a host cannot be reached, its link is given back: it says what is wrong and can be tried again. Undefined when
 * every host was asked and none has the session.
 */
export async function findLink(hosts: FolderHosts, store: SessionStore, sessionId: string): Promise<SessionLink | undefined> {
  const all = await hosts.ready();
  let unreachable: SessionLink | undefined;
  for (const mode of ['if-running', 'start'] as const) {
    unreachable = undefined;
    for (const { link } of all) {
      const known = store.linkOf(sessionId);
      if (known !== undefined) return known;
      try {
        if (await link.attach(mode)) await store.load(link);
      } catch {
        // The link keeps the reason as its state, and whoever shows the session shows that.
        unreachable ??= link;
      }
    }
  }
  return store.linkOf(sessionId) ?? unreachable;
}

/** Resolves when the sessions of all hosts that run are in the list. */
export async function loadRunning(hosts: FolderHosts, store: SessionStore): Promise<void> {
  for (const { link } of await hosts.ready()) {
    if (await link.attach('if-running').catch(() => false)) await store.load(link);
  }
}

/** Starts the hosts of the folders that have stored sessions, where none runs: without one nobody could tell of them, and the list would look empty. */
export async function loadStored(hosts: FolderHosts, store: SessionStore): Promise<void> {
  for (const { link } of await hosts.ready()) {
    // A host that cannot be reached keeps the reason as the state of its link.
    if (await link.attach('if-stored').catch(() => false)) await store.load(link);
  }
}
