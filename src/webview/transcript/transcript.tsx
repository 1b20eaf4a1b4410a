import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { debounced } from '../page/frame.ts';
import { Icon } from '../page/controls.tsx';
import type { Turn } from '../../model/session.ts';
import type { Page } from '../page/page.ts';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { loadEarlier, loadUntil } from './earlier.ts';
import { goToPlace, placeAtTop, rowOfPlace } from './place.ts';
import type { Row } from '../page/rows.ts';
import { RowGroups } from './rowGroups.tsx';
import { StickyPrompt } from './stickyPrompt.tsx';
import type { VirtualRows } from './useVirtualRows.ts';
import { endThreshold, offsetOf, useVirtualRows, whenStill } from './useVirtualRows.ts';

/** Pixels from the top at which earlier entries are fetched. */
const loadAhead = 1500;

/** The conversation: a windowed list that stays at its end while one is there and never moves under a reader. */
export function Transcript(): JSX.Element {
  const page = usePage();
  const rows = page.rows.value;
  const lastRow = rows.at(-1);
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  const hasNew = useSignal(false);
  const state = useRef({
    isPinned: true,
    isLoading: false,
    isRestored: false,
    whenRestored: [] as (() => void)[],
    last: undefined as Row | undefined,
  });
  const list: VirtualRows = useVirtualRows(rows, scroller, {
    onScroll: () => {
      const end = list.isAtEnd(endThreshold);
      state.current.isPinned = end;
      isAtEnd.value = end;
      if (end) hasNew.value = false;
      keepPlace.current.call();
      maybeLoadEarlier();
      lookForPrompts(page, list);
    },
    onResize: () => {
      if (state.current.isPinned) list.scrollToEnd();
    },
  });
  const maybeLoadEarlier = (): void => {
    if (state.current.isLoading || !state.current.isRestored || offsetOf(list) > loadAhead) return;
    state.current.isLoading = true;
    void page.attempt(
      loadEarlier(page, list).finally(() => {
        state.current.isLoading = false;
      }),
    );
  };
  const keepPlace = useRef(
    debounced(500, () => {
      if (!state.current.isRestored || !page.isConnected.value) return;
      const place = state.current.isPinned ? null : (placeAtTop(list, page.rows.value) ?? null);
      page.link.host('session/view', { scroll: place }).catch(() => undefined);
    }),
  );
  useRestore(page, list, state.current);
  useReadMark(page, isAtEnd);
  usePort(page, list, scroller, state.current);
  useEffect(() => {
    const flush = (): void => keepPlace.current.flush();
    document.addEventListener('visibilitychange', flush);
    return () => document.removeEventListener('visibilitychange', flush);
  }, []);
  useEffect(() => lookForPrompts(page, list));
  useEffect(() => unmarkAtNextTouch(page), []);
  useEffect(() => {
    if (state.current.last !== undefined && !state.current.isPinned) hasNew.value = true;
    state.current.last = lastRow;
  }, [lastRow]);
  const isCut = useComputed(() => isPartial(page.session.value.turns[0]));
  const items = list.getVirtualItems();
  const lastTurn = page.session.value.turns.at(-1)?.id ?? '';
  return (
    <div class="transcript">
      <StickyPrompt list={list} rows={rows} />
      <div
        class="scroller"
        ref={scroller}
        role={rows.length > 0 ? 'feed' : 'group'}
        aria-label={t('Conversation')}
        aria-busy={page.isRunning.value}
        tabIndex={0}
        data-part="transcript"
      >
        <div class="sizer" style={{ height: `${list.getTotalSize()}px` }}>
          <div class="window" style={{ top: `${items[0]?.start ?? 0}px` }}>
            <RowGroups items={items} rows={rows} list={list} lastTurn={lastTurn} isPartial={isCut.value} />
          </div>
        </div>
      </div>
      {!isAtEnd.value && (
        <button type="button" class="to-end" onClick={() => page.transcript.current?.toEnd()}>
          <Icon name="arrow-down" /> {hasNew.value ? t('New below') : t('Go to the end')}
        </button>
      )}
    </div>
  );
}

/** The mark says where one has come to: the next key or press has seen it. While find is open it says where find is. */
function unmarkAtNextTouch(page: Page): () => void {
  const over = new AbortController();
  const unmark = (): void => {
    if (!page.isFindOpen.peek()) page.marked.value = undefined;
  };
  for (const name of ['pointerdown', 'keydown']) window.addEventListener(name, unmark, { capture: true, signal: over.signal });
  return () => over.abort();
}

/** Whether there is more before this turn, or before its first entry. */
function isPartial(first: Turn | undefined): first is Turn {
  return first !== undefined && (first.index > 0 || first.skipped > 0);
}

/** The number of the row at the top edge. */
function topOf(list: VirtualRows): number {
  return list.getVirtualItemForOffset(offsetOf(list) + 2)?.index ?? 0;
}

