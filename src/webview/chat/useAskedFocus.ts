import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { usePage } from '../page/page.ts';

/** Gives the keyboard to the card of a question each time that the person asks for it, also where it was put off until later. */
export function useAskedFocus(entry: string, card: RefObject<HTMLElement | null>, isLater: Signal<boolean>): void {
  const asked = usePage().asked.value;
  useEffect(() => {
    if (asked?.entry === entry) isLater.value = false;
  }, [asked, entry, isLater]);
  useEffect(() => {
    const { current } = card;
    if (asked?.entry !== entry || current === null) return;
    (current.hasAttribute('tabindex') ? current : current.querySelector<HTMLElement>('input, select, textarea, button'))?.focus();
  }, [asked, entry, card, isLater.value]);
}
