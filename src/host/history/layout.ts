import type { SessionState, Turn } from '../../model/session.ts';
import { visibleLine } from '../../model/transcript/clean.ts';
import { beginning, counted } from '../../model/transcript/cut.ts';
import { promptText } from '../../model/content.ts';
import { frontMatterText } from '../../model/transcript/frontMatter.ts';
import type { IndexRow } from '../../model/transcript/indexPage.ts';
import { indexMarkdown, indexRowOf, monthMarkdown, rowsOf, withRow } from '../../model/transcript/indexPage.ts';
import { plain } from '../../model/transcript/inline.ts';
import type { Redaction, SessionLink } from '../../model/transcript/options.ts';
import { sessionMarkdown } from '../../model/transcript/session.ts';
import { canBeFolderOf, folderNameOf, hrefOf, monthOf, turnFileOf } from '../../model/transcript/slug.ts';
import { turnMarkdown } from '../../model/transcript/turn.ts';
import { agentOf } from '../../model/transcript/words.ts';
import { diffOf } from './prepare.ts';
import type { Change, HistoryStore, Look } from './store.ts';
import { namesOf, pageOf } from './store.ts';

/** What is known of another session, for the links between pages. */
export interface SessionReference {
  readonly id: string;
  readonly title: string;
  readonly createdAt: string;
  readonly parent?: string | undefined;
}

