import type { JSX } from 'preact';
import type { Review } from '../../model/entries.ts';
import { Icon } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { reviewWord } from './decide.ts';

interface DecideButtonsProps {
  /** What is kept or undone, for the names of the buttons. */
  readonly what: string;
  readonly review: Review;
  /** More than one change at once. */
  readonly isAll?: boolean;
  readonly onDecide: (decision: 'keep' | 'undo') => void;
}

/** Keep and Undo of one change; a change that is kept can still be undone, and one that is undone says so. */
export function DecideButtons({ what, review, isAll = false, onDecide }: DecideButtonsProps): JSX.Element {
  const page = usePage();
  const isOff = !page.isConnected.value;
  const isBusy = page.isRunning.value;
  const word = reviewWord(review);
  return (
    <span class="decide">
      {word !== undefined && <span class={`tag ${review}`}>{word}</span>}
      {review === 'open' && (
        <button type="button" class="decide-button" aria-label={t('Keep {0}', what)} disabled={isOff} onClick={() => onDecide('keep')}>
          <Icon name="check" />
          <span>{isAll ? t('Keep All') : t('Keep')}</span>
        </button>
      )}
      {review !== 'undone' && (
        <button
          type="button"
          class="decide-button"
          aria-label={t('Undo {0}', what)}
          title={isBusy ? t('Files can be changed back when the turn has ended') : t('Undo {0}', what)}
          disabled={isOff || isBusy}
          onClick={() => onDecide('undo')}
        >
          <Icon name="discard" />
          <span>{isAll ? t('Undo All') : t('Undo')}</span>
        </button>
      )}
    </span>
  );
}
