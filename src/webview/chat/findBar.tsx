import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { messageOf } from '../../base/errors.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { IconButton } from './controls.tsx';
import { debounced } from './frame.ts';
import { usePage } from './page.ts';
import { t } from './words.ts';

type Found = ResultOf<HostRequests['session/find']>;

/** Matches that are asked for; the count says how many there are in all. */
const matchLimit = 1000;

/** Finds in the whole session, also in what is not loaded: the host searches, the transcript goes there. */
export function FindBar(): JSX.Element {
  const page = usePage();
  const field = useRef<HTMLInputElement>(null);
  const found = useSignal<Found | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const at = useSignal(-1);
  const asked = useRef('');
  useEffect(() => {
    const focus = (): void => {
      field.current?.focus();
      field.current?.select();
    };
    page.find.current = { focus };
    focus();
    return () => {
      page.find.current = undefined;
    };
  }, [page]);
  const show = (index: number): void => {
    const match = found.value?.matches[index];
    if (match === undefined) return;
    at.value = index;
    const id = match.entryId ?? page.session.value.turns.find((turn) => turn.index === match.turn)?.id;
    const text = match.excerpt.slice(match.start, match.end);
    void page.attempt(reveal(match.turn, id, text));
    page.announcer.say(t('{0} of {1}', index + 1, found.value?.total ?? 0));
  };
  const reveal = async (turn: number, id: string | undefined, text: string): Promise<void> => {
    await page.transcript.current?.reveal({ turn, ...(id === undefined ? {} : { id }), text });
  };
  const search = (query: string): void => {
    asked.current = query;
    if (query === '') {
      found.value = undefined;
      return;
    }
    page.link.host('session/find', { query, limit: matchLimit }).then(
      (result) => {
        if (asked.current !== query) return;
        found.value = result;
        problem.value = undefined;
        // The nearest to the end is what one most likely looks for.
        at.value = -1;
        if (result.matches.length > 0) show(result.matches.length - 1);
        else page.announcer.say(t('Nothing found.'));
      },
      (thrown: unknown) => {
        problem.value = messageOf(thrown);
      },
    );
  };
  const later = useRef(debounced(150, search));
  const step = (direction: number): void => {
    const count = found.value?.matches.length ?? 0;
    if (count > 0) show((at.value + direction + count) % count);
  };
  const close = (): void => {
    page.isFindOpen.value = false;
    page.marked.value = undefined;
    page.composer.current?.focus();
  };
  return (
    <div class="find" role="search" data-part="find">
      <input
        ref={field}
        type="text"
        placeholder={t('Find in this session')}
        aria-label={t('Find in this session')}
        onInput={(event) => later.current.call(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.defaultPrevented) return;
          if (event.key === 'Escape') close();
          if (event.key !== 'Enter' || event.isComposing) return;
          if (found.value === undefined) later.current.flush();
          else step(event.shiftKey ? -1 : 1);
        }}
      />
      <span class="find-count">{problem.value ?? countText(found.value, at.value)}</span>
      <IconButton
        icon="arrow-up"
        label={t('Previous Match (Shift+Enter)')}
        isDisabled={!found.value?.matches.length}
        onClick={() => step(-1)}
      />
      <IconButton icon="arrow-down" label={t('Next Match (Enter)')} isDisabled={!found.value?.matches.length} onClick={() => step(1)} />
      <IconButton icon="close" label={t('Close (Escape)')} onClick={close} />
    </div>
  );
}

function countText(found: Found | undefined, at: number): string {
  if (found === undefined) return '';
  return found.total === 0 ? t('No results') : t('{0} of {1}', at + 1, found.total);
}
