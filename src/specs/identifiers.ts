/**
 * The form in which ids are compared: upper case, no hyphen or space between letters and digits, no leading zeros, so that
 * `REQ-002`, `Req 2` and `REQ2` are one. Digits are never reinterpreted otherwise: `1.10` is not `1.1`.
 */
export function identifierKey(written: string): string {
  return written
    .toUpperCase()
    .replaceAll(/[\s\-_#]+/g, '')
    .replaceAll(/(?<![0-9])0+(?=[0-9])/g, '');
}

/** The key of a task id. `T1.2`, `T-1.2` and `Task 1.2` mean the task that is written `1.2`, so the leading letter goes. */
export function taskKey(written: string): string {
  return identifierKey(written).replace(/^(?:TASKS?|T)(?=[0-9])/, '');
}

/** The id one level up: `2.3.1` → `2.3`; nothing above `2`. */
export function parentIdentifier(identifier: string): string | undefined {
  const dot = identifier.lastIndexOf('.');
  return dot < 0 ? undefined : identifier.slice(0, dot);
}

/** The last number of an id as a number, for counting: `2.10` → 10, `2.1a` → 1, `NFR-3` → 3; not a number without digits. */
export function lastNumber(identifier: string): number {
  return Number(/(\d+)[a-z]?$/i.exec(identifier)?.[1]);
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j++) {
      const substitute = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      next.push(Math.min(substitute, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function numericDistance(left: string, right: string): number {
  const parts = [left, right].map((id) => id.split('.').map((part) => lastNumber(part) || 0));
  const [first = [], second = []] = parts;
  return first.reduce((sum, part, at) => sum + Math.abs(part - (second[at] ?? 0)) / 1000 ** at, 0);
}

function lettersOf(key: string): string {
  return /^\D*/u.exec(key)?.[0] ?? '';
}

/**
 * The existing id that was most likely meant: of the same letters and depth, fewest changed letters first, then the nearest number (`8.1`
 * with seven requirements means `7.1`). Nothing when there is no such id, or when too much would have to change.
 */
export function nearestIdentifier(written: string, existing: readonly string[]): string | undefined {
  const key = identifierKey(written);
  if (key.length > 24) return undefined;
  const depth = key.split('.').length;
  let best: { readonly id: string; readonly score: number } | undefined;
  for (const id of existing) {
    const other = identifierKey(id);
    if (other.split('.').length !== depth || other.length > 24 || lettersOf(other) !== lettersOf(key)) continue;
    const distance = editDistance(key, other);
    if (distance > Math.max(1, Math.ceil(key.length / 2))) continue;
    const score = distance * 1_000_000 + numericDistance(key, other);
    if (best === undefined || score < best.score) best = { id, score };
  }
  return best?.id;
}
