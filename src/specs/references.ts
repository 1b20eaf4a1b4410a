import { everything, requirementWord, taskWord } from './words.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';

/**
 * One token of a line that names requirements or tasks.
 * - `id`: one number as it is written, `2.3` or `2`; or with a prefix that makes it an id of another kind, `FR-2.1`, `NFR-S01`, `AC-4`, `T012`.
 * - `span`: `1.1-1.5`; `ids` are those in between, both ends included. A span over more than one requirement (`1.4-2.2`) keeps its two
 *   ends only, `isOpen` says so, and who knows the requirements fills it.
 * - `all`: everything. `text`: words, or an id in another document (`Design: 3.1`); never wrong.
 */
export type Reference =
  | {
      readonly kind: 'id';
      readonly id: string;
      readonly isPrefixed: boolean;
      readonly note?: string;
      readonly text: string;
      readonly range: Range;
    }
  | {
      readonly kind: 'span';
      readonly ids: readonly string[];
      readonly isPrefixed: boolean;
      readonly isOpen: boolean;
      readonly text: string;
      readonly range: Range;
    }
  | { readonly kind: 'all' | 'text'; readonly text: string; readonly range: Range };

interface Piece {
  readonly text: string;
  readonly start: number;
}

const word = `(?:(?:${requirementWord}|${taskWord})\\s*[-#]?\\s*)?`;
const number = '\\d+(?:\\.\\d+)*[a-z]?';
const prefix = '(?:[A-Z]{1,6}(?:-[A-Z]{1,4})?-|(?:N?FR|REQ|AC|US|BR|TASK|T|R)|(?:N?FR|AC|US)\\s)';
const anyId = `${word}(?:${prefix})?${number}`;
const plainId = new RegExp(`^${word}(${number})$`, 'iu');
const wholeRequirement = new RegExp(`^${word}(\\d+)\\.(?:\\*|x)$`, 'iu');
const prefixedId = new RegExp(`^(?:(?:${requirementWord}|${taskWord})\\s+)?(${prefix}[A-Z]?${number})$`, 'u');
const between = '(?:\\.{2,3}|[-–—−~〜～…]|(?<![A-Za-z])(?:through|thru|to|bis|hasta|至|到|から)(?![A-Za-z]))';
const spanOf = new RegExp(`^${word}(${prefix})??(${number})\\s*${between}\\s*${word}(?:${prefix})??(${number})$`, 'iu');
const listOfIds = new RegExp(`^${anyId}(?:(?:\\s+(?:and|und|y|e|и|et)\\s+|\\s*[/&+和と及]\\s*|\\s+)${anyId})+$`, 'iu');
const idInList = new RegExp(anyId, 'giu');
const leadingPlural = new RegExp(`^(?:${requirementWord}|${taskWord})(?:(?<=s)\\s+|\\s*[:：]\\s*)(?=\\S)`, 'iu');
const otherKind = /^[^\d\s:：][^\d:：]{0,40}[:：]/u;
const numberWithNote = /^(.*?\d[a-z]?)\s*(?:[(（](.*?)[)）]?|\s[-–—]\s+(\D.*)|[:：]\s*(\D.*))$/u;
const longestSpan = 200;
const longestToken = 500;

