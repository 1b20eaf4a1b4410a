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
  readonly ended: Pick<Turn, 'reason' | 'error' | 'commits' | 'files' | 'startedAt' | 'endedAt' | 'tookMs'>;
};

/** What the list draws as one element. */
export type Row = PromptRow | BlockRow | ThoughtRow | EntryRow | EndRow;

/** What was made of an entry, with what it was made of. */
interface EntryRows {
  readonly entry: Entry;
  readonly isOpen: boolean;
  readonly isUnfolded: boolean;
  readonly rows: readonly Row[];
  readonly stream?: MarkdownStream;
}

interface TurnRows {
  readonly turn: Turn;
  readonly unfolded: ReadonlySet<string>;
  readonly rows: readonly Row[];
  readonly entries: ReadonlyMap<string, EntryRows>;
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

type TurnPlace = Pick<RowPlace, 'turn' | 'turnIndex'>;

function turnRows(turn: Turn, unfolded: ReadonlySet<string>, old: TurnRows | undefined): TurnRows {
  const place = { turn: turn.id, turnIndex: turn.index };
  const rows: Row[] = [];
  // The prompt of a turn that is cut at its head would stand before a gap; the bar above the list names it meanwhile.
  if (turn.skipped === 0) {
    const prompt: Row = { ...place, kind: 'prompt', key: turn.id, group: turn.id, prompt: turn.prompt, at: turn.startedAt };
    rows.push(kept(prompt, old?.rows[0]));
  }
  const isRunning = !isTerminal(turn.state);
  const entries = new Map<string, EntryRows>();
  turn.entries.forEach((entry, index) => {
    const isOpen = isRunning && index === turn.entries.length - 1;
    const made = entryRows(entry, place, isOpen, unfolded.has(entry.id), old?.entries.get(entry.id));
    entries.set(entry.id, made);
    for (const row of made.rows) rows.push(row);
  });
  if (!isRunning) rows.push(kept(endRow(turn, place), old?.rows.at(-1)));
  return { turn, unfolded, rows, entries };
}

function endRow(turn: Turn, place: TurnPlace): Row {
  const { reason, error, commits, files, startedAt, endedAt, tookMs } = turn;
  const given = Object.entries({ reason, error, commits, files, endedAt, tookMs }).filter(([, value]) => value !== undefined);
  const ended = { startedAt, ...Object.fromEntries(given) } as EndRow['ended'];
  return { ...place, kind: 'end', key: `${turn.id}#end`, group: `${turn.id}#end`, ended };
}

function entryRows(entry: Entry, place: TurnPlace, isOpen: boolean, isUnfolded: boolean, old: EntryRows | undefined): EntryRows {
  if (old?.entry === entry && old.isOpen === isOpen && old.isUnfolded === isUnfolded) return old;
  const made = { entry, isOpen, isUnfolded };
  if (entry.kind !== 'message' && entry.kind !== 'thought')
    return { ...made, rows: old?.entry === entry ? old.rows : [{ ...place, kind: 'entry', key: entry.id, group: entry.id, entry }] };
  const stream = old?.stream ?? new MarkdownStream();
  return { ...made, stream, rows: textRows(entry, place, stream, made, old?.rows ?? []) };
}

function textRows(
  entry: TextEntry,
  place: TurnPlace,
  stream: MarkdownStream,
  { isOpen, isUnfolded }: Pick<EntryRows, 'isOpen' | 'isUnfolded'>,
  old: readonly Row[],
): readonly Row[] {
  const isThought = entry.kind === 'thought';
  if (entry.text.trim() === '') return [];
  const common = { ...place, group: entry.id, at: entry.at };
  const head: Row = { ...common, kind: 'thought', key: entry.id, beginning: beginningOf(entry.text), isUnfolded, isOpen };
  const heads = isThought ? [kept(head, old[0])] : [];
  if (isThought && !isUnfolded) return heads;
  const blocks = stream.blocks(entry.text, isOpen);
  const rows = blocks.map((block, index): Row => {
    const isFirst = index === 0;
    const isLast = index === blocks.length - 1;
    const before = old[heads.length + index];
    if (before?.kind === 'block' && before.block === block && before.isFirst === isFirst && before.isLast === isLast) return before;
    return { ...common, kind: 'block', key: `${entry.id}#${index}`, block, isFirst, isLast, isThought };
  });
  return [...heads, ...rows];
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

/** The row before, where it would be drawn alike. */
function kept(row: Row, before: Row | undefined): Row {
  if (before?.key !== row.key) return row;
  const isSame = row.kind === 'end' && before.kind === 'end' ? fieldsEqual(row.ended, before.ended) : fieldsEqual(row, before);
  return isSame ? before : row;
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
      return row.entry.kind === 'plan' ? 30 + row.entry.items.length * 22 + (row.entry.text ?? '').split('\n').length * 18 : 28;
    case 'block': {
      const { source, node } = row.block;
      if (node.type === 'codePart') return node.text.split('\n').length * 19 + (node.isFirst ? 34 : 0);
      return Math.max(1, Math.ceil(source.length / 90)) * 20 + 8;
    }
  }
}
