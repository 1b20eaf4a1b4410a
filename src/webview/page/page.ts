import type { ReadonlySignal, Signal } from '@preact/signals';
import { batch, computed, signal, useComputed } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Immutable } from '../../base/immutable.ts';
import type { Turn, SessionState } from '../../model/session.ts';
import { emptySession } from '../../model/session.ts';
import { isTerminal } from '../../model/states.ts';
import { windowOf } from '../../model/window.ts';
import type { Connection, InstructionFile, Mention } from '../../protocol/panel.ts';
import type { Row } from './rows.ts';
import { RowModel } from './rows.ts';
import { Announcer } from './announcer.ts';
import type { Link } from './link.ts';
import { t } from './words.ts';

/** What a person set that the page obeys. */
export interface Settings {
  readonly sendWith: 'enter' | 'ctrl+enter';
  readonly platform: 'mac' | 'other';
  readonly locale: string;
}

/** How many sessions came from this one, and how many of them work or need a person. */
export interface ChildCounts {
  readonly count: number;
  readonly running: number;
  readonly waiting: number;
}

/** What other parts may ask of the transcript. */
export interface TranscriptPort {
  /** Shows an entry, or the prompt of a turn where `id` is missing or the turn's; loads it first where it lies further up. `text` finds the block in it. */
  reveal(place: { readonly turn: number; readonly id?: string; readonly text?: string }): Promise<void>;
  /** The keys of an entry's rows that may hold a text, in their order. */
  rowsWith(id: string, text: string): readonly string[];
  /** Has a row drawn and gives its element; undefined where there is no such row. */
  draw(key: string): Promise<Element | undefined>;
  /** The element of a row that is drawn now. */
  drawn(key: string): Element | undefined;
  toEnd(): void;
  isAtEnd(): boolean;
  /** Moves to the prompt before or after what is at the top. */
  toPrompt(direction: -1 | 1): void;
  focus(): void;
}

/** What other parts may ask of the composer. */
export interface ComposerPort {
  insert(text: string | undefined, mention: Immutable<Mention> | undefined): void;
  /** Takes a sent prompt for another try. */
  edit(turn: Turn['id'], prompt: Turn['prompt']): void;
  focus(): void;
}

/** What other parts may ask of find while it is open. */
export interface FindPort {
  focus(): void;
}

/** Everything that the parts of the page share. Made once, in `main.tsx`; parts get it by `usePage()`. */
export interface Page {
  readonly link: Link;
  readonly session: Signal<SessionState>;
  /** The first state has come. */
  readonly isLoaded: Signal<boolean>;
  readonly settings: Signal<Settings>;
  readonly connection: Signal<Immutable<Connection>>;
  /** No word from the extension for too long. */
  readonly isSilent: Signal<boolean>;
  /** The page can ask the host for something now. */
  readonly isConnected: ReadonlySignal<boolean>;
  readonly isRunning: ReadonlySignal<boolean>;
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** Turns that came with the first state but lie further up than what is shown: they are drawn when one comes near. */
  readonly reserve: { turns: readonly Turn[] };
  /** Ids of entries whose fold was turned by the person. */
  readonly toggled: Signal<ReadonlySet<string>>;
  /** The entry that find has gone to. */
  readonly marked: Signal<string | undefined>;
  /** The question that the person has asked for: it stands in front of older ones, and gets the keyboard. */
  readonly asked: Signal<{ readonly entry: string } | undefined>;
  readonly isFindOpen: Signal<boolean>;
  /** Whether there is a prompt of the person above or below what is shown. */
  readonly prompts: Signal<{ readonly above: boolean; readonly below: boolean }>;
  /** Files with instructions for agents that apply here. */
  readonly instructions: Signal<readonly InstructionFile[]>;
  /** Sessions that came from this one. */
  readonly children: Signal<ChildCounts>;
  /** What went wrong last, until it is dismissed. */
  readonly trouble: Signal<string | undefined>;
  /** What is wrong with the stored session, as the person has seen and dismissed it. */
  readonly seenFlaws: Signal<SessionState['flaws']>;
  readonly announcer: Announcer;
  readonly transcript: { current: TranscriptPort | undefined };
  readonly composer: { current: ComposerPort | undefined };
  readonly find: { current: FindPort | undefined };
  /** Runs something that can fail; a failure is shown above the composer. True where it went well. */
  attempt(action: Promise<unknown>): Promise<boolean>;
}

