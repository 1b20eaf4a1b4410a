import * as vscode from 'vscode';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { FolderHost, FolderHosts } from '../hosts/folderHosts.ts';
import type { SessionLink, SessionStore } from '../sessions/sessionStore.ts';
import { t } from '../words.ts';
import type { FoundPlace } from './foundRows.ts';
import { foundRows, writtenRows } from './foundRows.ts';

/** Sessions that are listed of each host; who looks for more types more. */
const listedSessions = 100;

/** Matches that are listed of one session. */
const matchesEach = 5;

/** Milliseconds without a key before a search begins. */
const restMs = 250;

/** What was picked: a place in a session, or a session that only its written pages tell of. */
export type Picked = { readonly place: FoundPlace } | { readonly written: string; readonly host: FolderHost };

interface FoundItem extends vscode.QuickPickItem {
  readonly target?: Picked;
}

interface Surroundings {
  readonly store: SessionStore;
  readonly hosts: FolderHosts;
  readonly log: Log;
}

/** Searches what was said in all sessions, as one types. Gives back what was picked. */
export async function searchSessions(around: Surroundings, query: string): Promise<Picked | undefined> {
  const pick = vscode.window.createQuickPick<FoundItem>();
  pick.title = t('Search History');
  pick.placeholder = t('Words that were said in a session');
  // The box marks the words where they stand in the detail of a line.
  pick.matchOnDetail = true;
  pick.value = query;
  let timer: NodeJS.Timeout | undefined;
  let running = new AbortController();
  const begin = (): void => {
    running.abort();
    running = new AbortController();
    clearTimeout(timer);
    timer = setTimeout(() => void search(pick, around, running.signal), restMs);
  };
  pick.onDidChangeValue(begin);
  if (query !== '') begin();
  try {
    return await new Promise<Picked | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const picked = pick.selectedItems[0]?.target;
        if (picked !== undefined) resolve(picked);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    clearTimeout(timer);
    running.abort();
    pick.dispose();
  }
}

async function search(pick: vscode.QuickPick<FoundItem>, around: Surroundings, signal: AbortSignal): Promise<void> {
  const query = pick.value.trim();
  pick.items = [];
  pick.busy = query !== '';
  if (query === '') return;
  const found = new Map<string, readonly FoundItem[]>();
  const ends: string[] = [];
  const show = (more: readonly FoundItem[] = []): void => {
    if (!signal.aborted) pick.items = [...[...found.values()].flat(), ...more];
  };
  const hosts = await around.hosts.ready();
  await Promise.all(
    hosts.map(async (host) => {
      try {
        ends.push(...(await searchHost(host.link, query, around.store, found, show, signal)));
        if (!signal.aborted) await searchPages(host, query, found);
      } catch (error) {
        // A newer search of this window ends this one; that is no news.
        if (error instanceof LoomError && error.code === 'cancelled') return;
        around.log.warn('A host could not search.', { error: messageOf(error) });
        ends.push(messageOf(error));
      }
    }),
  );
  if (signal.aborted) return;
  pick.busy = false;
  const nothing = found.size === 0 ? [t('Nothing was found.')] : [];
  // The box filters by its own rules, which are not those of the host.
  show([...nothing, ...new Set(ends)].map((label) => ({ label, alwaysShow: true })));
}

/** Asks a host slice by slice, and gives back what a person should know about the end. */
async function searchHost(
  link: SessionLink,
  query: string,
  store: SessionStore,
  found: Map<string, readonly FoundItem[]>,
  show: () => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let sessions = 0;
  let next: string | undefined;
  let unread = 0;
  do {
    const answer = await link.call('sessions/find', { query, matches: matchesEach, ...(next === undefined ? {} : { next }) });
    if (signal.aborted) return [];
    for (const hit of answer.found) {
      // A session of another folder of the repository is not this window's, and one whose host two folders share is told twice.
      if (!store.offer(link, hit.session)) continue;
      sessions++;
      found.set(
        hit.session.id,
        foundRows(hit, Date.now(), t).map(({ place, ...row }) => ({ ...row, target: { place }, alwaysShow: true })),
      );
    }
    if (answer.found.length > 0) show();
    ({ next, unread } = answer);
  } while (next !== undefined && sessions < listedSessions);
  return [
    ...(next === undefined ? [] : [t('There are more. Type more of what you look for.')]),
    ...(unread === 0 ? [] : [unread === 1 ? t('One session could not be read.') : t('{0} sessions could not be read.', unread)]),
  ];
}

/** What only a written history tells of comes last: it has to be brought back before one can go on with it. */
async function searchPages(host: FolderHost, query: string, found: Map<string, readonly FoundItem[]>): Promise<void> {
  for (const hit of (await host.link.call('history/find', { query })).found) {
    if (found.has(hit.session.id)) continue;
    const target = { written: hit.session.id, host };
    found.set(
      hit.session.id,
      writtenRows(hit, Date.now(), t).map((row) => ({ ...row, target, alwaysShow: true })),
    );
  }
}
