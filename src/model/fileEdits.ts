import type { Entry, FileDiff } from './entries.ts';
import type { Turn } from './session.ts';

/** What happened to a file. */
export type FileChangeKind = 'created' | 'changed' | 'deleted';

/** One edit of a file that was really made, and where the session says so. */
export interface FileEdit {
  readonly turn: string;
  /** Number of the turn, from 0. */
  readonly turnIndex: number;
  readonly entry: string;
  /** A restore is an edit as well, but it is no work of the turn in which it is told. */
  readonly isRestore: boolean;
  readonly diff: FileDiff;
}

/** What a change did to its file. */
export function changeOf(diff: Pick<FileDiff, 'before' | 'deleted'>): FileChangeKind {
  if (diff.deleted === true) return 'deleted';
  return diff.before === undefined ? 'created' : 'changed';
}

/** The only side of a change that has a text: `after` of a new file, `before` of a deleted or emptied one; undefined where both have one. */
export function oneSided(diff: Pick<FileDiff, 'before' | 'after' | 'deleted'>): 'before' | 'after' | undefined {
  const isEmpty = (text: FileDiff['before']): boolean => text === undefined || (text.text === '' && text.blob === undefined);
  if (isEmpty(diff.before)) return 'after';
  return diff.deleted === true || isEmpty(diff.after) ? 'before' : undefined;
}

/** The changes that a tool call made: those it reports when it went well, and those that the host wrote for it in any case. */
export function madeBy(entry: Entry | undefined): readonly FileDiff[] {
  if (entry?.kind !== 'tool' || entry.content.every((part) => part.type !== 'diff')) return none;
  const isDone = entry.state === 'completed' || entry.state === 'succeeded';
  return entry.content.flatMap((part) => (part.type === 'diff' && (isDone || entry.wrote?.includes(part.diff.path)) ? [part.diff] : none));
}

const none: readonly FileDiff[] = [];

/** All edits of these turns, the oldest first. What was copied from the session that this one was forked from is the work of that one. */
export function editsIn(turns: readonly Turn[]): readonly FileEdit[] {
  const own = turns.filter(({ isCopy }) => isCopy !== true);
  return own.flatMap((turn) =>
    turn.entries.flatMap((entry) => {
      const isRestore = entry.kind === 'restore';
      const diffs = entry.kind === 'restore' ? entry.files : madeBy(entry);
      return diffs.map((diff): FileEdit => ({ turn: turn.id, turnIndex: turn.index, entry: entry.id, isRestore, diff }));
    }),
  );
}
