import { structuredPatch } from 'diff';
import type { FileDiff } from '../../model/entries.ts';
import { makeVisible } from './visible.ts';

/** One line of a unified preview; numbers count from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** A unified preview of a change. `isCut` says that there is more than is shown. */
export interface DiffPreview {
  readonly lines: readonly DiffLine[];
  readonly isCut: boolean;
}

/** Two unlike texts of 8,000 lines cost 8 s without a limit. */
const timeoutMilliseconds = 150;
const contextLines = 3;

/** The changed lines with some around them, at most `limit` lines, each cut at 500 characters. Undefined where comparing would take too long. */
export function diffPreview(diff: FileDiff, limit: number): DiffPreview | undefined {
  const patch = structuredPatch('', '', diff.before?.text ?? '', diff.after.text, undefined, undefined, {
    context: contextLines,
    timeout: timeoutMilliseconds,
  });
  if (patch === undefined) return undefined;
  const lines: DiffLine[] = [];
  for (const hunk of patch.hunks) {
    if (lines.length > 0) lines.push({ kind: 'gap', text: '' });
    let before = hunk.oldStart;
    let after = hunk.newStart;
    for (const line of hunk.lines) {
      if (lines.length >= limit) return { lines, isCut: true };
      const text = makeVisible(line.slice(1, 501));
      if (line.startsWith('+')) lines.push({ kind: 'added', text, after: after++ });
      else if (line.startsWith('-')) lines.push({ kind: 'removed', text, before: before++ });
      else if (line.startsWith(' ')) lines.push({ kind: 'same', text, before: before++, after: after++ });
    }
  }
  return { lines, isCut: diff.after.blob !== undefined || diff.before?.blob !== undefined };
}
