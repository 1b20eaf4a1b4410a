import { rangesIn } from './textRanges.ts';

/** One found word: a row of the conversation, and the how manieth in it, from 0. */
export interface Spot {
  readonly key: string;
  readonly nth: number;
}

/** Words that are marked at once; more are not on any screen. */
const mostMarks = 1000;
const all = 'find';
const one = 'find-current';

/** Marks the found words in what is drawn, and the current one differently. The marks belong to the page's style, so nothing that is drawn changes. */
export function markWords(scroller: Element, query: string, current: Range | undefined): void {
  if (!('highlights' in CSS)) return;
  const ranges = [...scroller.querySelectorAll('.row')].flatMap((row) => rangesIn(row, query));
  CSS.highlights.set(all, new Highlight(...ranges.slice(0, mostMarks)));
  const mark = new Highlight(...(current === undefined ? [] : [current]));
  mark.priority = 1;
  CSS.highlights.set(one, mark);
}

/** Takes all marks away. */
export function unmarkWords(): void {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete(all);
  CSS.highlights.delete(one);
}

/** Scrolls a word into sight, also inside of a box that scrolls by itself. */
export function showWord(scroller: Element, range: Range): void {
  range.startContainer.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const word = range.getBoundingClientRect();
  const seen = scroller.getBoundingClientRect();
  // The upper edge carries the bar with the prompt, the lower one the button that leads to the end.
  if (word.top < seen.top + 36 || word.bottom > seen.bottom - 44) scroller.scrollTop += word.top - (seen.top + seen.height / 2);
}
