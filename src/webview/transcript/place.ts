import type { ScrollPlace } from '../../model/events.ts';
import type { Row } from '../page/rows.ts';
import type { VirtualRows } from './useVirtualRows.ts';
import { offsetOf, whenStill } from './useVirtualRows.ts';

/** The place at the top edge: the key of the row there and the pixels of it that are cut off. */
export function placeAtTop(list: VirtualRows, rows: readonly Row[]): ScrollPlace | undefined {
  const offset = offsetOf(list);
  const item = list.getVirtualItemForOffset(offset);
  const row = item === undefined ? undefined : rows[item.index];
  return item === undefined || row === undefined ? undefined : { entry: row.key, offset: Math.round(offset - item.start) };
}

/** The row that a stored place means: the row itself or, where only the entry is known, its first row; -1 where it is not loaded. */
export function rowOfPlace(rows: readonly Row[], entry: string): number {
  const exact = rows.findIndex((row) => row.key === entry);
  return exact === -1 ? rows.findIndex((row) => row.group === entry) : exact;
}

/** Goes to a place. Rows that were never drawn have guessed heights, so the offset is put on once the row is there. */
export async function goToPlace(list: VirtualRows, index: number, offset: number): Promise<void> {
  list.scrollToIndex(index, { align: 'start' });
  await whenStill(list);
  const target = offset === 0 ? undefined : list.getOffsetForIndex(index, 'start')?.[0];
  if (target === undefined) return;
  list.scrollToOffset(target + offset);
  await whenStill(list);
}
