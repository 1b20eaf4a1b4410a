/**
 * `webview/review` draws what was done to files, and lets a person keep or undo it. It knows neither the list of the transcript nor how the
 * host compares texts.
 */
import type { Review } from '../../model/entries.ts';
import type { Page } from '../page/page.ts';
import { t } from '../page/words.ts';

/** Which changes are meant: those of a turn or of all, of one file or of all, or one part of one. */
export interface Choice {
  readonly turn?: string;
  readonly path?: string;
  readonly part?: string;
}

/** Keeps or undoes changes. Gives the reason where a file had to be left alone; undefined where all went well or nothing could be asked. */
export async function decide(page: Page, decision: 'keep' | 'undo', choice: Choice): Promise<string | undefined> {
  let reason: string | undefined;
  const ask = async (): Promise<void> => {
    const { left } = await page.link.ui('ui/review', { decision, ...choice });
    reason = left[0]?.reason;
    if (reason === undefined) page.announcer.say(decision === 'keep' ? t('Kept.') : t('Undone.'));
    else page.announcer.say(t('Left alone: {0}', t(reason)));
  };
  await page.attempt(ask());
  return reason;
}

/** What became of a change, in a word; nothing while it is open. */
export function reviewWord(review: Review): string | undefined {
  return review === 'open' ? undefined : review === 'kept' ? t('kept') : t('undone');
}

/** Keeps the keyboard where it was when a button goes away with what it did: it moves to the first one that is left in its box. */
export async function holdFocus(box: HTMLElement | null, action: Promise<unknown>): Promise<void> {
  const hadFocus = box?.contains(document.activeElement) === true;
  await action;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  if (hadFocus && (document.activeElement === null || document.activeElement === document.body)) box.querySelector('button')?.focus();
}
