import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, IconButton } from '../page/controls.tsx';
import { keepFocus } from '../page/keepFocus.ts';
import type { Page } from '../page/page.ts';
import { isBuiltIn, usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';
import { Chips } from './chips.tsx';
import type { ComposerState } from './composerState.ts';
import { createComposer } from './composerState.ts';
import { HoldBar } from './holdBar.tsx';
import { HostHoldBar, RestLine } from './hostHoldBar.tsx';
import { addMention, takeTransfer } from './intake.ts';
import { onKey } from './keys.ts';
import { Queue } from './queue.tsx';
import { SubAgentBar } from './subAgentBar.tsx';
import { SuggestionView } from './suggestionView.tsx';
import { useSuggestions } from './useSuggestions.ts';

const listId = 'composer-list';

/** The text field with its queue, chips, lists and buttons. */
export function Composer(): JSX.Element {
  const page = usePage();
  const [state] = useState(() => createComposer(page));
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useSuggestions(state);
  const isDragging = useSignal(false);
  const historyAt = useRef(-1);
  usePort(page, state, field);
  // The keyboard begins in the text field, also before the session is there: what is typed while a new panel loads is not lost.
  useEffect(() => keepFocus(() => field.current), []);
  useDraft(page, state);
  useLayoutEffect(() => {
    const place = state.caret.next;
    if (place === undefined || field.current === null) return;
    state.caret.next = undefined;
    field.current.setSelectionRange(place, place);
    field.current.scrollTop = field.current.scrollHeight;
  }, [state.text.value]);
  const placeholder = usePlaceholder();
  const isLed = useSession((session) => session.isSubAgent === true);
  const isOpen = list.lines.value.length > 0;
  const look = (): void => {
    if (field.current !== null) list.update(field.current.value, field.current.selectionStart);
  };
  if (isLed) return <SubAgentArea />;
  return (
    <div class="composer-area">
      <HoldBar />
      <HostHoldBar />
      <RestLine />
      <Queue state={state} />
      <PurposeBar state={state} />
      <div
        class={`composer ${isDragging.value ? 'dragging' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          isDragging.value = true;
        }}
        onDragLeave={() => {
          isDragging.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          isDragging.value = false;
          if (event.dataTransfer === null) return;
          if (!takeTransfer(event.dataTransfer, page, state)) state.setText(state.text.value + event.dataTransfer.getData('text/plain'));
          field.current?.focus();
        }}
      >
        {isOpen && <SuggestionView id={listId} list={list} />}
        <Chips state={state} />
        <textarea
          ref={field}
          rows={1}
          value={state.text.value}
          placeholder={placeholder}
          aria-label={t('Message')}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          {...(isOpen ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${list.active.value}` } : {})}
          spellcheck
          data-part="composer"
          onInput={(event) => {
            historyAt.current = -1;
            state.setText(event.currentTarget.value);
            look();
          }}
          onKeyDown={(event) => onKey(event, { page, state, list, historyAt })}
          onClick={look}
          onBlur={() => list.close()}
          onPaste={(event) => {
            if (event.clipboardData !== null && takeTransfer(event.clipboardData, page, state)) event.preventDefault();
          }}
        />
        <Buttons page={page} state={state} onMention={() => startMention(state, field.current)} />
      </div>
    </div>
  );
}

function SubAgentArea(): JSX.Element {
  return (
    <div class="composer-area">
      <HoldBar />
      <SubAgentBar />
    </div>
  );
}

function usePlaceholder(): string {
  const page = usePage();
  const name = useSession((state) => state.agentName ?? state.agent);
  const hasCommands = useSession((state) => state.controls.commands.length > 0);
  const isOurs = useSession(isBuiltIn);
  if (page.isRunning.value) return t('Write the next message; it waits until the turn ends');
  if (isOurs) return hasCommands ? t('/ for commands, @ for files') : t('Type /help to begin · @ for files');
  return hasCommands ? t('Ask {0} · / for commands, @ for files', name) : t('Ask {0} · @ for files', name);
}

