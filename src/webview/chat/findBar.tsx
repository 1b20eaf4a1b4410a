import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFind } from '../find/useFind.ts';
import { IconButton } from '../page/controls.tsx';
import { debounced } from '../page/frame.ts';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';

/** Finds in the whole session, also in what is not loaded: the host searches, the transcript goes there, and the words are marked. */
export function FindBar(): JSX.Element {
  const page = usePage();
  const field = useRef<HTMLInputElement>(null);
  const find = useFind(page);
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
  const later = useRef(debounced(150, (query: string) => find.search(query)));
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
          // What was just typed is searched first; a step that is asked for while the first place is being reached waits for it.
          if (later.current.isWaiting()) later.current.flush();
          else find.step(event.shiftKey ? -1 : 1);
        }}
      />
      <span class="find-count">{find.problem.value ?? countText(find.total.value, find.at.value)}</span>
      <IconButton icon="arrow-up" label={t('Previous Match (Shift+Enter)')} isDisabled={!find.total.value} onClick={() => find.step(-1)} />
      <IconButton icon="arrow-down" label={t('Next Match (Enter)')} isDisabled={!find.total.value} onClick={() => find.step(1)} />
      <IconButton icon="close" label={t('Close (Escape)')} onClick={close} />
    </div>
  );
}

function countText(total: number | undefined, at: number | undefined): string {
  if (total === undefined) return '';
  return total === 0 ? t('No results') : t('{0} of {1}', at ?? 0, total);
}
