import { findSession } from './layout.ts';
import type { HistoryStore } from './store.ts';
import { namesOf, pageOf } from './store.ts';

/** Characters of pages that are read at once. */
const mostCharacters = 8_000_000;

/** The pages of the history, and the commit that they are of. */
export interface HistoryPages {
  readonly ref?: string;
  readonly commit?: string;
  readonly pages: readonly { readonly path: string; readonly markdown: string }[];
}

/** The index page, or a session's own page followed by its turns in order; no pages where there are none. Of a very long session, the latest turns. */
export async function readHistory(store: HistoryStore, sessionId?: string): Promise<HistoryPages> {
  const folder = sessionId === undefined ? '' : await findSession(store, sessionId);
  if (folder === undefined) return { ...(store.ref === undefined ? {} : { ref: store.ref }), pages: [] };
  const inFolder = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  const listed = namesOf(await store.look([folder]), folder);
  const turns =
    sessionId === undefined ? [] : listed.filter((name) => /^\d{4,}\.md$/.test(name)).sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
  const paths = ['README.md', ...turns].map(inFolder);
  const look = await store.look(paths);
  const pages = paths.flatMap((path) => {
    const markdown = pageOf(look, path);
    return markdown === undefined ? [] : [{ path, markdown }];
  });
  return {
    ...(store.ref === undefined ? {} : { ref: store.ref }),
    ...(look.tip === undefined ? {} : { commit: look.tip }),
    pages: latest(pages),
  };
}

/** The first page and the last ones, as many as there is room for. */
function latest(pages: HistoryPages['pages']): HistoryPages['pages'] {
  const kept: HistoryPages['pages'][number][] = [];
  let room = mostCharacters;
  for (const page of pages.slice(1).reverse()) {
    room -= page.markdown.length;
    if (room < 0) break;
    kept.push(page);
  }
  return [...pages.slice(0, 1), ...kept.reverse()];
}
