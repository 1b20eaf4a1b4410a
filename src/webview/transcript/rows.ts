/**
 * `webview/transcript` draws the conversation. It knows rows and components, but neither the composer nor how messages reach the host.
 *
 * This file says which rows a window of the conversation has. It is plain data, so that Node can test it.
 */
import type { Entry } from '../../model/entries.ts';
import type { Turn } from '../../model/session.ts';
import { isTerminal } from '../../model/states.ts';
import type { Block } from '../text/blocks.ts';
import { MarkdownStream } from '../text/blocks.ts';

type TextEntry = Extract<Entry, { kind: 'message' | 'thought' }>;
type OtherEntry = Exclude<Entry, TextEntry>;

/** `key` is stable for the same thing; `group` is the article that the row is in: an entry, or a turn for its prompt and its end. */
interface RowPlace {
  readonly key: string;
  readonly group: string;
  readonly turn: string;
  /** Number of the turn in the session, from 0. */
  readonly turnIndex: number;
}

export type PromptRow = RowPlace & { readonly kind: 'prompt'; readonly prompt: Turn['prompt']; readonly at: string };
export type BlockRow = RowPlace & {
  readonly kind: 'block';
  readonly at: string;
  readonly block: Block;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isThought: boolean;
};
export type ThoughtRow = RowPlace & {
  readonly kind: 'thought';
  readonly at: string;
  readonly beginning: string;
  readonly isUnfolded: boolean;
  readonly isOpen: boolean;
};
export type EntryRow = RowPlace & { readonly kind: 'entry'; readonly entry: OtherEntry };
export type EndRow = RowPlace & {
  readonly kind: 'end';
  readonly ended: Pick<Turn, 'reason' | 'error' | 'commits' | 'startedAt' | 'endedAt'>;
};

/** What the list draws as one element. */
export type Row = PromptRow | BlockRow | ThoughtRow | EntryRow | EndRow;

interface TurnRows {
  readonly turn: Turn;
  readonly unfolded: ReadonlySet<string>;
  readonly rows: readonly Row[];
  readonly streams: ReadonlyMap<string, MarkdownStream>;
}

/** Keeps the rows of a conversation while it grows: what did not change keeps its object, so that it is not drawn again. */
export class RowModel {
  #turns = new Map<string, TurnRows>();

  /** The rows of these turns. `unfolded` holds the ids of the thoughts that are open. */
  rows(turns: readonly Turn[], unfolded: ReadonlySet<string>): readonly Row[] {
    const next = new Map<string, TurnRows>();
    const all: Row[] = [];
    for (const turn of turns) {
      const old = this.#turns.get(turn.id);
      const made = old?.turn === turn && old.unfolded === unfolded ? old : turnRows(turn, unfolded, old);
      next.set(turn.id, made);
      for (const row of made.rows) all.push(row);
    }
    this.#turns = next;
    return all;
  }
}

function turnRows(turn: Turn, unfolded: ReadonlySet<string>, old: TurnRows | undefined): TurnRows {
  const before = new Map(old?.rows.map((row) => [row.key, row]));
  const streams = new Map<string, MarkdownStream>();
  const place = { turn: turn.id, turnIndex: turn.index };
  const rows: Row[] = [];
  const add = (row: Row): void => {
    const same = before.get(row.key);
    rows.push(same !== undefined && isSame(same, row) ? same : row);
  };
  // The prompt of a turn that is cut at its head would stand before a gap; the bar above the list names it meanwhile.
  if (turn.skipped === 0) add({ ...place, kind: 'prompt', key: turn.id, group: turn.id, prompt: turn.prompt, at: turn.startedAt });
  const isRunning = !isTerminal(turn.state);
  turn.entries.forEach((entry, index) => {
    const isOpen = isRunning && index === turn.entries.length - 1;
    if (entry.kind !== 'message' && entry.kind !== 'thought') {
      add({ ...place, kind: 'entry', key: entry.id, group: entry.id, entry });
      return;
    }
    const stream = old?.streams.get(entry.id) ?? new MarkdownStream();
    streams.set(entry.id, stream);
    for (const row of textRows(entry, place, stream, isOpen, unfolded.has(entry.id))) add(row);
  });
  if (!isRunning) {
    const { reason, error, commits, startedAt, endedAt } = turn;
    const ended = { startedAt, ...opt({ reason, error, commits, endedAt }) };
    add({ ...place, kind: 'end', key: `${turn.id}#end`, group: `${turn.id}#end`, ended });
  }
  return { turn, unfolded, rows, streams };
}

function opt<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

function textRows(
  entry: TextEntry,
  place: { readonly turn: string; readonly turnIndex: number },
  stream: MarkdownStream,
  isOpen: boolean,
  isUnfolded: boolean,
): readonly Row[] {
  const isThought = entry.kind === 'thought';
  if (entry.text.trim() === '') return [];
  const common = { ...place, group: entry.id, at: entry.at };
  const head: Row = { ...common, kind: 'thought', key: entry.id, beginning: beginningOf(entry.text), isUnfolded, isOpen };
  if (isThought && !isUnfolded) return [head];
  const blocks = stream.blocks(entry.text, isOpen);
  const rows = blocks.map((block, index): Row => {
    const isFirst = index === 0;
    return { ...common, kind: 'block', key: `${entry.id}#${index}`, block, isFirst, isLast: index === blocks.length - 1, isThought };
  });
  return isThought ? [head, ...rows] : rows;
}

/** A line of plain text for the folded thought; marks are simply left out. */
function beginningOf(text: string): string {
  return text
    .slice(0, 300)
    .replace(/[*_`#>]+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160);
}

/** Whether two rows of one key would be drawn alike: the same fields, compared by identity (`ended` and `prompt` by their own fields). */
function isSame(a: Row, b: Row): boolean {
  if (a.kind === 'end' && b.kind === 'end') return fieldsEqual(a.ended, b.ended);
  return fieldsEqual(a, b);
}

function fieldsEqual(a: object, b: object): boolean {
  const left = Object.entries(a);
  const right = b as Readonly<Record<string, unknown>>;
  return left.length === Object.keys(b).length && left.every(([name, value]) => right[name] === value);
}

/** A guess at the height of a row in pixels, for rows that were never drawn. A line is about 20 pixels and holds about 90 letters. */
export function estimateHeight(row: Row): number {
  switch (row.kind) {
    case 'prompt':
      return 64;
    case 'thought':
      return 26;
    case 'end':
      return 30;
    case 'entry':
      return row.entry.kind === 'plan' ? 30 + row.entry.items.length * 22 : 28;
    case 'block': {
      const { source, node } = row.block;
      if (node.type === 'codePart') return node.text.split('\n').length * 19 + (node.isFirst ? 34 : 0);
      return Math.max(1, Math.ceil(source.length / 90)) * 20 + 8;
    }
  }
}