function startMention(state: ComposerState, field: HTMLTextAreaElement | null): void {
  const text = state.text.value;
  const next = `${text}${text === '' || /\s$/.test(text) ? '' : ' '}@`;
  state.setText(next, next.length);
  field?.focus();
  // The list opens with the next input; this makes it look at once.
  queueMicrotask(() => field?.dispatchEvent(new MouseEvent('click', { bubbles: true })));
}

interface ButtonsProps {
  readonly page: Page;
  readonly state: ComposerState;
  readonly onMention: () => void;
}

function Buttons({ page, state, onMention }: ButtonsProps): JSX.Element {
  const isRunning = page.isRunning.value;
  const canSend = !state.isEmpty.value && page.isConnected.value;
  return (
    <div class="composer-buttons">
      <IconButton icon="mention" label={t('Mention a File')} onClick={onMention} />
      <span class="spacer" />
      {isRunning && !state.isEmpty.value && (
        <button
          type="button"
          class="text-button"
          disabled={!canSend}
          onClick={() => void state.send(true)}
          title={t('Stops the running turn and sends this')}
        >
          {t('Stop and Send')}
        </button>
      )}
      {(!isRunning || !state.isEmpty.value) && (
        <button
          type="button"
          class="send"
          disabled={!canSend}
          title={isRunning ? t('Queue') : t('Send')}
          aria-label={isRunning ? t('Queue') : t('Send')}
          onClick={() => void state.send(false)}
        >
          <Icon name={isRunning ? 'list-ordered' : 'send'} />
        </button>
      )}
      {isRunning && (
        <button
          type="button"
          class="send stop"
          title={t('Stop (Esc)')}
          aria-label={t('Stop')}
          onClick={() => void page.attempt(page.link.host('turn/cancel', {}))}
        >
          <Icon name="debug-stop" />
        </button>
      )}
    </div>
  );
}

function PurposeBar({ state }: { readonly state: ComposerState }): JSX.Element | null {
  const { kind } = state.purpose.value;
  if (kind === 'new') return null;
  return (
    <div class="purpose">
      <Icon name="edit" />
      <span>{kind === 'resend' ? t('Editing a message; it is sent again as a new turn') : t('Editing a queued message')}</span>
      <span class="spacer" />
      <IconButton icon="close" label={t('Cancel Editing')} onClick={() => state.cancel()} />
    </div>
  );
}

function usePort(page: Page, state: ComposerState, field: { readonly current: HTMLTextAreaElement | null }): void {
  const focus = (): void => field.current?.focus();
  page.composer.current = {
    focus,
    insert(text, mention) {
      if (text !== undefined) state.setText(state.text.value + text, state.text.value.length + text.length);
      if (mention?.path !== undefined)
        addMention(state, { label: mention.label, path: mention.path, ...(mention.range === undefined ? {} : { range: mention.range }) });
      focus();
    },
    edit(turn, prompt) {
      state.begin({ kind: 'resend', turn }, prompt);
      focus();
    },
  };
}

/** The draft comes from the host once, and goes there while it is written and when the page is hidden. */
function useDraft(page: Page, state: ComposerState): void {
  const isLoaded = page.isLoaded.value;
  const isConnected = page.isConnected.value;
  useEffect(() => {
    if (isLoaded) state.restore(page.session.value.draft, page.session.value.draftParts ?? []);
  }, [isLoaded]);
  useEffect(() => {
    if (isLoaded && isConnected) state.flush();
  }, [isLoaded, isConnected]);
  useEffect(() => {
    const flush = (): void => {
      if (document.visibilityState === 'hidden') state.flush();
    };
    const flushAlways = (): void => state.flush();
    document.addEventListener('visibilitychange', flush);
    window.addEventListener('pagehide', flushAlways);
    window.addEventListener('blur', flushAlways);
    return () => {
      document.removeEventListener('visibilitychange', flush);
      window.removeEventListener('pagehide', flushAlways);
      window.removeEventListener('blur', flushAlways);
    };
  }, []);
}