/** Takes off the marks around a token: space, emphasis, quotes, brackets, and the full stop at the end (but not that of `2.*`). */
function clean(piece: Piece): Piece {
  const isWhole = /\d\.\*\s*$/u.test(piece.text);
  const start = /^[\s*_`"'“”「」【】[\]]*/u.exec(piece.text)?.[0].length ?? 0;
  let end = piece.text.length;
  const marks = isWhole ? /[\s_`"'“”「」【】[\]]/u : /[\s*_`"'“”「」【】[\].。]/u;
  while (end > start && marks.test(piece.text.charAt(end - 1))) end--;
  const text = piece.text.slice(start, end);
  // `[1.1](requirements.md#11)` is a link of Markdown's own; its words are the token. The opening bracket is gone already.
  const linkEnd = piece.text.charAt(start - 1) === '[' ? text.indexOf('](') : -1;
  return { text: linkEnd < 0 ? text : text.slice(0, linkEnd), start: piece.start + start };
}

/** Splits at separators outside parentheses: `2 (a, b), 3` has two pieces. A parenthesis that nobody closes hides nothing. */
function split(piece: Piece, separators: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const lastClosing = Math.max(piece.text.lastIndexOf(')'), piece.text.lastIndexOf('）'));
  let depth = 0;
  let from = 0;
  for (let at = 0; at < piece.text.length; at++) {
    const letter = piece.text.charAt(at);
    if ((letter === '(' || letter === '（') && at < lastClosing) depth++;
    else if (letter === ')' || letter === '）') depth = Math.max(0, depth - 1);
    else if (depth === 0 && separators.includes(letter)) {
      pieces.push({ text: piece.text.slice(from, at), start: piece.start + from });
      from = at + 1;
    }
  }
  return [...pieces, { text: piece.text.slice(from), start: piece.start + from }];
}

function expand(first: string, last: string): { readonly ids: readonly string[]; readonly isOpen: boolean } {
  const base = first.slice(0, first.lastIndexOf('.') + 1);
  // `1.1-5` is short for `1.1-1.5`.
  const end = base !== '' && !last.includes('.') ? base + last : last;
  const from = Number(first.slice(base.length));
  const to = end.startsWith(base) ? Number(end.slice(base.length)) : Number.NaN;
  if (!Number.isInteger(from) || !Number.isInteger(to) || to < from || to - from > longestSpan) return { ids: [first, end], isOpen: true };
  return { ids: Array.from({ length: to - from + 1 }, (_, index) => `${base}${String(from + index)}`), isOpen: false };
}

/** Reads the head of a token, which is all of it but a note; `range` is that of the head. */
function readHead(head: string, text: string, note: string | undefined, range: Range): Reference | undefined {
  const withNote = note === undefined ? {} : { note };
  const plain = (wholeRequirement.exec(head) ?? plainId.exec(head))?.[1];
  if (plain !== undefined) return { kind: 'id', id: plain, isPrefixed: false, ...withNote, text, range };
  const prefixed = prefixedId.exec(head)?.[1];
  if (prefixed !== undefined) return { kind: 'id', id: prefixed, isPrefixed: true, ...withNote, text, range };
  const span = spanOf.exec(head);
  const [, letters = '', first, last] = span ?? [];
  if (first === undefined || last === undefined || letters !== letters.toUpperCase()) return undefined;
  const { ids, isOpen } = expand(first, last);
  return { kind: 'span', ids: ids.map((id) => letters + id), isPrefixed: letters !== '', isOpen, text, range };
}

function readToken({ text, start }: Piece, line: number): Reference {
  const whole = rangeOnLine(line, start, start + text.length);
  if (text.length > longestToken) return { kind: 'text', text, range: whole };
  const reference = readHead(text, text, undefined, whole);
  if (reference !== undefined) return reference;
  const noted = numberWithNote.exec(text);
  const head = noted?.[1] ?? '';
  const withNote =
    head === '' ? undefined : readHead(head, text, noted?.[2] ?? noted?.[3] ?? noted?.[4], rangeOnLine(line, start, start + head.length));
  return withNote ?? { kind: everything.test(text) ? 'all' : 'text', text, range: whole };
}

/**
 * Reads the value of a reference line. `start` is the column at which `value` begins on line `line`. A semicolon may open another kind of
 * reference, and so may a label (`Design: 3.1`): what follows a label that does not mean requirements is text until the next semicolon.
 */
export function readReferences(value: string, line: number, start: number): readonly Reference[] {
  const references: Reference[] = [];
  for (const segment of split({ text: value, start }, ';；')) {
    let isOtherKind = false;
    for (const raw of split(segment, ',，、|')) {
      const token = clean(raw);
      const lead = leadingPlural.exec(token.text)?.[0];
      if (lead !== undefined) isOtherKind = false;
      else if (otherKind.test(token.text)) isOtherKind = true;
      const piece = lead === undefined ? token : { text: token.text.slice(lead.length), start: token.start + lead.length };
      if (piece.text === '') continue;
      if (isOtherKind) {
        references.push({ kind: 'text', text: piece.text, range: rangeOnLine(line, piece.start, piece.start + piece.text.length) });
      } else if (piece.text.length <= longestToken && listOfIds.test(piece.text)) {
        for (const match of piece.text.matchAll(idInList))
          references.push(readToken({ text: match[0], start: piece.start + match.index }, line));
      } else references.push(readToken(piece, line));
    }
  }
  return references;
}
