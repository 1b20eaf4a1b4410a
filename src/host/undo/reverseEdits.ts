import { applyPatch, structuredPatch } from 'diff';
import type { TextEdit } from './foldEdits.ts';
import { replaceOnce } from './foldEdits.ts';

/** What taking edits back leads to: the text (undefined: no file), and whether it was merged with what others did; or why it cannot be. */
export type Reversed =
  | { readonly kind: 'text'; readonly text: string | undefined; readonly isMerged: boolean }
  | { readonly kind: 'conflict'; readonly reason: string };

/** Bounds of a comparison: two unlike texts of some thousand lines cost seconds. */
const patchBounds = { context: 3, maxEditLength: 4000, timeout: 500 };

/**
 * Takes edits (the oldest first) back out of what a file is now; `now` is undefined where there is no file. A text that is what the edits led to
 * becomes what it was before. In any other text they are taken back as a reverse patch, which must fit without a doubt; else nothing is.
 */
export function reverseEdits(now: string | undefined, edits: readonly TextEdit[]): Reversed {
  let text = now;
  let isMerged = false;
  for (const edit of edits.toReversed()) {
    const step = reverseEdit(text, withEndingsOf(text, edit));
    if (step.kind === 'conflict') return step;
    text = step.text;
    isMerged ||= step.isMerged;
  }
  return { kind: 'text', text, isMerged };
}

function reverseEdit(now: string | undefined, { before, after }: TextEdit): Reversed {
  if (now === after) return { kind: 'text', text: before, isMerged: false };
  // Somebody took it back already.
  if (now === before) return { kind: 'text', text: now, isMerged: true };
  if (now === undefined) return conflict('The file is gone.');
  if (after === undefined) return conflict('The file was deleted, and there is another one now.');
  if (before === undefined) return conflict('The file was new, and it was changed since.');
  const text = replaceOnce(now, after, before) ?? patched(now, after, before);
  if (text !== undefined) return { kind: 'text', text, isMerged: true };
  // Where the edit could be made once more, lines around it included, somebody took it back in a file that holds other things as well.
  if (patched(now, before, after, hasContext) !== undefined) return { kind: 'text', text: now, isMerged: true };
  return conflict('The same lines were changed since.');
}

/** The text after a patch that leads from one text to another one was applied to it; undefined where a hunk does not fit, or not surely. */
function patched(now: string, from: string, to: string, accepts: (lines: readonly string[]) => boolean = () => true): string | undefined {
  const patch = structuredPatch('', '', from, to, undefined, undefined, patchBounds);
  if (patch === undefined || patch.hunks.length === 0) return undefined;
  if (!patch.hunks.every(({ lines }) => accepts(lines) && fitsOnce(now, lines))) return undefined;
  const result = applyPatch(now, patch, { fuzzFactor: 0 });
  return result === false ? undefined : result;
}

/** Whether a hunk says where it belongs: a short piece without lines around it may stand anywhere by chance. */
function hasContext(lines: readonly string[]): boolean {
  return lines.some((line) => line.startsWith(' ') && line.trim() !== '');
}

/** Whether what a hunk looks for stands in exactly one place: the library would take the nearest of several. */
function fitsOnce(now: string, lines: readonly string[]): boolean {
  const wanted = lines.filter((line) => line.startsWith(' ') || line.startsWith('-')).map((line) => line.slice(1));
  const text = `\n${now.replaceAll('\r\n', '\n')}\n`;
  const piece = `\n${wanted.map((line) => line.replace(/\r$/, '')).join('\n')}\n`;
  const at = text.indexOf(piece);
  return at !== -1 && !text.includes(piece, at + 1);
}

/** Agents speak in line feeds also of files that have Windows' line ends. */
function withEndingsOf(now: string | undefined, edit: TextEdit): TextEdit {
  if (now?.includes('\r\n') !== true || edit.before?.includes('\r\n') === true || edit.after?.includes('\r\n') === true) return edit;
  return { before: edit.before?.replaceAll('\n', '\r\n'), after: edit.after?.replaceAll('\n', '\r\n') };
}

function conflict(reason: string): Reversed {
  return { kind: 'conflict', reason };
}
