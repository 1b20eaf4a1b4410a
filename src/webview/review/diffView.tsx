import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FileDiff } from '../../model/entries.ts';
import { changeOf } from '../../model/fileEdits.ts';
import { Icon } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { diffPreview } from '../text/diffPreview.ts';
import type { DiffLine } from '../text/diffPreview.ts';
import { visibleLine } from '../text/visible.ts';

/** Lines of a preview. */
const previewLines = 60;
const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-', gap: '⋯' };

/** The icon of each kind of change. */
export const changeIcons = { created: 'diff-added', changed: 'diff-modified', deleted: 'diff-removed' } as const;

interface DiffViewProps {
  readonly entry: string;
  /** Place of the diff among the entry's contents. */
  readonly index: number;
  readonly diff: FileDiff;
}

/** A unified preview of a change; its head opens the editor's own diff. */
export function DiffView({ entry, index, diff }: DiffViewProps): JSX.Element {
  const page = usePage();
  const preview = useMemo(() => diffPreview(diff, previewLines), [diff]);
  const open = (): void => void page.attempt(page.link.ui('ui/openDiff', { entry, index }));
  return (
    <div class="diff">
      <button type="button" class="diff-head" title={t('Open Diff: {0}', diff.path)} onClick={open}>
        <Icon name={changeIcons[changeOf(diff)]} />
        <span class="path">{visibleLine(shownPath(diff.path, page.session.peek().cwd))}</span>
        <Counts added={diff.added} removed={diff.removed} />
      </button>
      {preview === undefined ? (
        <div class="quiet padded">{t('The change is too large for a preview. Open the diff to see it.')}</div>
      ) : (
        <pre tabIndex={0} role="group" aria-label={t('Change of {0}', diff.path)}>
          {preview.lines.map((line, at) => (
            <span key={at} class={`diff-line ${line.kind}`}>
              {`${signs[line.kind]} ${line.text}\n`}
            </span>
          ))}
        </pre>
      )}
      {preview?.isCut === true && (
        <button type="button" class="text-button padded" onClick={open}>
          {t('Open the Whole Diff')}
        </button>
      )}
    </div>
  );
}

/** Added and removed lines in the editor's colours. */
export function Counts({ added, removed }: { readonly added: number; readonly removed: number }): JSX.Element {
  return (
    <span class="counts">
      <span class="added" aria-label={t('{0} lines added', added)}>{`+${added}`}</span>{' '}
      <span class="removed" aria-label={t('{0} lines removed', removed)}>{`−${removed}`}</span>
    </span>
  );
}

/** A path as it is shown: without the folder of the session. */
export function shownPath(path: string, folder: string): string {
  return folder !== '' && (path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)) ? path.slice(folder.length + 1) : path;
}
