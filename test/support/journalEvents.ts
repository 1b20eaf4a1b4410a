import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRecords } from '../../src/host/journal/frame.ts';
import { mergeRecords } from '../../src/host/journal/segments.ts';
import { SessionEvent } from '../../src/model/events.ts';

/** The events in the journal of a session, in order, as they stand on the disk. Damaged records are left out. */
export function journalEvents(folder: string): readonly SessionEvent[] {
  const segments = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const values = segments.flatMap((name) => [...decodeRecords(readFileSync(join(folder, name))).records]);
  return mergeRecords(values.map((value) => SessionEvent.parse(value)));
}
