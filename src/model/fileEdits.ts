import type { FileDiff } from './entries.ts';

/** What happened to a file. */
export type FileChangeKind = 'created' | 'changed' | 'deleted';

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
