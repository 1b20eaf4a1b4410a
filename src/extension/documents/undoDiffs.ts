/** A change of a file as whole texts; `before` is undefined for a new file. An agent may give only the changed piece of the file. */
export interface TextChange {
  readonly before: string | undefined;
  readonly after: string;
}

/** The text before a session's changes, and whether all of them were found in it. */
export interface Undone {
  /** Undefined where the file was new. */
  readonly text: string | undefined;
  readonly isWhole: boolean;
}

/**
 * Takes changes (the oldest first) back out of the text that a file has now. A change that is no longer to be found, because somebody
 * changed the place since, is left in, and `isWhole` says so.
 */
export function undoChanges(now: string, changes: readonly TextChange[]): Undone {
  let text: string | undefined = now;
  let isWhole = true;
  for (const { before, after } of changes.toReversed()) {
    if (text === undefined) break;
    if (text === after) text = before;
    else if (before !== undefined && after !== '' && occursOnce(text, after)) text = text.split(after).join(before);
    else isWhole = false;
  }
  return { text, isWhole };
}

function occursOnce(text: string, piece: string): boolean {
  const at = text.indexOf(piece);
  return at !== -1 && !text.includes(piece, at + 1);
}
