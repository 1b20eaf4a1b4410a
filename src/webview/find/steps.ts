import type { Page } from '../page/page.ts';
import { toggle } from '../page/page.ts';
import { rangesIn } from './textRanges.ts';
import type { Spot } from './wordMarks.ts';

/**
 * The next or previous found word in an entry, from a spot on or from its beginning or end; undefined where there is none. Rows on the way are
 * drawn for it.
 */
export async function spotAfter(
  page: Page,
  group: string,
  query: string,
  from: Spot | undefined,
  direction: 1 | -1,
): Promise<Spot | undefined> {
  const port = page.transcript.current;
  const keys = port?.rowsWith(group, query) ?? [];
  let nth = from?.nth;
  for (let at = from === undefined ? (direction > 0 ? 0 : keys.length - 1) : keys.indexOf(from.key); at >= 0; at += direction) {
    const key = keys[at];
    if (key === undefined) return undefined;
    const row = await port?.draw(key);
    const count = row === undefined ? 0 : rangesIn(row, query).length;
    const next = nth === undefined ? (direction > 0 ? 0 : count - 1) : nth + direction;
    if (next >= 0 && next < count) return { key, nth: next };
    nth = undefined;
  }
  return undefined;
}

/** The first found word of an entry in a direction; an entry that is folded is opened where its line does not show the word. */
export async function enterEntry(page: Page, group: string, query: string, direction: 1 | -1): Promise<Spot | undefined> {
  const shown = await spotAfter(page, group, query, undefined, direction);
  if (shown !== undefined) return shown;
  const article = document.querySelector(`article[data-entry="${CSS.escape(group)}"]`);
  if (article?.querySelector('.tool-head[aria-expanded="false"]') == null) return undefined;
  toggle(page, group);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return spotAfter(page, group, query, undefined, direction);
}
