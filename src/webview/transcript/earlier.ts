import type { Turn } from '../../model/session.ts';
import type { TranscriptPlace } from '../../model/window.ts';
import { prepend, startOfWindow, turnsBefore } from '../../model/window.ts';
import type { Page } from '../page/page.ts';
import type { VirtualRows } from './useVirtualRows.ts';
import { whenStill } from './useVirtualRows.ts';

/** Entries that one look further up fetches. */
const pageOfEntries = 200;

/** Puts what lies before the window there, from the reserve or from the host. False where there is nothing earlier or the host did not answer. */
export async function loadEarlier(page: Page, list: VirtualRows, limit: number = pageOfEntries): Promise<boolean> {
  const before = startOfWindow(page.session.value);
  if (before === undefined) return false;
  const turns = await fetchBefore(page, before, limit);
  await whenStill(list);
  const now = startOfWindow(page.session.value);
  // A new checkpoint may have come meanwhile: what was fetched then fits nowhere.
  if (turns.length === 0 || now?.turn !== before.turn || now.entry !== before.entry) return false;
  page.session.value = prepend(page.session.value, turns);
  return true;
}

async function fetchBefore(page: Page, before: TranscriptPlace, limit: number): Promise<readonly Turn[]> {
  const near = turnsBefore(page.reserve.turns, before, limit);
  if (near.length > 0) return near;
  return page.isConnected.value ? (await page.link.host('session/turns', { before, limit })).turns : [];
}

/** Fetches earlier entries until the turn with this number and the row with this key are in the window. */
export async function loadUntil(page: Page, list: VirtualRows, isThere: () => boolean): Promise<boolean> {
  while (!isThere()) if (!(await loadEarlier(page, list, 1000))) return false;
  return true;
}
