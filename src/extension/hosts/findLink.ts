import type { SessionLink, SessionStore } from '../sessions/sessionStore.ts';
import type { FolderHosts } from './folderHosts.ts';

/**
 * Finds the host that has a session: among those that run, then by starting one after the other, because a session that a window had open
 * exists somewhere. Undefined when no host has it.
 */
export async function findLink(hosts: FolderHosts, store: SessionStore, sessionId: string): Promise<SessionLink | undefined> {
  const all = await hosts.ready();
  for (const mode of ['if-running', 'start'] as const) {
    for (const { link } of all) {
      const known = store.linkOf(sessionId);
      if (known !== undefined) return known;
      if (await link.attach(mode)) await store.load(link);
    }
  }
  return store.linkOf(sessionId);
}
