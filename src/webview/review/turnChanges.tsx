import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { TurnFile } from '../../model/session.ts';
import { Icon } from '../page/controls.tsx';
import { toggle, usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { Counts } from './diffView.tsx';
import { decide, holdFocus } from './decide.ts';
import { DecideButtons } from './decideButtons.tsx';
import { FileRow } from './fileRow.tsx';
import { SomeLeftAlone } from './leftAlone.tsx';

/** Files that are listed before a person asks for all. */
const firstFiles = 10;

interface TurnChangesProps {
  readonly turn: string;
  readonly files: readonly TurnFile[];
  readonly isLast: boolean;
}

/** What a turn changed: one line that opens to its files. That of the last turn is open while there is something to review. */
export function TurnChanges({ turn, files, isLast }: TurnChangesProps): JSX.Element {
  const page = usePage();
  const box = useRef<HTMLDivElement>(null);
  const [isAll, showAll] = useState(false);
  const [left, setLeft] = useState<string>();
  const open = files.filter(({ review }) => review === 'open').length;
  const id = `${turn}#files`;
  const isOpen = page.toggled.value.has(id) !== (isLast && open > 0);
  const isUndone = files.every(({ review }) => review === 'undone');
  const count = files.length === 1 ? t('1 file changed') : t('{0} files changed', files.length);
  const choose = (decision: 'keep' | 'undo'): void => {
    void holdFocus(box.current, decide(page, decision, { turn }).then(setLeft));
  };
  return (
    <div class="turn-changes" ref={box}>
      <div class="file-head">
        <button type="button" class="file-name" aria-expanded={isOpen} onClick={() => toggle(page, id)}>
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
          <Icon name="diff-multiple" />
          <span class="path">{count}</span>
          <Counts added={sum(files, 'added')} removed={sum(files, 'removed')} />
          {open > 0 && open < files.length && <span class="quiet">{t('{0} to review', open)}</span>}
        </button>
        <DecideButtons
          what={t('all of this turn')}
          review={open > 0 ? 'open' : isUndone ? 'undone' : 'kept'}
          isAll={files.length > 1}
          onDecide={choose}
        />
      </div>
      <SomeLeftAlone reason={left} />
      {isOpen && (
        <ul class="files">
          {(isAll ? files : files.slice(0, firstFiles)).map((file) => (
            <FileRow key={file.path} file={file} turn={turn} />
          ))}
        </ul>
      )}
      {isOpen && !isAll && files.length > firstFiles && (
        <button type="button" class="text-button padded" onClick={() => showAll(true)}>
          {t('Show All {0} Files', files.length)}
        </button>
      )}
    </div>
  );
}

function sum(files: readonly TurnFile[], of: 'added' | 'removed'): number {
  return files.reduce((total, file) => total + file[of], 0);
}
