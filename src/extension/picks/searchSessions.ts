import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { ageOf } from '../sessions/age.ts';
import { newestFirst } from '../sessions/order.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { oneLine } from '../sessions/tooltip.ts';
import { t } from '../words.ts';

/** Sessions that are searched, the newest ones. Each search reads the whole of a session. */
const searchedSessions = 300;

/** Matches that are listed of one session. */
const matchesEach = 5;

/** Searches that run at the same time. */
const atOnce = 4;

/** Milliseconds without a key before a search begins. */
const restMs = 250;

interface FoundItem extends vscode.QuickPickItem {
  readonly sessionId?: string;
}

/** Searches what was said in the sessions, as one types. Gives back the session of the match that was picked. */
export async function searchSessions(
  { store, log }: { readonly store: SessionStore; readonly log: Log },
  query: string,
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<FoundItem>();
  pick.title = t('Search History');
  pick.placeholder = t('Words that were said in a session');
  pick.value = query;
  let timer: NodeJS.Timeout | undefined;
  let running = new AbortController();
  const begin = (): void => {
    running.abort();
    running = new AbortController();
    clearTimeout(timer);
    timer = setTimeout(() => void search(pick, store, log, running.signal), restMs);
  };
  pick.onDidChangeValue(begin);
  if (query !== '') begin();
  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const id = pick.selectedItems[0]?.sessionId;
        if (id !== undefined) resolve(id);
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

async function search(pick: vscode.QuickPick<FoundItem>, store: SessionStore, log: Log, signal: AbortSignal): Promise<void> {
  const query = pick.value.trim();
  pick.items = [];
  if (query === '') return;
  pick.busy = true;
  const found: FoundItem[] = [];
  const queue = newestFirst(store.all).slice(0, searchedSessions);
  const next = queue[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const session of next) {
      const matches = await matchesIn(session, query, store, log);
      if (signal.aborted) return;
      found.push(...matches);
      pick.items = [...found];
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (signal.aborted) return;
  pick.busy = false;
  if (found.length === 0) pick.items = [{ label: t('Nothing was found in {0} sessions.', queue.length), alwaysShow: true }];
}

async function matchesIn(session: SessionSummary, query: string, store: SessionStore, log: Log): Promise<readonly FoundItem[]> {
  try {
    const { matches, total } = await store.call(session.id)('session/find', { sessionId: session.id, query, limit: matchesEach });
    const age = ageOf(session.updatedAt, Date.now(), t);
    return matches.map(({ excerpt }) => ({
      sessionId: session.id,
      label: oneLine(excerpt, 120),
      description: [oneLine(session.title, 60), age, ...(total > matchesEach ? [t('{0} matches', total)] : [])].join(' · '),
      // The box filters by its own rules, which are not those of the host.
      alwaysShow: true,
    }));
  } catch (error) {
    log.debug('A session could not be searched.', { session: session.id, error: messageOf(error) });
    return [];
  }
}