/** Makes the shared state of the page. */
export function createPage(link: Link): Page {
  const session = signal<SessionState>(emptySession);
  const connection = signal<Immutable<Connection>>({ state: 'connecting' });
  const isSilent = signal(false);
  const toggled = signal<ReadonlySet<string>>(new Set());
  const trouble = signal<string>();
  const turns = computed(() => session.value.turns);
  const model = new RowModel();
  const lastTurn = computed(() => turns.value.at(-1));
  return {
    link,
    session,
    isLoaded: signal(false),
    settings: signal<Settings>({ sendWith: 'enter', platform: 'other', locale: navigator.language }),
    connection,
    isSilent,
    isConnected: computed(() => !isSilent.value && connection.value.state === 'connected'),
    isRunning: computed(() => lastTurn.value !== undefined && !isTerminal(lastTurn.value.state)),
    rows: computed(() => model.rows(turns.value, toggled.value)),
    reserve: { turns: [] },
    toggled,
    marked: signal<string>(),
    asked: signal<{ readonly entry: string }>(),
    isFindOpen: signal(false),
    instructions: signal<readonly InstructionFile[]>([]),
    prompts: signal({ above: false, below: false }),
    children: signal<ChildCounts>({ count: 0, running: 0, waiting: 0 }),
    trouble,
    seenFlaws: signal<SessionState['flaws']>(),
    announcer: new Announcer(
      () => performance.now(),
      (milliseconds, run) => setTimeout(run, milliseconds),
    ),
    transcript: { current: undefined },
    composer: { current: undefined },
    find: { current: undefined },
    async attempt(action) {
      try {
        await action;
        trouble.value = undefined;
        return true;
      } catch (thrown) {
        if (!(thrown instanceof LoomError && thrown.code === 'cancelled')) trouble.value = messageOf(thrown);
        return false;
      }
    },
  };
}

/** Opens find, or puts the keyboard into it where it is open already. */
export function openFind(page: Page): void {
  page.isFindOpen.value = true;
  page.find.current?.focus();
}

/** Whether the session's agent is the one that comes with the product, which understands commands and no questions. */
export function isBuiltIn(state: SessionState): boolean {
  return state.agent === 'built-in';
}

/** Turns the fold of an entry. */
export function toggle(page: Page, id: string): void {
  const next = new Set(page.toggled.value);
  if (!next.delete(id)) next.add(id);
  page.toggled.value = next;
}

/** Copies a text and says so. */
export async function copy(page: Page, text: string): Promise<void> {
  if (await page.attempt(page.link.ui('ui/copy', { text }))) page.announcer.say(t('Copied.'));
}

/** Entries that are drawn as soon as the page opens. */
const firstEntries = 120;

/**
 * Takes a state as a whole. Of a long one only the end is shown at first, so that it is there at once; one who reads further up while the
 * connection comes back keeps as much as was there.
 */
export function replaceSession(page: Page, state: SessionState): void {
  const isReading = page.isLoaded.value && page.transcript.current?.isAtEnd() === false;
  const shown = isReading ? page.session.value.turns.reduce((sum, turn) => sum + turn.entries.length + 1, 0) : 0;
  batch(() => {
    page.reserve.turns = state.turns;
    page.session.value = windowOf(state, Math.max(firstEntries, shown + firstEntries));
    page.isLoaded.value = true;
  });
}

/** The page, for every component below the root. */
export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new LoomError('internal', 'A part was drawn outside the page.');
  return page;
}

/** A part of the session's state; the component is drawn again only when this part changes. */
export function useSession<Part>(select: (state: SessionState) => Part): Part {
  const page = usePage();
  return useComputed(() => select(page.session.value)).value;
}
