import { setImmediate as turn } from 'node:timers/promises';
import { SessionEvent } from '../../model/events.ts';
import { reduce } from '../../model/reduce.ts';
import type { SessionState } from '../../model/session.ts';
import { emptySession } from '../../model/session.ts';
import type { JournalFiles } from '../journal/files.ts';
import { decodeRecords } from '../journal/frame.ts';
import { journalParts } from './journalParts.ts';

/** Records that are added up before the event loop gets a turn. */
const atOnce = 200;

/**
 * What a stored journal adds up to. It only looks: damage and records of a newer version are passed over in silence, as whoever loads the session
 * reports them. `signal` ends it between two records with its reason.
 */
export async function readState(files: JournalFiles, folder: string, signal: AbortSignal): Promise<SessionState> {
  let state = emptySession;
  let read = 0;
  for await (const part of journalParts(files, folder)) {
    for (const record of decodeRecords(part).records) {
      const event = SessionEvent.safeParse(record);
      if (event.success) state = reduce(state, event.data);
      if (++read % atOnce !== 0) continue;
      await turn();
      signal.throwIfAborted();
    }
  }
  return state;
}
