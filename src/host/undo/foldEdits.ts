/**
 * One edit as texts: `before` is undefined for a file that was made, `after` for one that is gone. An agent may give the whole file or only
 * the piece that changed; which it is shows only beside other texts of the same file.
 */
export interface TextEdit {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * Successive edits of one file as the fewest that say the same: one where each goes on from the text of the one before. Where somebody else
 * wrote in between, or where pieces lie apart, several are left, in their order. An edit that is reported twice counts once.
 */
export function foldEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  const folded: TextEdit[] = [];
  for (const edit of edits) {
    if (edit.before === edit.after) continue;
    const place = folded.findLastIndex((part) => joined(part, edit) !== undefined);
    const part = folded[place];

    const next = part === undefined ? undefined : joined(part, edit);
    if (part === undefined || next === undefined) folded.push(edit);
    else if (next.before === next.after) folded.splice(place, 1);
    else folded[place] = next;
  }
  return folded;
}

function joined(first: TextEdit, second: TextEdit): TextEdit | undefined {
  if (first.before === second.before && first.after === second.after) return first;
  if (first.after === second.before) return { before: first.before, after: second.after };
  return repeated(first, second) ?? inside(first, second);
}

/** The same change once as a piece and once as the whole file. */
function repeated(first: TextEdit, second: TextEdit): TextEdit | undefined {
  if (isPieceOf(second, first)) return first;
  return isPieceOf(first, second) ? second : undefined;
}

function isPieceOf(piece: TextEdit, whole: TextEdit): boolean {
  if (whole.before === undefined || whole.after === undefined || piece.before === undefined || piece.after === undefined) return false;
  return replaceOnce(whole.before, piece.before, piece.after) === whole.after;
}

/** A piece of a text that is known: the second within the result of the first, or the first within the beginning of the second. */
function inside(first: TextEdit, second: TextEdit): TextEdit | undefined {
  if (first.after === undefined || second.before === undefined) return undefined;
  if (second.after !== undefined) {
    const after = replaceOnce(first.after, second.before, second.after);
    if (after !== undefined) return { before: first.before, after };
  }
  if (first.before === undefined) return undefined;
  const before = replaceOnce(second.before, first.after, first.before);
  return before === undefined ? undefined : { before, after: second.after };
}

/**
 * The text with a piece replaced that occurs in it exactly once; undefined where it occurs never or more often. Where it is cut out of a longer
 * word it is not the piece that was meant.
 */
export function replaceOnce(text: string, piece: string, by: string): string | undefined {
  const at = piece === '' ? -1 : text.indexOf(piece);
  if (at === -1 || text.includes(piece, at + 1) || isInsideWord(text, at) || isInsideWord(text, at + piece.length)) return undefined;
  return text.slice(0, at) + by + text.slice(at + piece.length);
}

function isInsideWord(text: string, at: number): boolean {
  return at > 0 && /\w\w/.test(text.slice(at - 1, at + 1));
}
