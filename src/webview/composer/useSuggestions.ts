import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../page/page.ts';
import type { ComposerState } from './composerState.ts';
import type { Suggestion } from './suggestions.ts';
import { commandSuggestions, mentionSuggestions } from './suggestions.ts';
import type { Token } from './token.ts';
import { replaceToken, tokenAt } from './token.ts';

/** The list at the caret: open where it has lines. */
export interface SuggestionList {
  readonly lines: Signal<readonly Suggestion[]>;
  readonly active: Signal<number>;
  /** Looks at the text and the caret again. */
  update(text: string, caret: number): void;
  close(): void;
  move(step: number): void;
  accept(line: Suggestion | undefined): void;
}

/** Milliseconds of quiet before the editor is asked for mentions. */
const askAfter = 60;

/** Keeps the list for `/` and `@`. */
export function useSuggestions(state: ComposerState): SuggestionList {
  const page = usePage();
  const lines = useSignal<readonly Suggestion[]>([]);
  const active = useSignal(0);
  const current = useRef<{ token: Token | undefined; timer: ReturnType<typeof setTimeout> | undefined; dismissed: number | undefined }>({
    token: undefined,
    timer: undefined,
    dismissed: undefined,
  });
  useEffect(() => () => clearTimeout(current.current.timer), []);
  const show = (found: readonly Suggestion[]): void => {
    lines.value = found;
    active.value = 0;
  };
  const ask = (token: Token): void => {
    current.current.timer = setTimeout(() => {
      page.link.ui('ui/mentions', { query: token.query }).then(
        ({ mentions }) => {
          if (current.current.token === token) show(mentionSuggestions(mentions));
        },
        () => undefined,
      );
    }, askAfter);
  };
  const list: SuggestionList = {
    lines,
    active,
    update(text, caret) {
      const token = tokenAt(text, caret);
      clearTimeout(current.current.timer);
      current.current.token = token;
      if (token?.from !== current.current.dismissed) current.current.dismissed = undefined;
      if (token === undefined || current.current.dismissed !== undefined) {
        if (lines.value.length > 0) show([]);
      } else if (token.kind === 'command') show(commandSuggestions(page.session.value.controls.commands, token.query));
      else ask(token);
    },
    close() {
      current.current.dismissed = current.current.token?.from;
      clearTimeout(current.current.timer);
      current.current.token = undefined;
      show([]);
    },
    move(step) {
      const count = lines.value.length;
      if (count > 0) active.value = (active.value + step + count) % count;
    },
    accept(line) {
      const { token } = current.current;
      if (line === undefined || token === undefined) return;
      const label = line.command === undefined ? `@${line.label}` : line.label;
      const { mention } = line;
      if (mention?.path !== undefined)
        state.addChip({
          kind: 'mention',
          id: state.newId(),
          label: mention.label,
          path: mention.path,
          ...(mention.range === undefined ? {} : { range: mention.range }),
        });
      const next = replaceToken(state.text.value, token, label);
      current.current.token = undefined;
      show([]);
      state.setText(next.text, next.caret);
    },
  };
  return list;
}
