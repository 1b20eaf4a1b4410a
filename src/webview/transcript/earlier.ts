import { prepend, startOfWindow } from '../../model/window.ts';
import type { Page } from '../chat/page.ts';

/** Entries that one look further up fetches. */
const pageOfEntries = 200;

/** Fetches what lies before the window and puts it there. False where there is nothing earlier or the host did not answer. */
export async function loadEarlier(page: Page, limit: number = pageOfEntries): Promise<boolean> {
  const before = startOfWindow(page.session.value);
  if (before === undefined || !page.isConnected.value) return false;
  const { turns } = await page.link.host('session/turns', { before, limit });
  const now = startOfWindow(page.session.value);
  // A new checkpoint may have come meanwhile: what was fetched then fits nowhere.
  if (turns.length === 0 || now?.turn !== before.turn || now.entry !== before.entry) return false;
  page.session.value = prepend(page.session.value, turns);
  return true;
}

/** Fetches earlier entries until the turn with this number and the row with this key are in the window. */
export async function loadUntil(page: Page, isThere: () => boolean): Promise<boolean> {
  while (!isThere()) if (!(await loadEarlier(page, 1000))) return false;
  return true;
}
