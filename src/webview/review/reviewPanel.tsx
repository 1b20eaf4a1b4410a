import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon, IconButton } from '../page/controls.tsx';
import { toggle, usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';
import { decide, holdFocus } from './decide.ts';
import { DecideButtons } from './decideButtons.tsx';
import { FileRow } from './fileRow.tsx';
import { SomeLeftAlone } from './leftAlone.tsx';

/** The mark among the folds of the page by which this panel is open. */
const foldId = '#review';
/** Files that are listed at most; the diff editor shows all. */
const mostFiles = 200;

/** How many files of the session wait for a decision; a click lists them. Nothing where none does. */
export function ReviewButton(): JSX.Element | null {
  const page = usePage();
  const count = useSession((state) => state.files.filter(({ open }) => (open?.length ?? 0) > 0).length);
  const isOpen = page.toggled.value.has(foldId);
  if (count === 0 && !isOpen) return null;
  return (
    <button
      type="button"
      class="review-button"
      data-part="review-button"
      aria-expanded={isOpen}
      title={t('Keep or undo what this session changed')}
      onClick={() => toggle(page, foldId)}
    >
      <Icon name="checklist" />
      <span>{t('{0} to review', count)}</span>
    </button>
  );
}

/** The files of the session that wait for a decision. */
export function ReviewPanel(): JSX.Element | null {
  const page = usePage();
  const box = useRef<HTMLElement>(null);
  const [left, setLeft] = useState<string>();
  const files = useSession((state) => state.files);
  if (!page.toggled.value.has(foldId)) return null;
  const open = files.filter((file) => (file.open?.length ?? 0) > 0);
  const choose = (decision: 'keep' | 'undo'): void => {
    void holdFocus(box.current, decide(page, decision, {}).then(setLeft));
  };
  return (
    <section class="review" aria-label={t('Changes to review')} data-part="review" ref={box}>
      <div class="file-head">
        <span class="path">{open.length === 0 ? t('Everything is reviewed.') : t('Changes to review')}</span>
        <span class="spacer" />
        {open.length > 0 && (
          <DecideButtons what={t('all changes of this session')} review="open" isAll={open.length > 1} onDecide={choose} />
        )}
        <IconButton icon="close" label={t('Close')} onClick={() => toggle(page, foldId)} />
      </div>
      <SomeLeftAlone reason={left} />
      {open.length > 0 && (
        <ul class="files">
          {open.slice(0, mostFiles).map((file) => (
            <FileRow key={file.path} file={{ ...file, review: 'open' }} />
          ))}
        </ul>
      )}
      {open.length > mostFiles && <div class="quiet padded">{t('and {0} more', open.length - mostFiles)}</div>}
      <div class="quiet review-note">{t('What a command changed without reporting it is not known here.')}</div>
    </section>
  );
}
