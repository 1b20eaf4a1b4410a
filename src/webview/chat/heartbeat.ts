import type { Page } from '../page/page.ts';
import { t } from '../page/words.ts';

/** The extension says that it lives every five seconds; after this many milliseconds without a word the page says that nobody is there. */
const silenceLimit = 15_000;

/** Watches for silence. Call `heard` at each message of the extension. */
export function watchHeartbeat(page: Page): { readonly heard: () => void } {
  let lastAt = performance.now();
  const heard = (): void => {
    lastAt = performance.now();
    if (page.isSilent.value) page.isSilent.value = false;
  };
  setInterval(() => {
    if (document.visibilityState === 'hidden' || page.isSilent.value) return;
    if (performance.now() - lastAt <= silenceLimit) return;
    page.isSilent.value = true;
    page.link.abandon();
    page.announcer.say(t('The editor does not answer. What you typed is kept.'));
  }, 1000);
  // Timers stand still in a hidden page, so the silence before counts for nothing.
  document.addEventListener('visibilitychange', () => {
    lastAt = performance.now();
  });
  return { heard };
}
