import { visible, visibleLine } from './clean.ts';
import { beginning } from './cut.ts';

/** Text as one line of markdown that shows exactly that text: every mark of markdown and HTML in it is escaped. */
export function plain(text: string, most = 300): string {
  const { text: kept, cut } = beginning(visibleLine(text), most);
  const escaped = kept
    .replace(/[\\`*_[\]|~#!$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
  // A line may begin with it, where a dash, a plus or a number would make a list.
  const safe = escaped.replace(/^([-+=])/, '\\$1').replace(/^(\d{1,9})([.)])/, '$1\\$2');
  return cut === undefined ? safe : `${safe} …`;
}

/** Text as a code span on one line; not for the cells of a table. An empty text gives an empty string. */
export function code(text: string, most = 300): string {
  const { text: kept, cut } = beginning(visibleLine(text), most);
  if (kept === '') return '';
  const ticks = '`'.repeat(longestRun(kept) + 1);
  const pad = kept.startsWith('`') || kept.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${kept}${pad}${ticks}${cut === undefined ? '' : ' …'}`;
}

/** Text as a fenced block whose fence is longer than any inside. `language` is a short word. */
export function fenced(text: string, language = ''): string {
  const body = visible(text).replace(/\n+$/, '');
  const fence = fenceFor(body);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** A fence of backticks that nothing in the text can close. */
export function fenceFor(text: string): string {
  return '`'.repeat(Math.max(3, longestRun(text) + 1));
}

/** Every line behind a quotation mark. */
export function quoted(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
