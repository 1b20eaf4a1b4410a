import type { Page } from '../page/page.ts';
import type { ComposerState } from './composerState.ts';
import type { SuggestionList } from './useSuggestions.ts';

interface KeyContext {
  readonly page: Page;
  readonly state: ComposerState;
  readonly list: SuggestionList;
  /** Place in the history, -1 for the draft itself. */
  readonly historyAt: { current: number };
}

/** What the keys of the text field do. */
export function onKey(event: KeyboardEvent, context: KeyContext): void {
  // While an input method composes, Enter and arrows are its own.
  if (event.isComposing || event.defaultPrevented) return;
  const isTaken = listKey(event, context) || plainKey(event, context);
  if (isTaken) event.preventDefault();
}

function listKey(event: KeyboardEvent, { page, state, list }: KeyContext): boolean {
  if (list.lines.value.length === 0) return false;
  if (event.key === 'Enter' && isSendKey(event, page.settings.value.sendWith) && isWhole(list, state)) {
    list.close();
    return false;
  }
  if (event.key === 'ArrowDown') list.move(1);
  else if (event.key === 'ArrowUp') list.move(-1);
  else if (event.key === 'Escape') list.close();
  else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) list.accept(list.lines.value[list.active.value]);
  else return false;
  return true;
}

/** A command is written out that wants nothing behind its name: there is nothing left to complete. */
function isWhole(list: SuggestionList, state: ComposerState): boolean {
  const line = list.lines.value[list.active.value];
  return line?.command !== undefined && (line.command.hint ?? '') === '' && state.text.value.trim() === line.label;
}

function plainKey(event: KeyboardEvent, { page, state, historyAt }: KeyContext): boolean {
  if (event.key === 'Enter' && isSendKey(event, page.settings.value.sendWith)) {
    historyAt.current = -1;
    void state.send(false);
    return true;
  }
  if (event.key === 'Escape') {
    if (page.isRunning.value) void page.attempt(page.link.host('turn/cancel', {}));
    else if (state.purpose.value.kind !== 'new') state.cancel();
    else return false;
    return true;
  }
  return (event.key === 'ArrowUp' || event.key === 'ArrowDown') && !hasModifier(event) && recall(event.key, state, historyAt);
}

function isSendKey(event: KeyboardEvent, sendWith: 'enter' | 'ctrl+enter'): boolean {
  if (event.shiftKey || event.altKey) return false;
  return sendWith === 'enter' || event.ctrlKey || event.metaKey;
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.altKey || event.ctrlKey || event.metaKey;
}

/** ↑ in an empty field brings back what was sent, and goes on from there; ↓ comes forward again. */
function recall(key: string, state: ComposerState, historyAt: { current: number }): boolean {
  if (state.text.value !== '' && historyAt.current === -1) return false;
  const history = state.history();
  const next = historyAt.current + (key === 'ArrowUp' ? 1 : -1);
  if (next < -1 || next >= history.length) return historyAt.current !== -1;
  historyAt.current = next;
  const text = history[next] ?? '';
  state.setText(text, text.length);
  return true;
}
