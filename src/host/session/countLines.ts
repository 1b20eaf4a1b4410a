/**
 * `host/undo` knows what the session did to files, and puts files back. It knows neither who asks nor how agents are reached.
 */
import { diffLines } from 'diff';

/** Edits after which the lines of a change are no longer compared but counted. */
const longestDiff = 4000;
/** Milliseconds after which the same happens. */
const longestMs = 200;

/** The lines that were added and removed between two texts. Where comparing takes longer than `limitMs`, all lines of both count. */
export function countLines(before: string, after: string, limitMs = longestMs): { readonly added: number; readonly removed: number } {
  const lines = diffLines(before, after, { maxEditLength: longestDiff, timeout: Math.min(limitMs, longestMs) });
  if (lines === undefined) return { added: lineCount(after), removed: lineCount(before) };
  const sum = (which: 'added' | 'removed'): number => lines.reduce((total, each) => total + (each[which] ? each.count : 0), 0);
  return { added: sum('added'), removed: sum('removed') };
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
