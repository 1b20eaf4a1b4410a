import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { FileCount, Review } from '../../model/entries.ts';
import { Icon, IconButton } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import { Counts, changeIcons, shownPath } from './diffView.tsx';
import { decide, holdFocus } from './decide.ts';
import { DecideButtons } from './decideButtons.tsx';
import { Parts } from './parts.tsx';

interface FileRowProps {
  readonly file: FileCount & { readonly review: Review };
  /** The turn whose change this is; without it that of the whole session. */
  readonly turn?: string;
}

/** One changed file with what can be done about it. That of a turn opens to its parts, that of the session in the diff editor. */
export function FileRow({ file, turn }: FileRowProps): JSX.Element {
  const page = usePage();
  const box = useRef<HTMLLIElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [left, setLeft] = useState<string>();
  const { path, change = 'changed', added, removed, review } = file;
  const name = visibleLine(shownPath(path, page.session.peek().cwd));
  const ofTurn = turn === undefined ? {} : { turn };
  const compare = (): void => void page.attempt(page.link.ui('ui/compare', { path, ...ofTurn }));
  const choose = (decision: 'keep' | 'undo'): void => {
    void holdFocus(box.current, decide(page, decision, { path, ...ofTurn }).then(setLeft));
  };
  return (
    <li class={`file ${review}`} ref={box}>
      <div class="file-head">
        <button
          type="button"
          class="file-name"
          title={turn === undefined ? t('Open Diff: {0}', path) : path}
          {...(turn === undefined ? {} : { 'aria-expanded': isOpen })}
          onClick={() => (turn === undefined ? compare() : setOpen(!isOpen))}
        >
          {turn !== undefined && <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />}
          <Icon name={changeIcons[change]} />
          <span class="path">{name}</span>
          <Counts added={added} removed={removed} />
        </button>
        {turn !== undefined && <IconButton icon="diff" label={t('Compare {0} with Now', name)} onClick={compare} />}
        <DecideButtons what={name} review={review} onDecide={choose} />
      </div>
      {left !== undefined && (
        <div class="file-left" role="note">
          <Icon name="warning" />
          <span>{t('Left alone: {0}', t(left))}</span>
          <button type="button" class="text-button" onClick={compare}>
            {t('Open Diff')}
          </button>
        </div>
      )}
      {isOpen && turn !== undefined && <Parts turn={turn} file={file} name={name} />}
    </li>
  );
}