/** The number of the row of the nearest prompt above or below a row. */
function promptFrom(rows: readonly Row[], top: number, direction: -1 | 1): number | undefined {
  for (let index = top + direction; index >= 0 && index < rows.length; index += direction) if (rows[index]?.kind === 'prompt') return index;
  return undefined;
}

/** Says where the arrows lead; at the end of the conversation nothing lies further down, also where a prompt does not reach the top. */
function lookForPrompts(page: Page, list: VirtualRows): void {
  const rows = page.rows.peek();
  const top = topOf(list);
  const above = promptFrom(rows, top, -1) !== undefined || isPartial(page.session.peek().turns[0]);
  const below = !list.isAtEnd(endThreshold) && promptFrom(rows, top, 1) !== undefined;
  const before = page.prompts.peek();
  if (before.above !== above || before.below !== below) page.prompts.value = { above, below };
}

interface ListState {
  isPinned: boolean;
  isLoading: boolean;
  isRestored: boolean;
  /** Who waits until the list is where it was left. */
  readonly whenRestored: (() => void)[];
}

/** Goes once to where the person was, as soon as the first state is there. */
function useRestore(page: Page, list: VirtualRows, state: ListState): void {
  const setRestored = (): void => {
    state.isRestored = true;
    for (const goOn of state.whenRestored.splice(0)) goOn();
  };
  useEffect(() => {
    if (!page.isLoaded.value || state.isRestored) return;
    const place = page.session.value.scroll;
    if (place === undefined) {
      setRestored();
      return;
    }
    const isThere = (): boolean => rowOfPlace(page.rows.value, place.entry) !== -1;
    const restore = async (): Promise<void> => {
      const isFound = await loadUntil(page, list, isThere);
      if (isFound) {
        state.isPinned = false;
        await goToPlace(list, rowOfPlace(page.rows.value, place.entry), place.offset);
      }
    };
    void page.attempt(restore()).then(setRestored);
  }, [page.isLoaded.value]);
}

/** What is at the end and on screen counts as read. */
function useReadMark(page: Page, isAtEnd: { readonly value: boolean }): void {
  const isUnread = page.session.value.unread;
  const isEnd = isAtEnd.value;
  useEffect(() => {
    const mark = (): void => {
      if (!page.session.value.unread || !isAtEnd.value || document.visibilityState !== 'visible' || !page.isConnected.value) return;
      page.link.host('session/view', { read: true }).catch(() => undefined);
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [isUnread, isEnd]);
}

function usePort(page: Page, list: VirtualRows, scroller: { readonly current: HTMLDivElement | null }, state: ListState): void {
  page.transcript.current = {
    isAtEnd: () => state.isPinned,
    rowsWith: (id, text) =>
      page.rows
        .peek()
        .filter((row) => row.group === id && (row.kind !== 'block' || holds(row, text.toLowerCase())))
        .map(({ key }) => key),
    drawn: (key) => elementOf(page, scroller.current, key),
    async draw(key) {
      const index = page.rows.peek().findIndex((row) => row.key === key);
      if (index === -1) return undefined;
      const known = elementOf(page, scroller.current, key);
      if (known !== undefined) return known;
      state.isPinned = false;
      list.scrollToIndex(index, { align: 'center' });
      await whenStill(list);
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return elementOf(page, scroller.current, key);
    },
    toEnd() {
      state.isPinned = true;
      list.scrollToEnd();
    },
    focus: () => scroller.current?.focus(),
    toPrompt(direction) {
      const target = promptFrom(page.rows.value, topOf(list), direction);
      const first = page.session.value.turns[0];
      // What lies further up than what is there is fetched first.
      if (target === undefined && direction < 0 && isPartial(first)) {
        const turn = first.skipped > 0 ? first.index : first.index - 1;
        void page.attempt(page.transcript.current?.reveal({ turn }) ?? Promise.resolve());
      }
      if (target === undefined) return;
      state.isPinned = false;
      list.scrollToIndex(target, { align: 'start' });
    },
    async reveal({ turn, id, text }) {
      // Going back to where one was must not come after it.
      if (!state.isRestored) await new Promise<void>((resolve) => state.whenRestored.push(resolve));
      const isIt = (row: Row): boolean => (id === undefined ? row.kind === 'prompt' && row.turnIndex === turn : row.group === id);
      if (!(await loadUntil(page, list, () => page.rows.value.some(isIt)))) return;
      const rows = page.rows.value;
      const first = rows.findIndex(isIt);
      state.isPinned = false;
      page.marked.value = rows[first]?.group;
      const wanted = text?.toLowerCase();
      const exact = wanted === undefined ? -1 : rows.findIndex((row) => isIt(row) && holds(row, wanted));
      list.scrollToIndex(exact === -1 ? first : exact, { align: 'center' });
    },
  };
}

function elementOf(page: Page, scroller: Element | null, key: string): Element | undefined {
  const index = page.rows.peek().findIndex((row) => row.key === key);
  return scroller?.querySelector(`.row[data-index="${String(index)}"]`) ?? undefined;
}

function holds(row: Row, text: string): boolean {
  return row.kind === 'block' && row.block.source.toLowerCase().includes(text);
}
