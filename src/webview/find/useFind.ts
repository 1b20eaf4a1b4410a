import type { ReadonlySignal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { messageOf } from '../../base/errors.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { oncePerFrame } from '../page/frame.ts';
import type { Page } from '../page/page.ts';
import { t } from '../page/words.ts';
import { enterEntry, spotAfter } from './steps.ts';
import { rangesIn } from './textRanges.ts';
import type { Spot } from './wordMarks.ts';
import { markWords, showWord, unmarkWords } from './wordMarks.ts';

type Found = ResultOf<HostRequests['session/find']>;

/** Entries that are asked for; the count says how many places there are in all. */
const matchLimit = 1000;

/** What the find bar shows and asks for. `at` and `total` count found words, from 1; both are undefined before anything was searched. */
export interface Find {
  readonly at: ReadonlySignal<number | undefined>;
  readonly total: ReadonlySignal<number | undefined>;
  readonly problem: ReadonlySignal<string | undefined>;
  search(query: string): void;
  step(direction: 1 | -1): void;
}

/** Finds on the host, goes from word to word within an entry and from entry to entry, and keeps the words marked that are drawn. */
export function useFind(page: Page): Find {
  const at = useSignal<number | undefined>(undefined);
  const total = useSignal<number | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const finder = useRef<Finder | undefined>(undefined);
  finder.current ??= new Finder(page, {
    counted: (number, of) => {
      at.value = number;
      total.value = of;
    },
    failed: (text) => (problem.value = text),
  });
  const one = finder.current;
  useEffect(() => one.watch(), [one]);
  return { at, total, problem, search: (query) => void one.search(query), step: (direction) => one.step(direction) };
}

interface FinderEvents {
  counted(at: number | undefined, total: number | undefined): void;
  failed(text: string | undefined): void;
}

/** One open find bar: its query, what the host found, and the word that it has gone to. */
class Finder {
  readonly #page: Page;
  readonly #events: FinderEvents;
  #query = '';
  #found: Found | undefined;
  #match = -1;
  #inner = 0;
  #spot: Spot | undefined;
  /** One step after the other: each may have to draw rows first. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(page: Page, events: FinderEvents) {
    this.#page = page;
    this.#events = events;
  }

  /** Keeps the marks on what is drawn until the returned function is called. */
  watch(): () => void {
    const scroller = document.querySelector('[data-part=transcript]');
    const mark = oncePerFrame(() => this.#mark());
    const observer = new MutationObserver(mark);
    if (scroller !== null) observer.observe(scroller, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      this.#query = '';
      unmarkWords();
    };
  }

  async search(query: string): Promise<void> {
    this.#query = query;
    this.#spot = undefined;
    this.#found = undefined;
    this.#mark();
    this.#events.failed(undefined);
    if (query === '') {
      this.#events.counted(undefined, undefined);
      return;
    }
    try {
      const found = await this.#page.link.host('session/find', { query, limit: matchLimit });
      if (this.#query !== query) return;
      this.#found = found;
      if (found.matches.length === 0) {
        this.#events.counted(0, 0);
        this.#page.announcer.say(t('Nothing found.'));
        return;
      }
      // The nearest to the end is what one most likely looks for.
      this.#go(() => this.#enter(found.matches.length - 1, -1));
    } catch (thrown) {
      if (this.#query === query) this.#events.failed(messageOf(thrown));
    }
  }

  step(direction: 1 | -1): void {
    this.#go(async () => {
      const count = this.#found?.matches.length ?? 0;
      if (count === 0) return;
      const group = this.#groupOf(this.#match);
      const spot =
        this.#spot === undefined || group === undefined
          ? undefined
          : await spotAfter(this.#page, group, this.#query, this.#spot, direction);
      if (spot === undefined) return this.#enter((this.#match + direction + count) % count, direction);
      this.#spot = spot;
      this.#inner = Math.min(Math.max(0, this.#inner + direction), this.#countOf(this.#match) - 1);
      this.#arrived();
    });
  }

  #go(work: () => Promise<void>): void {
    this.#busy = this.#busy.then(() => this.#page.attempt(work()));
  }

  async #enter(index: number, direction: 1 | -1): Promise<void> {
    const match = this.#found?.matches[index];
    if (match === undefined) return;
    const query = this.#query;
    const text = match.excerpt.slice(match.start, match.end);
    const group = match.entryId ?? this.#groupOf(index);
    await this.#page.transcript.current?.reveal({ turn: match.turn, ...(group === undefined ? {} : { id: group }), text });
    // The prompt of a turn that was not loaded before is known by its turn only now.
    const here = this.#groupOf(index);
    const spot = here === undefined ? undefined : await enterEntry(this.#page, here, query, direction);
    if (query !== this.#query) return;
    this.#match = index;
    this.#spot = spot;
    this.#inner = direction > 0 ? 0 : this.#countOf(index) - 1;
    this.#arrived();
  }

  #arrived(): void {
    const found = this.#found;
    if (found === undefined) return;
    const before = found.matches.slice(0, this.#match).reduce((sum, match) => sum + (match.count ?? 1), 0);
    const total = found.occurrences ?? found.total;
    this.#events.counted(before + this.#inner + 1, total);
    this.#page.announcer.say(t('{0} of {1}', before + this.#inner + 1, total));
    const range = this.#mark();
    const scroller = document.querySelector('[data-part=transcript]');
    if (range !== undefined && scroller !== null) showWord(scroller, range);
  }

  /** Marks what is drawn now; gives the current word where it is. */
  #mark(): Range | undefined {
    const scroller = document.querySelector('[data-part=transcript]');
    if (scroller === null) return undefined;
    const row = this.#spot === undefined ? undefined : this.#page.transcript.current?.drawn(this.#spot.key);
    const current = row === undefined ? undefined : rangesIn(row, this.#query)[this.#spot?.nth ?? 0];
    markWords(scroller, this.#query, current);
    return current;
  }

  #groupOf(index: number): string | undefined {
    const match = this.#found?.matches[index];
    if (match === undefined) return undefined;
    return match.entryId ?? this.#page.session.peek().turns.find((turn) => turn.index === match.turn)?.id;
  }

  #countOf(index: number): number {
    return this.#found?.matches[index]?.count ?? 1;
  }
}
