import type { ReadonlySignal, Signal } from '@preact/signals';
import { batch, computed, signal } from '@preact/signals';
import type { PromptPart } from '../../model/content.ts';
import { promptText } from '../../model/content.ts';
import type { Page } from '../chat/page.ts';
import { debounced } from '../chat/frame.ts';
import { t } from '../chat/words.ts';
import type { Chip } from './draft.ts';
import { chipsInUse, draftOf, partsOf } from './draft.ts';

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
  restore(draft: string): void;
}

/** Makes the state of the composer. */
export function createComposer(page: Page): ComposerState {
  const text = signal('');
  const chips = signal<readonly Chip[]>([]);
  const purpose = signal<Purpose>({ kind: 'new' });
  const caret: { next: number | undefined } = { next: undefined };
  let before: { readonly text: string; readonly chips: readonly Chip[] } = { text: '', chips: [] };
  let ids = 0;
  let saved = '';
  const save = debounced(300, (draft: string) => {
    if (draft === saved || !page.isConnected.value) return;
    saved = draft;
    page.link.host('session/view', { draft }).catch(() => {
      saved = '\u0000';
    });
  });
  const put = (next: { readonly text: string; readonly chips: readonly Chip[] }, how: Purpose): void =>
    batch(() => {
      text.value = next.text;
      chips.value = next.chips;
      purpose.value = how;
      caret.next = next.text.length;
      if (how.kind === 'new') save.call(next.text);
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
      if (purpose.value.kind === 'new') save.call(next);
    },
    addChip(chip) {
      chips.value = [...chips.value, chip];
    },
    async send(now) {
      if (state.isEmpty.value || !page.isConnected.value) return;
      const sent = { text: text.value, chips: chips.value };
      const how = purpose.value;
      const parts = partsOf(sent.text, sent.chips);
      put(how.kind === 'new' ? { text: '', chips: [] } : before, { kind: 'new' });
      save.flush();
      page.transcript.current?.toEnd();
      const isSent = await page.attempt(deliver(page, how, parts, now));
      // What could not be sent comes back, unless something else was written meanwhile.
      if (!isSent && state.isEmpty.peek()) put(sent, how);
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
    flush() {
      if (purpose.value.kind === 'new') save.call(text.value);
      save.flush();
    },
    restore(draft) {
      saved = draft;
      // What was typed before the first state came is newer than what the host kept.
      if (draft === '' || text.value !== '' || chips.value.length > 0) return;
      text.value = draft;
      caret.next = draft.length;
    },
  };
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
