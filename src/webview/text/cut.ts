/** How much of a long text is drawn. */
export interface CutLimit {
  readonly lines: number;
  readonly characters: number;
  /** Which end is kept. */
  readonly keep: 'start' | 'end';
}

/** The part of a text that is drawn, and whether something was left out. */
export interface Cut {
  readonly text: string;
  readonly isCut: boolean;
}

/** Keeps at most so many lines and characters of one end. The cost depends on what is kept, not on the length of the text. */
export function cut(text: string, limit: CutLimit): Cut {
  return limit.keep === 'start' ? cutEnd(text, limit) : cutStart(text, limit);
}

function cutEnd(text: string, limit: CutLimit): Cut {
  let end = Math.min(text.length, limit.characters);
  let at = -1;
  for (let line = 0; line < limit.lines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at === -1 || at >= end) break;
    if (line === limit.lines - 1) end = at;
  }
  const kept = text.slice(0, withoutHalfPair(text, end));
  return { text: kept, isCut: text.slice(kept.length, kept.length + 2).trim() !== '' || kept.length + 2 < text.length };
}

function cutStart(text: string, limit: CutLimit): Cut {
  let start = Math.max(0, text.length - limit.characters);
  let at = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let line = 0; line < limit.lines; line++) {
    at = text.lastIndexOf('\n', at - 1);
    if (at === -1 || at < start) break;
    if (line === limit.lines - 1) start = at + 1;
  }
  start = withoutHalfPair(text, start);
  return { text: text.slice(start), isCut: start > 0 };
}

/** A cut between the two halves of a surrogate pair moves one unit back. */
function withoutHalfPair(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && at < text.length && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

/** Cuts each line that is longer than `characters`, because a line of 100,000 letters is drawn slowly and read by nobody. */
export function cutLongLines(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return text
    .split('\n')
    .map((line) => (line.length > characters ? `${line.slice(0, withoutHalfPair(line, characters))}…` : line))
    .join('\n');
}
