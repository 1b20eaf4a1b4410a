import type { JSX } from 'preact';
import { promptText } from '../../model/content.ts';
import { Icon } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import type { Row } from '../page/rows.ts';
import type { VirtualRows } from './useVirtualRows.ts';
import { offsetOf } from './useVirtualRows.ts';

/** Pixels of the bar: what lies below it counts as the top. */
const barHeight = 28;

interface StickyPromptProps {
  readonly list: VirtualRows;
  readonly rows: readonly Row[];
}

/** The prompt of the turn that is read, once its own row has left the screen; a click goes back to it. It lies over the list and moves nothing. */
export function StickyPrompt({ list, rows }: StickyPromptProps): JSX.Element | null {
  const page = usePage();
  const offset = offsetOf(list);
  const top = offset <= 0 ? undefined : list.getVirtualItemForOffset(offset + barHeight);
  const row = top === undefined ? undefined : rows[top.index];
  if (row === undefined || row.kind === 'prompt') return null;
  const turn = page.session.value.turns.find((one) => one.id === row.turn);
  const text = turn === undefined ? '' : visibleLine(promptText(turn.prompt).slice(0, 300));
  if (turn === undefined || text === '') return null;
  return (
    <button
      type="button"
      class="sticky-prompt"
      title={t('Go to this message')}
      onClick={() => void page.transcript.current?.reveal({ turn: turn.index, id: turn.id })}
    >
      <Icon name="arrow-up" />
      <span>{text}</span>
    </button>
  );
}