/** What goes onto the pages: cleaned and redacted, with what was found where. */
export interface PreparedRecord {
  readonly session: SessionState;
  readonly sessionFound: readonly Redaction[];
  readonly turn: Turn | undefined;
  readonly turnFound: readonly Redaction[];
  /** More pages for the session's folder, by the names of their files. */
  readonly pages: ReadonlyMap<string, string>;
  /** Absolute folders that paths are shown relative to. */
  readonly roots: readonly string[];
  readonly related: readonly SessionReference[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const monthName = /^(?:\d{4}-\d{2}|undated)$/;

/**
 * The pages that a record changes: the turn's, the session's, the month's and the first one; undefined when all are as they should be. A session
 * that has a folder keeps it, whatever its title is now. What stands in the store is the truth for the indexes, so that they also hold
 * sessions that this host no longer has. `folders` remembers where sessions were found, by their ids.
 */
export async function composeRecord(
  store: HistoryStore,
  record: PreparedRecord,
  folders: Map<string, string>,
): Promise<Change | undefined> {
  const { session, turn } = record;
  const month = monthOf(session.createdAt);
  const months = [...new Set([month, ...record.related.map(({ createdAt }) => monthOf(createdAt))])];
  const pagesIn = (name: string): readonly string[] => [
    ...['README.md', ...record.pages.keys()].map((file) => `${month}/${name}/${file}`),
    ...(turn === undefined ? [] : [`${month}/${name}/${turnFileOf(turn.index)}`]),
  ];
  const guess = folders.get(session.id);
  let look = await store.look(['', 'README.md', `${month}/README.md`, ...months, ...(guess === undefined ? [] : pagesIn(guess))]);
  let folder = guess;
  if (folder === undefined || !namesOf(look, month).includes(folder)) {
    folder = (await folderOf(store, look, month, session.id)) ?? folderNameOf(session);
    const pages = await store.look(pagesIn(folder));
    look = { tip: look.tip, found: new Map([...look.found, ...pages.found]) };
  }
  folders.set(session.id, folder);
  const path = `${month}/${folder}`;
  const options = {
    roots: record.roots,
    diffOf: (diff: Parameters<typeof diffOf>[0]) => diffOf(diff, record.roots),
    ...linksOf(record, look),
  };
  const pages = new Map([
    ...[...record.pages].map(([file, text]) => [`${path}/${file}`, text] as const),
    ...(turn === undefined
      ? []
      : [[`${path}/${turnFileOf(turn.index)}`, turnMarkdown(session, turn, { ...options, redacted: record.turnFound })] as const]),
    [`${path}/README.md`, sessionMarkdown(session, { ...options, redacted: record.sessionFound })],
    ...indexPages(look, { month, names: [...namesOf(look, month), folder], row: indexRowOf(session, month, folder) }),
  ]);
  const write = new Map([...pages].filter(([page, text]) => pageOf(look, page) !== text));
  if (write.size === 0) return undefined;
  return {
    tip: look.tip,
    write,
    message: messageFor(record, path),
    seconds: Math.floor((Date.parse(turn?.endedAt ?? '') || record.now) / 1000),
  };
}

/** Where a session lies in the store, `2026-11/2026-11-21-title-id`; undefined when it is not there. */
export async function findSession(store: HistoryStore, id: string): Promise<string | undefined> {
  const months = namesOf(await store.look(['']), '').filter((name) => monthName.test(name));
  const look = await store.look(months);
  for (const month of months) {
    const folder = await folderOf(store, look, month, id);
    if (folder !== undefined) return `${month}/${folder}`;
  }
  return undefined;
}

/** The index pages without a folder. */
export async function composeRemoval(store: HistoryStore, path: string, now: number): Promise<Change> {
  const [month = '', folder = ''] = path.split('/');
  const look = await store.look(['', 'README.md', `${month}/README.md`, month]);
  const names = namesOf(look, month).filter((name) => name !== folder);
  const write = new Map(indexPages(look, { month, names, row: undefined }));
  return {
    tip: look.tip,
    write,
    message: 'Remove a session from the history\n\nIts pages were taken out of all commits.\n',
    seconds: Math.floor(now / 1000),
  };
}

interface MonthChange {
  readonly month: string;
  /** The folders that the month then has. */
  readonly names: readonly string[];
  readonly row: IndexRow | undefined;
}

function indexPages(look: Look, { month, names, row }: MonthChange): readonly (readonly [string, string])[] {
  const folders = new Set(names.filter((name) => name !== 'README.md'));
  const known = rowsOf(pageOf(look, `${month}/README.md`) ?? '', month).filter(({ folder }) => folders.has(folder));
  const lost = [...folders].filter((folder) => folder !== row?.folder && !known.some((other) => other.folder === folder));
  const rows = [...known, ...lost.map((folder) => rowFromName(month, folder))];
  const monthRows = row === undefined ? rows : withRow(rows, row);
  const otherRows = rowsOf(pageOf(look, 'README.md') ?? '').filter((other) => other.month !== month);
  const months = new Set([...namesOf(look, '').filter((name) => monthName.test(name)), month]);
  if (folders.size === 0) months.delete(month);
  return [
    ...(folders.size === 0 ? [] : [[`${month}/README.md`, monthMarkdown(month, monthRows)] as const]),
    ['README.md', indexMarkdown([...otherRows, ...monthRows], [...months])],
  ];
}

/** A line for a folder whose own line was lost. */
function rowFromName(month: string, folder: string): IndexRow {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(folder)?.[0] ?? 'unknown';
  return {
    month,
    folder,
    started: day,
    title: plain(folder.slice(day.length + 1)) || 'Session',
    agent: 'unknown',
    turns: 0,
    state: 'unknown',
  };
}

/** The folder of a session in a month. Ids may end alike, so the page in it says whose it is. */
async function folderOf(store: HistoryStore, look: Look, month: string, id: string): Promise<string | undefined> {
  const candidates = namesOf(look, month).filter((name) => canBeFolderOf(name, id));
  if (candidates.length === 0) return undefined;
  const pages = await store.look(candidates.map((name) => `${month}/${name}/README.md`));
  return candidates.find((name) => frontMatterText(pageOf(pages, `${month}/${name}/README.md`) ?? '', 'session') === id);
}

function linksOf(record: PreparedRecord, look: Look): { readonly parent?: SessionLink; readonly children: readonly SessionLink[] } {
  const linkTo = (reference: SessionReference): readonly SessionLink[] => {
    const month = monthOf(reference.createdAt);
    const name = namesOf(look, month).find((candidate) => canBeFolderOf(candidate, reference.id));
    return name === undefined ? [] : [{ title: reference.title, href: hrefOf(`../../${month}/${name}/README.md`) }];
  };
  const parent = record.related.filter(({ id }) => id === record.session.parent).flatMap(linkTo)[0];
  const children = record.related.filter((other) => other.parent === record.session.id).flatMap(linkTo);
  return parent === undefined ? { children } : { parent, children };
}

/** What `git log` shows of a record. The texts are redacted; a number after `#` would name an issue of the forge. */
function messageFor(record: PreparedRecord, path: string): string {
  const { session, turn } = record;
  const line = (text: string, most: number): string => beginning(visibleLine(text), most).text.replace(/#(?=\d)/g, '# ');
  const found = [...record.turnFound, ...record.sessionFound].reduce((sum, { count }) => sum + count, 0);
  const said = turn === undefined ? '' : line(promptText(turn.prompt), 300);
  return [
    `${line(session.title, 60) || 'Session'}: ${turn === undefined ? 'session' : `turn ${turn.index + 1}`}`,
    ...(said === '' ? [] : ['', said]),
    '',
    `Session: ${session.id}`,
    `Session-Folder: ${path}`,
    ...(turn === undefined ? [] : [`Turn: ${turn.id}`, `Outcome: ${turn.reason ?? 'open'}`]),
    `Agent: ${line(agentOf(session), 100)}`,
    'Tests: none; this is a record of a session',
    `Validation: ${found === 0 ? 'no secret was recognised' : `${counted(found, 'secret')} redacted`}`,
    '',
  ].join('\n');
}
