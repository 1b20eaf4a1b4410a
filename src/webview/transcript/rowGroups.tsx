import type { VirtualItem } from '@tanstack/virtual-core';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';
import type { Row } from '../page/rows.ts';
import { RowView } from './rowView.tsx';
import type { VirtualRows } from './useVirtualRows.ts';

interface RowGroupsProps {
  readonly items: readonly VirtualItem[];
  readonly rows: readonly Row[];
  readonly list: VirtualRows;
  readonly lastTurn: string;
  /** Earlier entries exist that are not loaded: then the size of the feed is unknown. */
  readonly isPartial: boolean;
}

/** The visible rows, those of one entry in one article, so that a screen reader moves from entry to entry and hears where it is. */
export function RowGroups({ items, rows, list, lastTurn, isPartial }: RowGroupsProps): JSX.Element {
  const page = usePage();
  const numbers = useNumbers(rows);
  const marked = page.marked.value;
  const groups: { readonly row: Row; readonly rows: { readonly row: Row; readonly index: number }[] }[] = [];
  for (const { index } of items) {
    const row = rows[index];
    if (row === undefined) continue;
    const last = groups.at(-1);
    if (last?.row.group === row.group) last.rows.push({ row, index });
    else groups.push({ row, rows: [{ row, index }] });
  }
  const turnCount = useSession((state) => state.turnCount);
  return (
    <>
      {groups.map(({ row, rows: own }) => (
        <article
          key={row.group}
          class={marked === row.group ? 'marked' : ''}
          data-kind={kindOf(row)}
          data-entry={row.group}
          aria-label={t('{0}, turn {1} of {2}', nameOf(row), row.turnIndex + 1, turnCount)}
          aria-posinset={numbers.of.get(row.group) ?? 1}
          aria-setsize={isPartial ? -1 : numbers.count}
        >
          {own.map(({ row: one, index }) => (
            <div key={one.key} class="row" data-index={index} ref={list.measureElement}>
              <RowView row={one} isLast={one.turn === lastTurn} />
            </div>
          ))}
        </article>
      ))}
    </>
  );
}

interface Numbers {
  readonly rows: readonly Row[];
  readonly count: number;
  readonly of: ReadonlyMap<string, number>;
}

/** The number of each article; counted again only when the rows changed, and from where they changed. */
function useNumbers(rows: readonly Row[]): Numbers {
  const kept = useRef<Numbers>({ rows: [], count: 0, of: new Map() });
  if (kept.current.rows !== rows) kept.current = count(rows, kept.current);
  return kept.current;
}

function count(rows: readonly Row[], before: Numbers): Numbers {
  const first = rows[0];
  // Text that grows adds rows to the last article only; then the numbers stay.
  if (first === before.rows[0] && rows.at(-1)?.group === before.rows.at(-1)?.group && rows.length >= before.rows.length && before.count > 0)
    return { ...before, rows };
  const of = new Map<string, number>();
  for (const row of rows) if (!of.has(row.group)) of.set(row.group, of.size + 1);
  return { rows, count: of.size, of };
}

function kindOf(row: Row): string {
  return row.kind === 'entry' ? row.entry.kind : row.kind === 'block' ? (row.isThought ? 'thought' : 'message') : row.kind;
}

function nameOf(row: Row): string {
  switch (kindOf(row)) {
    case 'prompt':
      return t('Your message');
    case 'message':
      return t('Answer');
    case 'thought':
      return t('Thought');
    case 'tool':
      return t('Tool call');
    case 'plan':
      return t('Plan');
    case 'permission':
      return t('Permission');
    case 'question':
      return t('Question');
    case 'file':
      return t('File');
    case 'restore':
      return t('Files put back');
    case 'image':
      return t('Image');
    case 'end':
      return t('End of the turn');
    default:
      return t('Notice');
  }
}
