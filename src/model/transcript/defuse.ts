import { visible } from './clean.ts';
import { defuseLine } from './defuseLine.ts';
import { fenceFor } from './inline.ts';

/** How foreign markdown is fitted into a page of ours. */
export interface DefuseOptions {
  /** Levels by which headings sink, so that they stay below those of the page. */
  readonly demote?: number;
  /** Line ends of the text stay line ends, as for a text that a person typed. */
  readonly keepLines?: boolean;
}

/** Quotes in quotes deeper than this are text. */
const deepestQuote = 8;
const widestIndent = 40;

/**
 * The same markdown without what could run, load, hide or pose as ours: HTML is text, an image is a link, a link leads to the web or into the
 * history, a heading stays below the page's own, every code fence is closed by ourselves.
 *
 * A renderer and this function must never disagree about where code begins and ends, else HTML that we took for code would live. So fences are
 * written anew, lines that only might be a fence are made plain, and no code span runs over a line end.
 */
export function defuse(markdown: string, options: DefuseOptions = {}): string {
  return blocks(visible(markdown).split('\n'), options, 0).join('\n').replace(/^\n+/, '').trimEnd();
}

function blocks(lines: readonly string[], options: DefuseOptions, depth: number): readonly string[] {
  const out: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = withoutTabs(lines[index] ?? '');
    const quote = depth < deepestQuote ? /^( {0,3})>/.exec(line) : null;
    const fence = /^( *(?:(?:[-*+]|\d{1,9}[.)]) {1,4})*)(`{3,}|~{3,})([^`]*)$/.exec(line);
    if (quote !== null) {
      const end = endOfQuote(lines, index);
      const inner = lines.slice(index, end).map((quotedLine) => withoutTabs(quotedLine).replace(/^ {0,3}> ?/, ''));
      out.push(...blocks(inner, options, depth + 1).map((text) => `${quote[1] ?? ''}> ${text}`.trimEnd()));
      index = end;
    } else if (fence !== null && (fence[1] ?? '').length <= widestIndent) {
      index = fencedBlock(lines, index, { prefix: fence[1] ?? '', mark: fence[2] ?? '', info: fence[3] ?? '' }, out);
    } else {
      out.push(...textLine(line, options, { before: out.at(-1) ?? '', after: lines[index + 1] ?? '' }));
      index++;
    }
  }
  return out;
}

function endOfQuote(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && /^[ \t]{0,3}>/.test(lines[end] ?? '')) end++;
  return end;
}

interface Fence {
  readonly prefix: string;
  readonly mark: string;
  readonly info: string;
}

/** Copies a fenced block with a fence of our own and returns the index of the line after it. A line that is indented less ends it. */
function fencedBlock(lines: readonly string[], start: number, fence: Fence, out: string[]): number {
  const indent = ' '.repeat(fence.prefix.length);
  const closing = new RegExp(`^ *${fence.mark.charAt(0)}{${fence.mark.length},} *$`);
  const body: string[] = [];
  let index = start + 1;
  for (; index < lines.length; index++) {
    const line = withoutTabs(lines[index] ?? '');
    if (closing.test(line)) {
      index++;
      break;
    }
    if (line.trim() !== '' && !line.startsWith(indent)) break;
    body.push((lines[index] ?? '').startsWith(indent) ? (lines[index] ?? '').slice(indent.length) : line.slice(indent.length));
  }
  const mark = fenceFor(body.join('\n'));
  out.push(`${fence.prefix}${mark}${languageOf(fence.info)}`);
  out.push(...body.map((line) => (line.trim() === '' ? '' : `${indent}${line}`)));
  out.push(`${indent}${mark}`);
  return index;
}

/** The language of a fence. The words by which a renderer would draw instead of showing the text are dropped. */
function languageOf(info: string): string {
  const language = /^[\w+#.-]{1,30}/.exec(info.trim())?.[0]?.toLowerCase() ?? '';
  return ['mermaid', 'geojson', 'topojson', 'stl', 'math'].includes(language) ? 'text' : language;
}

function textLine(
  line: string,
  options: DefuseOptions,
  neighbours: { readonly before: string; readonly after: string },
): readonly string[] {
  if (/^ {0,3}=+ *$/.test(line)) return [line.replace('=', '\\=')];
  // Under a line of text, dashes would make a heading of it.
  if (/^ {0,3}-+ *$/.test(line)) return neighbours.before.trim() === '' ? [line] : ['', line];
  const heading = /^( {0,3})(#{1,6})(?=\s|$)/.exec(line);
  const text = defuseLine(line).trimEnd();
  if (heading !== null) return [text.replace('#', '#'.repeat(1 + sunk(heading[2] ?? '', options.demote ?? 0)))];
  const breaks = options.keepLines === true && text !== '' && neighbours.after.trim() !== '';
  return [breaks ? `${text}  ` : text];
}

function sunk(marks: string, demote: number): number {
  return Math.min(6, marks.length + demote) - marks.length;
}

/** Tabs in front of the text, and between a list's mark and its text, as spaces up to the next multiple of four. */
function withoutTabs(line: string): string {
  const front = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*/.exec(line)?.[0] ?? '';
  if (!front.includes('\t')) return line;
  let spaced = '';
  for (const character of front) spaced += character === '\t' ? ' '.repeat(4 - (spaced.length % 4)) : character;
  return spaced + line.slice(front.length);
}
