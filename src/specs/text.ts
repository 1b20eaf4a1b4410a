/**
 * `specs` knows the spec documents as a language: it parses them, relates them and says what is wrong with them, in pure
 * functions that never throw. It must not know files, clocks, editors and their protocols, sessions, agents or git.
 */

/** A place in a document. Both numbers count from 0; `character` counts UTF-16 code units from the start of the line. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A stretch of a document; `end` is the first position after it. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** One line as it stands in the text: `offset` is where it begins (UTF-16), `ending` what separates it from the next, '' on the last. */
export interface TextLine {
  readonly number: number;
  readonly offset: number;
  readonly text: string;
  readonly ending: '' | '\n' | '\r\n' | '\r';
}

/** Splits at LF, CRLF and CR without losing anything: joining `text + ending` gives the document back. There is always a last line, perhaps empty. */
export function splitLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  let offset = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ number: lines.length, offset, text: text.slice(offset, match.index), ending: match[0] as '\n' | '\r\n' | '\r' });
    offset = match.index + match[0].length;
  }
  lines.push({ number: lines.length, offset, text: text.slice(offset), ending: '' });
  return lines;
}

/** The range from one character to another on one line. */
export function rangeOnLine(line: number, start: number, end: number): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}

/** The UTF-16 offset of a position. A position outside the text is moved to the nearest place inside it, as editors do. */
export function offsetAt(lines: readonly TextLine[], position: Position): number {
  const line = position.line < 0 ? lines[0] : (lines[position.line] ?? lines.at(-1));
  if (line === undefined || position.line < 0) return 0;
  if (position.line > line.number) return line.offset + line.text.length;
  return line.offset + Math.min(Math.max(position.character, 0), line.text.length);
}

/** The position of a UTF-16 offset, found by halving; an offset outside the text is moved into it. */
export function positionAt(lines: readonly TextLine[], offset: number): Position {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.offset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const line = lines[low];
  if (line === undefined) return { line: 0, character: 0 };
  return { line: line.number, character: Math.min(Math.max(offset - line.offset, 0), line.text.length) };
}

/** The text after one range of it was replaced, as an editor reports a change. */
export function replaceRange(text: string, range: Range, replacement: string): string {
  const lines = splitLines(text);
  const first = offsetAt(lines, range.start);
  const last = offsetAt(lines, range.end);
  return text.slice(0, Math.min(first, last)) + replacement + text.slice(Math.max(first, last));
}

/** Says whether a position lies in a range; both ends count, as a caret behind the last letter still means the word. */
export function contains(range: Range, position: Position): boolean {
  return compare(range.start, position) <= 0 && compare(position, range.end) <= 0;
}

/** Negative, zero or positive as `left` comes before, at or after `right`. */
export function compare(left: Position, right: Position): number {
  return left.line - right.line || left.character - right.character;
}
