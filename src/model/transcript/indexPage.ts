import type { SessionState } from '../session.ts';
import { statusOf } from '../status.ts';
import { statusTable } from '../statusTable.ts';
import { plain } from './inline.ts';
import { hrefOf } from './slug.ts';
import { agentOf, dayAndTimeOf } from './words.ts';

/** Sessions that the first page lists; all of them are on the pages of their months. */
const listedSessions = 50;

/** One line of a table of sessions. */
export interface IndexRow {
  /** The session's folder inside of its month. */
  readonly folder: string;
  /** `2026-11`, or `undated`. */
  readonly month: string;
  /** The cells of the line as markdown, without the link's target. */
  readonly started: string;
  readonly title: string;
  readonly agent: string;
  readonly turns: number;
  readonly state: string;
}

/** The line of a session. `folder` and `month` say where it is kept. */
export function indexRowOf(session: SessionState, month: string, folder: string): IndexRow {
  return {
    folder,
    month,
    started: dayAndTimeOf(session.createdAt),
    title: plain(session.title, 120) || 'Session',
    agent: plain(agentOf(session), 60),
    turns: session.turnCount,
    state: statusTable[statusOf(session).status].word,
  };
}

/** The first page of the history: the latest sessions and the months. */
export function indexMarkdown(rows: readonly IndexRow[], months: readonly string[]): string {
  return `${[
    '# Session history',
    'Written by Session Loom: a folder for each session, a page for each turn. Secrets that were recognised are redacted.',
    '## Latest sessions',
    table(sorted(rows).slice(0, listedSessions), (row) => `${row.month}/${row.folder}`),
    '## Months',
    [...months]
      .sort()
      .reverse()
      .map((month) => `- [${month}](${month}/README.md)`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

/** The page of a month: all of its sessions. */
export function monthMarkdown(month: string, rows: readonly IndexRow[]): string {
  return `${[`# Sessions of ${month}`, '[All months](../README.md)', table(sorted(rows), (row) => row.folder)].join('\n\n')}\n`;
}

/** The lines of an index page that was written before. Lines of another shape are not ours and are left out. */
export function rowsOf(markdown: string, month?: string): readonly IndexRow[] {
  return markdown.split('\n').flatMap((line) => {
    const match = /^\| ([^|\n]+) \| \[((?:[^|\]\\]|\\.)*)\]\(([^()\s]+)\/README\.md\) \| ((?:[^|\\]|\\.)*) \| (\d+) \| ([^|\n]+) \|$/.exec(
      line,
    );
    if (match === null) return [];
    const [, started = '', title = '', href = '', agent = '', turns = '0', state = ''] = match;
    const path = decoded(href).split('/');
    const folder = path.at(-1) ?? '';
    const own = path.length === 2 ? path[0] : month;
    return own === undefined || folder === '' ? [] : [{ folder, month: own, started, title, agent, turns: Number(turns), state }];
  });
}

/** The rows with one put in: a row of the same folder is replaced. */
export function withRow(rows: readonly IndexRow[], row: IndexRow): readonly IndexRow[] {
  return [...rows.filter((other) => other.folder !== row.folder), row];
}

function table(rows: readonly IndexRow[], pathOf: (row: IndexRow) => string): string {
  if (rows.length === 0) return 'No session yet.';
  const lines = rows.map(
    (row) => `| ${row.started} | [${row.title}](${hrefOf(pathOf(row))}/README.md) | ${row.agent} | ${row.turns} | ${row.state} |`,
  );
  return ['| Started | Session | Agent | Turns | State |', '| --- | --- | --- | ---: | --- |', ...lines].join('\n');
}

function sorted(rows: readonly IndexRow[]): readonly IndexRow[] {
  return rows.toSorted((a, b) => compare(b.started, a.started) || compare(b.folder, a.folder));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    // Not written by us; such a folder does not exist.
    return '';
  }
}
