import { join } from 'node:path';
import type { SessionPage } from '../../model/transcript/readPages.ts';
import { readSessionPage } from '../../model/transcript/readPages.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import { FolderStore } from './folderStore.ts';
import type { HistoryPages } from './readHistory.ts';
import { readHistory } from './readHistory.ts';
import { RefStore } from './refStore.ts';
import { Repository } from '../git/repository.ts';
import type { HistoryStore } from './store.ts';
import { namesOf, pageOf } from './store.ts';

/** A session that a history tells of, and where its pages lie in it. */
export interface WrittenSession {
  readonly page: SessionPage;
  readonly store: HistoryStore;
  /** `2026-11/2026-11-21-title-id`. */
  readonly path: string;
}

/** The first line of the first page of every history. */
const firstLine = '# Session history';
/** Names under which a history is kept or fetched. On other branches its last commit gives it away. */
const historyNames = /^refs\/(?:session-loom\/(?:history|remotes\/[^/]+)\/|(?:heads|remotes\/[^/]+)\/session-loom\/)/;
const ofHistory = /^Session-(?:Folder|History): /m;
/** Refs that are looked into at most, and sessions that are read of each. */
const mostRefs = 200;
const mostSessions = 5000;
const sessionFolder = /^(?:\d{4}-\d{2}-\d{2}|undated)-[^\n\0/]+-([A-Za-z0-9]+)$/;

/**
 * All histories that can be read here without asking anybody: on refs of our own, on branches, on what was fetched of a remote, and as files. It only
 * looks. Rejects with `git`.
 */
export async function historySources(
  location: WorkspaceLocation,
  repository: Repository | undefined,
  environment?: NodeJS.ProcessEnv,
): Promise<readonly HistoryStore[]> {
  const bare = await Repository.openBare(join(location.dataFolder, 'history.git'), {
    make: false,
    ...(environment === undefined ? {} : { environment }),
  });
  const stores: HistoryStore[] = [new FolderStore(location.workTreeRoot ?? location.folder)];
  for (const each of [repository, bare]) {
    if (each !== undefined) for (const ref of await candidates(each)) stores.push(new RefStore(each, ref));
  }
  const first = await Promise.all(stores.map((store) => store.look(['README.md']).then((look) => pageOf(look, 'README.md'))));
  return stores.filter((_, index) => first[index]?.startsWith(firstLine) === true);
}

/** The sessions that these histories tell of and `isKnown` does not know, the newest first; of one that several tell of, the page that was written last. */
export async function writtenSessions(
  stores: readonly HistoryStore[],
  isKnown: (id: string) => boolean,
): Promise<readonly WrittenSession[]> {
  const found = new Map<string, WrittenSession>();
  for (const store of stores) {
    const months = namesOf(await store.look(['']), '').filter((name) => /^(?:\d{4}-\d{2}|undated)$/.test(name));
    const look = await store.look(months);
    const paths = months.flatMap((month) =>
      namesOf(look, month).flatMap((name) => {
        const id = sessionFolder.exec(name)?.[1];
        return id === undefined || isKnown(id) ? [] : [`${month}/${name}`];
      }),
    );
    const newest = paths.sort().reverse().slice(0, mostSessions);
    const pages = await store.look(newest.map((path) => `${path}/README.md`));
    for (const path of newest) {
      const page = readSessionPage(pageOf(pages, `${path}/README.md`) ?? '');
      if (page === undefined || isKnown(page.id)) continue;
      const other = found.get(page.id)?.page;
      if (other === undefined || (other.updatedAt ?? '') < (page.updatedAt ?? '')) found.set(page.id, { page, store, path });
    }
  }
  return [...found.values()].sort((a, b) => compare(b.page.updatedAt ?? b.page.createdAt, a.page.updatedAt ?? a.page.createdAt));
}

/** The pages of a session's turns by the names of their files, out of all histories that tell of it: one of them may hold only what came later. */
export async function turnPagesOf(stores: readonly HistoryStore[], session: WrittenSession): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const own = stores.filter((store) => store !== session.store);
  for (const store of [session.store, ...own]) {
    const path = store === session.store ? session.path : await pathIn(store, session.page.id);
    if (path === undefined) continue;
    const names = namesOf(await store.look([path]), path).filter((name) => /^\d{4,5}\.md$/.test(name) && !pages.has(name));
    const look = await store.look(names.map((name) => `${path}/${name}`));
    for (const name of names) {
      const page = pageOf(look, `${path}/${name}`);
      if (page !== undefined) pages.set(name, page);
    }
  }
  return pages;
}

/** A line of a turn's page that holds a text. `turn` counts from 0. */
export interface WrittenMatch {
  readonly turn: number;
  readonly line: string;
}

/** Searches the pages of sessions; those of a history that is kept as files are not. At most `most` lines of each session. */
export async function findInWritten(
  sessions: readonly WrittenSession[],
  text: string,
  most: number,
): Promise<readonly { readonly session: WrittenSession; readonly matches: readonly WrittenMatch[] }[]> {
  const found = new Map<WrittenSession, WrittenMatch[]>();
  for (const store of new Set(sessions.map((session) => session.store))) {
    const byPath = new Map(sessions.flatMap((session) => (session.store === store ? [[session.path, session] as const] : [])));
    for (const { path, line } of (await store.grep?.(text)) ?? []) {
      const [, folder = '', number] = /^(.+)\/(\d{4,5})\.md$/.exec(path) ?? [];
      const session = byPath.get(folder);
      if (session === undefined || number === undefined) continue;
      const matches = found.get(session) ?? [];
      if (matches.length < most) found.set(session, [...matches, { turn: Number(number) - 1, line }]);
    }
  }
  return sessions.flatMap((session) => {
    const matches = found.get(session);
    return matches === undefined ? [] : [{ session, matches }];
  });
}

/** The first pages of these histories, or the pages of one session out of whichever tell of it; undefined where none does. */
export async function readOthers(stores: readonly HistoryStore[], sessionId: string | undefined): Promise<HistoryPages | undefined> {
  if (sessionId !== undefined) {
    const [found] = await writtenSessions(stores, (id) => id !== sessionId);
    return found === undefined ? undefined : readHistory(found.store, sessionId);
  }
  const all = await Promise.all(stores.map((store) => readHistory(store)));
  const [first] = all;
  return first === undefined ? undefined : { ...first, pages: all.flatMap(({ pages }) => pages) };
}

async function pathIn(store: HistoryStore, id: string): Promise<string | undefined> {
  return (await writtenSessions([store], (other) => other !== id))[0]?.path;
}

async function candidates(repository: Repository): Promise<readonly string[]> {
  const format = '--format=%(refname)%00%(contents)%00%(symref)%01';
  const list = await repository.text(['for-each-ref', format, 'refs/heads/', 'refs/remotes/', 'refs/session-loom/'], {
    timeoutMs: 30_000,
  });
  const refs = list.split('\u0001').flatMap((entry) => {
    const [name = '', message = '', symbolic = ''] = entry.replace(/^\n/, '').split('\0');
    return symbolic === '' && (historyNames.test(name) || ofHistory.test(message)) ? [name] : [];
  });
  return refs.slice(0, mostRefs);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
