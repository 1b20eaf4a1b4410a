import { Buffer } from 'node:buffer';
import type { TextRef } from '../../model/content.ts';
import type { Entry } from '../../model/entries.ts';
import type { Turn } from '../../model/session.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';

/** Entries that are read at a time when a session is walked through from its end. */
const pageEntries = 500;

/** The whole of a text that may lie beside the journal. */
export async function wholeText(call: Call<HostRequests>, sessionId: string, text: TextRef | undefined): Promise<string> {
  if (text?.blob === undefined) return text?.text ?? '';
  const { data } = await call('session/blob', { sessionId, blob: text.blob });
  return Buffer.from(data, 'base64').toString('utf8');
}

/** The turns of a session from its end to its beginning, in pages; a turn may come in several parts. */
export async function* turnsBackwards(call: Call<HostRequests>, sessionId: string): AsyncGenerator<readonly Turn[]> {
  let before = { turn: Number.MAX_SAFE_INTEGER, entry: 0 };
  for (;;) {
    const { turns } = await call('session/turns', { sessionId, before, limit: pageEntries });
    const first = turns[0];
    if (first === undefined) return;
    yield turns;
    if (first.index === 0 && first.skipped === 0) return;
    before = { turn: first.index, entry: first.skipped };
  }
}

/** Finds an entry by its id; undefined where the session has none such. */
export async function findEntry(call: Call<HostRequests>, sessionId: string, id: string): Promise<Entry | undefined> {
  for await (const turns of turnsBackwards(call, sessionId)) {
    const found = turns.flatMap(({ entries }) => entries).find((entry) => entry.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
