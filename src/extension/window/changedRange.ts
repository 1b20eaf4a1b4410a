/** The part of a text that has to be replaced to make another text of it, in UTF-16 units; `text` takes its place. */
export interface ChangedRange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The smallest single replacement between two texts, so that cursors and marks outside of it stay where they are. Undefined where they are the same. */
export function changedRange(before: string, after: string): ChangedRange | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  // A pair of halves and the two signs of a line end stay together.
  if (start > 0 && /[\uD800-\uDBFF\r]/.test(before[start - 1] ?? '')) start--;
  let left = 0;
  while (left < most - start && before[before.length - 1 - left] === after[after.length - 1 - left]) left++;
  if (left > 0 && /[\uDC00-\uDFFF\n]/.test(before[before.length - left] ?? '')) left--;
  return { start, end: before.length - left, text: after.slice(start, after.length - left) };
}
