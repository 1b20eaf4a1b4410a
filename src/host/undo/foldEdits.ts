/**
 * One edit as texts: `before` is undefined for a file that was made, `after` for one that is gone. An agent may give the whole file or only
 * the piece that changed; which it is shows only beside other texts of the same file.
 */
export interface TextEdit {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Parts, counted from the last one, with which an edit is tried to be joined: long texts that are much alike are slow to compare. */
const partsLookedAt = 8;
/** Letters from which a piece must be much shorter than the text that it is looked for in. */
const longPiece = 4096;

/**
 * Successive edits of one file as the fewest that say the same: one where each goes on from the text of the one before. Where somebody else
 * wrote in between, or where pieces lie apart, several are left, in their order. An edit that is reported twice counts once.
 */
export function foldEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  const folded: TextEdit[] = [];
  for (const edit of edits) if (edit.before !== edit.after && !joinTo(folded, edit)) folded.push(edit);
  return folded;
}

/** Joins an edit to the newest part that it fits, in place; a part that leads back to where it began goes. False where it fits none. */
function joinTo(parts: TextEdit[], edit: TextEdit): boolean {
  for (let at = parts.length - 1; at >= Math.max(0, parts.length - partsLookedAt); at--) {
    const part = parts[at];
    const next = part === undefined ? undefined : joined(part, edit);
    if (next === undefined) continue;
    if (next.before === next.after) parts.splice(at, 1);
    else parts[at] = next;
    return true;
  }
  return false;
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
  return replacePiece(whole.before, piece.before, piece.after) === whole.after;
}

/** A piece of a text that is known: the second within the result of the first, or the first within the beginning of the second. */
function inside(first: TextEdit, second: TextEdit): TextEdit | undefined {
  if (first.after === undefined || second.before === undefined) return undefined;
  if (second.after !== undefined) {
    const after = replacePiece(first.after, second.before, second.after);
    if (after !== undefined) return { before: first.before, after };
  }
  if (first.before === undefined) return undefined;
  const before = replacePiece(second.before, first.after, first.before);
  return before === undefined ? undefined : { before, after: second.after };
}

/** A long text of nearly the same length is no piece of another one, and looking for it would be slow. */
function replacePiece(text: string, piece: string, by: string): string | undefined {
  return piece.length > longPiece && piece.length * 2 > text.length ? undefined : replaceOnce(text, piece, by);
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
