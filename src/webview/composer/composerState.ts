import type { ReadonlySignal, Signal } from '@preact/signals';
import { batch, computed, effect, signal } from '@preact/signals';
import type { PromptPart } from '../../model/content.ts';
import { promptText } from '../../model/content.ts';
import type { Page } from '../page/page.ts';
import { t } from '../page/words.ts';
import type { Chip } from './draft.ts';
import { chipsInUse, chipsOf, draftOf, partsOf } from './draft.ts';
import type { Draft } from './draftKeeper.ts';
import { createDraftKeeper } from './draftKeeper.ts';

/** What the draft will do when it is sent: a new message, another try of a turn, or a change of a queued message. */
export type Purpose =
  { readonly kind: 'new' } | { readonly kind: 'resend'; readonly turn: string } | { readonly kind: 'queued'; readonly prompt: string };

/** What a person is writing. Its signals are read by the composer only. */
export interface ComposerState {
  readonly text: Signal<string>;
  readonly chips: Signal<readonly Chip[]>;
  readonly purpose: Signal<Purpose>;
  readonly isEmpty: ReadonlySignal<boolean>;
  /** The caret goes there after the next drawing. */
  readonly caret: { next: number | undefined };
  newId(): string;
  setText(text: string, caret?: number): void;
  addChip(chip: Chip): void;
  send(now: boolean): Promise<void>;
  /** Begins to edit something that was sent; the draft before it comes back afterwards. */
  begin(purpose: Purpose, prompt: readonly PromptPart[]): void;
  cancel(): void;
  /** Texts of earlier messages, newest first. */
  history(): readonly string[];
  /** Writes the draft to the host at once, also one that could not be written before. */
  flush(): void;
  /** Takes what the host has kept, once. */
  restore(draft: string, parts: readonly PromptPart[]): void;
}

/** Makes the state of the composer. */
export function createComposer(page: Page): ComposerState {
  const text = signal('');
  const chips = signal<readonly Chip[]>([]);
  const purpose = signal<Purpose>({ kind: 'new' });
  const caret: { next: number | undefined } = { next: undefined };
  let before: Draft = { text: '', chips: [] };
  let ids = 0;
  const keeper = createDraftKeeper(page, (stored) => {
    const swapped = (all: readonly Chip[]): readonly Chip[] => all.map((chip) => stored.get(chip.id) ?? chip);
    before = { ...before, chips: swapped(before.chips) };
    if (chips.peek().some(({ id }) => stored.has(id))) chips.value = swapped(chips.peek());
  });
  const put = (next: Draft, how: Purpose): void =>
    batch(() => {
      text.value = next.text;
      chips.value = next.chips;
      purpose.value = how;
      caret.next = next.text.length;
    });
  const state: ComposerState = {
    text,
    chips,
    purpose,
    isEmpty: computed(() => text.value.trim() === '' && chips.value.length === 0),
    caret,
    newId: () => `chip-${++ids}`,
    setText(next, place) {
      batch(() => {
        text.value = next;
        chips.value = chipsInUse(next, chips.value);
        caret.next = place;
      });
    },
    addChip(chip) {
      chips.value = [...chips.value, chip];
    },
    async send(now) {
      if (state.isEmpty.value || !page.isConnected.value) return;
      const sent = { text: text.value, chips: chips.value };
      const how = purpose.value;
      const parts = partsOf(sent.text, sent.chips);
      const release = keeper.hold();
      put(how.kind === 'new' ? { text: '', chips: [] } : before, { kind: 'new' });
      page.transcript.current?.toEnd();
      const isSent = await page.attempt(deliver(page, how, parts, now));
      // What could not be sent comes back, before what was written meanwhile.
      if (!isSent && state.isEmpty.peek()) put(sent, how);
      else if (!isSent && how.kind === 'new' && purpose.peek().kind === 'new')
        put({ text: `${sent.text}\n${text.peek()}`, chips: [...sent.chips, ...chips.peek()] }, how);
      release();
    },
    begin(how, prompt) {
      if (purpose.value.kind === 'new') before = { text: text.value, chips: chips.value };
      put(
        draftOf(prompt, () => state.newId()),
        how,
      );
    },
    cancel() {
      put(before, { kind: 'new' });
    },
    history: () =>
      page.session.value.turns
        .map((turn) => promptText(turn.prompt.filter((part) => part.type === 'text' || part.type === 'file')))
        .filter((said, index, all) => said !== '' && said !== all[index + 1])
        .reverse(),
    flush: () => keeper.flush(),
    restore(draft, parts) {
      const kept = {
        text: draft,
        chips: chipsInUse(
          draft,
          chipsOf(parts, () => state.newId()),
        ),
      };
      keeper.known(kept);
      // What was typed before the first state came goes on from what was kept.
      put({ text: kept.text + text.value, chips: [...kept.chips, ...chips.value] }, purpose.value);
    },
  };
  effect(() => {
    if (purpose.value.kind === 'new') keeper.keep({ text: text.value, chips: chips.value });
  });
  return state;
}

function deliver(page: Page, how: Purpose, parts: ReturnType<typeof partsOf>, now: boolean): Promise<unknown> {
  switch (how.kind) {
    case 'new':
      return page.link.host('session/prompt', { parts, ...(now ? { now } : {}) }).then(({ queued }) => {
        if (queued) page.announcer.say(t('Queued.'));
      });
    case 'resend':
      return page.link.host('session/retry', { turn: how.turn, parts });
    case 'queued':
      return page.link.host('session/queue', { prompt: how.prompt, change: { type: 'edit', parts } });
  }
}
