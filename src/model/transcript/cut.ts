/** How much of a text is shown. */
export interface Bounds {
  readonly lines: number;
  readonly characters: number;
  /** Longest line, in characters. */
  readonly line: number;
}

/** A part of a text, and a sentence about what was left out; without the sentence it is all of it. */
export interface Excerpt {
  readonly text: string;
  readonly cut?: string;
}

/** A number with its thousands apart, as English writes it. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count with its word: `1 line`, `1,200 lines`. */
export function counted(value: number, word: string): string {
  return `${grouped(value)} ${word}${value === 1 ? '' : 's'}`;
}

/** Bytes as a person says them. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The beginning of a text up to about `characters`, cut between two words where there is a gap near, and what was left out. */
export function beginning(text: string, characters: number): Excerpt {
  if (text.length <= characters) return { text };
  const gap = text.slice(0, characters).search(/\s\S*$/);
  const end = whole(text, gap > characters / 2 ? gap : characters);
  return { text: text.slice(0, end), cut: counted(text.length - end, 'more character') };
}

/** The first and last lines of a text within the bounds: two thirds from the beginning, as an error mostly stands at the end. */
export function excerptOf(text: string, bounds: Bounds): Excerpt {
  const all = text.replace(/\n+$/, '').split('\n');
  let shortened = 0;
  const lines = all.map((line) => {
    if (line.length <= bounds.line) return line;
    shortened++;
    return `${line.slice(0, whole(line, bounds.line))} … (${counted(line.length - bounds.line, 'more character')})`;
  });
  const head = taken(lines, Math.ceil((bounds.lines * 2) / 3), (bounds.characters * 2) / 3);
  const tail = taken(lines.slice(head).reverse(), bounds.lines - Math.ceil((bounds.lines * 2) / 3), bounds.characters / 3);
  const left = lines.length - head - tail;
  if (left <= 0) {
    return shortened === 0 ? { text: lines.join('\n') } : { text: lines.join('\n'), cut: `${counted(shortened, 'long line')} shortened` };
  }
  const gap = `… ${counted(left, 'line')} left out …`;
  const shown = [...lines.slice(0, head), gap, ...lines.slice(lines.length - tail)];
  return { text: shown.join('\n'), cut: `${counted(left, 'line')} of ${grouped(lines.length)} left out` };
}

function taken(lines: readonly string[], most: number, characters: number): number {
  let count = 0;
  let room = characters;
  for (const line of lines.slice(0, most)) {
    room -= line.length + 1;
    // The first line always counts: its length is bounded already, and an excerpt of nothing helps nobody.
    if (room < 0 && count > 0) break;
    count++;
  }
  return count;
}

/** An index that does not split a surrogate pair. */
function whole(text: string, index: number): number {
  const code = text.charCodeAt(index - 1);
  return code >= 0xd800 && code <= 0xdbff ? index - 1 : index;
}
