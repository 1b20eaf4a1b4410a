import type { TextLine } from './text.ts';
import { splitLines } from './text.ts';

/**
 * A line with what is not prose taken out: `prose` is `text` with HTML comments, empty anchors (and a byte order mark) blanked to spaces, so that
 * columns stay; inside a code fence it is ''. `fence` is the index of the fence that the line belongs to.
 */
export interface ProseLine extends TextLine {
  readonly prose: string;
  readonly fence?: number;
}

/** A fenced code block. `first` and `last` are the lines of its content; `last < first` when it is empty. */
export interface Fence {
  readonly info: string;
  readonly opening: number;
  readonly first: number;
  readonly last: number;
  readonly isClosed: boolean;
}

/** A document split into lines, with its code fences found. */
export interface Prose {
  readonly lines: readonly ProseLine[];
  readonly fences: readonly Fence[];
}

const fenceOpening = /^(\s*)(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}|~{3,})(.*)$/;
const fenceClosing = /^\s*(`{3,}|~{3,})\s*$/;

interface Closing {
  readonly line: number;
  readonly marker: string;
}

/** Replaces code spans (`` `like this` ``) by spaces of the same length. An opening run without a partner is ordinary text. */
export function blankCodeSpans(text: string): string {
  if (!text.includes('`')) return text;
  const runs = [...text.matchAll(/`+/g)];
  let result = '';
  let done = 0;
  for (let index = 0; index < runs.length; index++) {
    const open = runs[index];
    if (open === undefined) break;
    let partner = index + 1;
    while (partner < runs.length && runs[partner]?.[0].length !== open[0].length) partner++;
    const close = runs[partner];
    if (close === undefined) continue;
    const end = close.index + close[0].length;
    result += text.slice(done, open.index) + ' '.repeat(end - open.index);
    done = end;
    index = partner;
  }
  return result + text.slice(done);
}

/** Blanks the comments of one line. `commentIsOpen` says whether one reaches into it, and in the answer whether one reaches out of it. */
function blankComments(text: string, commentIsOpen: boolean, mayStayOpen: boolean): { prose: string; commentIsOpen: boolean } {
  if (!commentIsOpen && !text.includes('<!--')) return { prose: text, commentIsOpen: false };
  let prose = '';
  let at = 0;
  let inside = commentIsOpen;
  const searchable = commentIsOpen ? text : blankCodeSpans(text);
  for (;;) {
    if (inside) {
      const close = text.indexOf('-->', at);
      if (close < 0) return { prose: prose + ' '.repeat(text.length - at), commentIsOpen: true };
      prose += ' '.repeat(close + 3 - at);
      at = close + 3;
      inside = false;
    } else {
      const open = searchable.indexOf('<!--', at);
      const closes = open >= 0 && (mayStayOpen || text.includes('-->', open + 4));
      if (!closes) return { prose: prose + text.slice(at), commentIsOpen: false };
      prose += text.slice(at, open) + '    ';
      at = open + 4;
      inside = true;
    }
  }
}

/** Blanks empty anchors (`<a id="x"></a>`), which some generators put before an id or title. */
function blankAnchors(prose: string): string {
  if (!prose.includes('</a>')) return prose;
  return prose.replaceAll(/<a\s+(?:id|name)="[^"<>]*"\s*><\/a>/giu, (anchor) => ' '.repeat(anchor.length));
}

/**
 * Where a fence ends. One that nobody closes ends, when it is indented, before the first line that is indented less (the list item
 * is over then); else it takes the rest of the document, as Markdown has it. `closings` are the possible ends after the opening.
 */
function fenceEnd(
  lines: readonly TextLine[],
  closings: readonly Closing[],
  opening: number,
  indent: number,
  marker: string,
): Omit<Fence, 'info'> {
  const close = closings.find((entry) => entry.marker[0] === marker[0] && entry.marker.length >= marker.length);
  if (close !== undefined) return { opening, first: opening + 1, last: close.line - 1, isClosed: true };
  let last = lines.length - 1;
  if (indent > 0) {
    const isInside = (text: string): boolean => text.trim() === '' || text.search(/\S/) >= indent;
    for (last = opening; last + 1 < lines.length && isInside(lines[last + 1]?.text ?? ''); last++);
  }
  return { opening, first: opening + 1, last, isClosed: false };
}

/** Reads a document's lines, and tells prose from code and comments. Takes any text. */
export function readProse(text: string): Prose {
  const raw = splitLines(text);
  const closings = raw.flatMap((line): Closing[] => {
    const marker = fenceClosing.exec(line.text)?.[1];
    return marker === undefined ? [] : [{ line: line.number, marker }];
  });
  const lastCommentEnd = raw.findLastIndex((line) => line.text.includes('-->'));
  const lines: ProseLine[] = [];
  const fences: Fence[] = [];
  let commentIsOpen = false;
  for (let at = 0; at < raw.length; at++) {
    const line = raw[at];
    if (line === undefined) break;
    const opening = commentIsOpen ? null : fenceOpening.exec(line.text);
    const info = opening?.[3] ?? '';
    if (opening?.[2] !== undefined && !(opening[2].startsWith('`') && info.includes('`'))) {
      const passed = closings.findIndex((entry) => entry.line > at);
      closings.splice(0, passed < 0 ? closings.length : passed);
      const fence = { info: info.trim(), ...fenceEnd(raw, closings, at, opening[1]?.length ?? 0, opening[2]) };
      const end = fence.isClosed ? fence.last + 1 : fence.last;
      for (const inside of raw.slice(at, end + 1)) lines.push({ ...inside, prose: '', fence: fences.length });
      fences.push(fence);
      at = end;
      continue;
    }
    const withoutMark = at === 0 && line.text.startsWith('\uFEFF') ? ` ${line.text.slice(1)}` : line.text;
    const blanked = blankComments(withoutMark, commentIsOpen, at < lastCommentEnd);
    commentIsOpen = blanked.commentIsOpen;
    lines.push({ ...line, prose: blankAnchors(blanked.prose) });
  }
  return { lines, fences };
}
