import type { JSX } from 'preact';
import type { FileDiff, RestoreEntry } from '../../model/entries.ts';
import { Button, Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { instant, t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import { Counts, shownPath } from '../review/diffView.tsx';

/** Files that are named; of more the number is said. */
const named = 12;

/** That files were put back: what was done to each, what was left alone and why, and the way back. */
export function RestoreView({ entry }: { readonly entry: RestoreEntry }): JSX.Element {
  const page = usePage();
  const cwd = page.session.peek().cwd;
  const isTakenBack = useSession((state) =>
    state.turns.some(({ entries }) => entries.some((other) => other.kind === 'restore' && other.of === entry.id && other.by !== 'host')),
  );
  const more = entry.files.length - named;
  return (
    <div class={`restore ${entry.left.length > 0 ? 'warning' : ''}`} title={instant(entry.at, page.settings.value.locale)}>
      <div class="restore-head">
        <Icon name={entry.left.length > 0 ? 'warning' : 'discard'} />
        <span>{headline(entry)}</span>
        <span class="spacer" />
        {entry.what !== 'restore' && !isTakenBack && (
          <Button
            isDisabled={!page.isConnected.value}
            onClick={() => void page.attempt(page.link.ui('ui/takeRestoreBack', { restore: entry.id }))}
          >
            {entry.what === 'turn' ? t('Undo the Restore') : t('Bring It Back')}
          </Button>
        )}
      </div>
      <ul class="restore-files">
        {entry.files.slice(0, named).map((diff) => (
          <li key={diff.path}>
            <span class="path" title={diff.path}>
              {visibleLine(shownPath(diff.path, cwd))}
            </span>{' '}
            <WhatHappened diff={diff} />
          </li>
        ))}
        {more > 0 && <li class="quiet">{t('and {0} more', more)}</li>}
        {entry.left.map(({ path, reason }) => (
          <li key={path} class="left">
            <span class="path" title={path}>
              {visibleLine(shownPath(path, cwd))}
            </span>{' '}
            <span>{t('was left alone. {0}', t(visibleLine(reason).slice(0, 300)))}</span>{' '}
            <button
              type="button"
              class="text-button"
              onClick={() =>
                void page.attempt(page.link.ui('ui/compare', { path, ...(entry.turn === undefined ? {} : { turn: entry.turn }) }))
              }
            >
              {t('Open Diff')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function headline({ what, turnIndex, files, by }: RestoreEntry): string {
  const number = (turnIndex ?? 0) + 1;
  const count = files.length;
  switch (what) {
    case 'turn':
      return count === 1
        ? t('1 file is as it was before turn {0}', number)
        : t('{0} files are as they were before turn {1}', count, number);
    case 'file':
      if (turnIndex === undefined) return t('What this session changed was undone');
      return count === 1 ? t('The change of a file in turn {0} was undone', number) : t('The changes of turn {0} were undone', number);
    case 'part':
      return t('A part of a change in turn {0} was undone', number);
    case 'restore':
      // The host says so of files that it then could not write.
      return by === 'host' ? t('These files could not be put back') : t('The restore was undone');
  }
}

function WhatHappened({ diff }: { readonly diff: FileDiff }): JSX.Element {
  if (diff.deleted === true) return <span class="quiet">{t('deleted')}</span>;
  if (diff.before === undefined) return <span class="quiet">{t('is there again')}</span>;
  return <Counts added={diff.added} removed={diff.removed} />;
}
