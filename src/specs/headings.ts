import type { Prose } from './prose.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';

/** A heading (`#` to `######`). `title` has no closing hashes; `titleRange` is where it stands. */
export interface Heading {
  readonly level: number;
  readonly title: string;
  readonly line: number;
  readonly range: Range;
  readonly titleRange: Range;
  /** The last line of the section: before the next heading of this or a higher level, without blank lines at the end. */
  readonly lastLine: number;
}

const form = /^ {0,3}(#{1,6})(?:\s+(.*))?$/;

/** The level, title and column of a heading line; undefined for any other line. */
export function headingOf(prose: string): { readonly level: number; readonly title: string; readonly column: number } | undefined {
  const match = form.exec(prose);
  if (match?.[1] === undefined) return undefined;
  const title = (match[2] ?? '')
    .trimEnd()
    .replace(/(?:^|\s)#+$/, '')
    .trim();
  const column = title === '' ? prose.trimEnd().length : prose.indexOf(title, prose.indexOf('#') + match[1].length);
  return { level: match[1].length, title, column };
}

/** All headings of a document, in order. */
export function readHeadings(document: Prose): readonly Heading[] {
  const found = document.lines.flatMap((line) => {
    const heading = headingOf(line.prose);
    return heading === undefined ? [] : [{ ...heading, line: line.number }];
  });
  const lastLines = new Map<number, number>();
  const open: (typeof found)[number][] = [];
  const closeAt = (level: number, before: number): void => {
    while ((open.at(-1)?.level ?? 0) >= level) {
      const closed = open.pop();
      if (closed !== undefined) lastLines.set(closed.line, lastTextLine(document, closed.line, before));
    }
  };
  for (const heading of found) {
    closeAt(heading.level, heading.line - 1);
    open.push(heading);
  }
  closeAt(1, document.lines.length - 1);
  return found.map(({ level, title, column, line }) => ({
    level,
    title,
    line,
    range: rangeOnLine(line, 0, document.lines[line]?.text.length ?? 0),
    titleRange: rangeOnLine(line, column, column + title.length),
    lastLine: lastLines.get(line) ?? line,
  }));
}

/** The last line between two that is not blank; `first` when all are. */
export function lastTextLine(document: Prose, first: number, last: number): number {
  let at = last;
  while (at > first && document.lines[at]?.text.trim() === '') at--;
  return Math.max(at, first);
}

/** The range from the start of one line to the end of another. */
export function rangeOfLines(document: Prose, first: number, last: number): Range {
  return { start: { line: first, character: 0 }, end: { line: last, character: document.lines[last]?.text.length ?? 0 } };
}
