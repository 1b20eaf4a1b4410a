import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { HeldRow } from './heldRow.ts';
import { growDownwards, watchPresses } from './heldRow.ts';
import type { Row } from '../page/rows.ts';
import { estimateHeight } from '../page/rows.ts';

/** The virtual list of the transcript. */
export type VirtualRows = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** Pixels from the end within which the list counts as being at its end. */
export const endThreshold = 6;

interface ListEvents {
  /** The place changed, by a person or by the list. */
  readonly onScroll: () => void;
  /** The visible part changed its size. */
  readonly onResize: () => void;
}

/**
 * Keeps a virtual list over the rows: it holds on to its end while it is there, and to what is read while it is not. The adapter is ours
 * because the library has none for Preact.
 */
export function useVirtualRows(rows: readonly Row[], scroller: RefObject<HTMLDivElement | null>, events: ListEvents): VirtualRows {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const latest = useRef({ rows, events });
  latest.current = { rows, events };
  const [options] = useState(() => ({
    getScrollElement: () => scroller.current,
    estimateSize: (index: number) => sizeAt(latest.current.rows, index),
    getItemKey: (index: number) => latest.current.rows[index]?.key ?? index,
    scrollToFn: elementScroll,
    observeElementRect: (instance: VirtualRows, report: (rect: { width: number; height: number }) => void) =>
      observeElementRect(instance, (rect) => {
        report(rect);
        latest.current.events.onResize();
      }),
    observeElementOffset: (instance: VirtualRows, report: (offset: number, isScrolling: boolean) => void) =>
      observeElementOffset(instance, (offset, isScrolling) => {
        report(offset, isScrolling);
        latest.current.events.onScroll();
      }),
    measureElement: measure,
    overscan: 4,
    anchorTo: 'end' as const,
    followOnAppend: true,
    scrollEndThreshold: endThreshold,
    onChange: () => redraw(undefined),
  }));
  const [held] = useState((): HeldRow => ({ key: undefined, isFresh: false }));
  const [virtualizer] = useState(() => {
    const made = new Virtualizer<HTMLDivElement, HTMLDivElement>({ ...options, count: rows.length });
    growDownwards(made, held);
    return made;
  });
  virtualizer.setOptions({ ...options, count: rows.length, followOnAppend: !held.isFresh });
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => (scroller.current === null ? undefined : watchPresses(scroller.current, virtualizer, held)), []);
  // A row that grows downwards may take the end out of sight without any scroll event.
  useLayoutEffect(() => {
    if (held.key !== undefined) latest.current.events.onScroll();
  });
  return virtualizer;
}

/**
 * Resolves once the list carries out no scroll command. Rows that are put before the others while it does would move what is read: the list
 * then keeps the command's offset, not the row. Whether it does is a private field; without it this resolves at once.
 */
export async function whenStill(list: VirtualRows): Promise<void> {
  while ((Reflect.get(list, 'scrollState') ?? null) !== null) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/**
 * Pixels by which the list is scrolled. Its own count adds what a row at the top has grown by, also while everything fits and nothing can scroll;
 * no scroll event corrects that.
 */
export function offsetOf(list: VirtualRows): number {
  const most = Math.max(0, list.getTotalSize() - (list.scrollRect?.height ?? 0));
  return Math.min(list.scrollOffset ?? 0, most);
}

function sizeAt(rows: readonly Row[], index: number): number {
  const row = rows[index];
  return row === undefined ? 30 : estimateHeight(row);
}

/** Exact heights, parts of pixels included: rows lie in the flow, and rounding each would add up to a gap at the end. */
function measure(element: HTMLDivElement, entry: ResizeObserverEntry | undefined, instance: VirtualRows): number {
  const size = entry?.borderBoxSize[0]?.blockSize;
  if (size !== undefined) return size;
  const index = instance.indexFromElement(element);
  return instance.itemSizeCache.get(instance.options.getItemKey(index)) ?? element.getBoundingClientRect().height;
}
