import type { Virtualizer } from '@tanstack/virtual-core';

type VirtualRows = Virtualizer<HTMLDivElement, HTMLDivElement>;

/**
 * The row whose button was pressed last: what it opens grows downwards, also at the end of the list, so that what was pressed stays under the
 * pointer and can be pressed again. Any other key, press or turn of the wheel lets it go.
 */
export interface HeldRow {
  /** Its key in the list. */
  key: string | number | bigint | undefined;
  /** Rows that come in this moment are what the button has opened, and not news that is followed. */
  isFresh: boolean;
}

/** Makes a held row grow downwards: the list follows its end when any other row grows there. */
export function growDownwards(list: VirtualRows, held: HeldRow): void {
  const resize = list.resizeItem;
  list.resizeItem = (index, size) => {
    const isHeld = held.key !== undefined && list.options.getItemKey(index) === held.key;
    list.options.anchorTo = isHeld ? 'start' : 'end';
    resize(index, size);
    list.options.anchorTo = 'end';
  };
}

/** Holds the row of each button that is pressed in the list. Returns what ends it. */
export function watchPresses(scroller: HTMLElement, list: VirtualRows, held: HeldRow): () => void {
  const letGo = (): void => {
    held.key = undefined;
  };
  const hold = ({ target }: Event): void => {
    const row = target instanceof Element && target.closest('button') !== null ? target.closest('.row') : null;
    const index = Number(row?.getAttribute('data-index') ?? NaN);
    if (Number.isNaN(index)) return;
    held.key = list.options.getItemKey(index);
    held.isFresh = true;
    requestAnimationFrame(() => setTimeout(() => (held.isFresh = false)));
  };
  const lettingGo = ['pointerdown', 'keydown', 'wheel'] as const;
  for (const name of lettingGo) window.addEventListener(name, letGo, { capture: true, passive: true });
  scroller.addEventListener('click', hold, { capture: true });
  return () => {
    for (const name of lettingGo) window.removeEventListener(name, letGo, { capture: true });
    scroller.removeEventListener('click', hold, { capture: true });
  };
}
