import { isAbsolute } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { readTurnPage } from '../../model/transcript/readPages.ts';
import { recoveredFacts } from '../../model/transcript/recoveredFacts.ts';
import type { LiveSession, LiveSessions } from '../live/liveSessions.ts';
import type { Records } from '../stored/records.ts';
import type { SessionHost } from '../sessionHost.ts';

/**
 * Makes a session again that only its written pages tell of, under its own id. An agent that nobody knows here is replaced by the default one, which
 * gets what was said before with the next message. Rejects with `not-found` where no history tells of it, with `conflict` where it is here.
 */
export async function recoverWritten(
  { host, sessions, records }: { readonly host: SessionHost; readonly sessions: LiveSessions; readonly records: Records },
  sessionId: string,
  folder: string,
): Promise<LiveSession> {
  if (!isAbsolute(folder)) throw new LoomError('invalid-input', `The folder must be an absolute path, not "${folder}".`);
  const written = await records.pages(sessionId);
  if (written === undefined) throw new LoomError('not-found', 'No history that can be read here tells of this session. Fetch it first.');
  const { page, turns, place } = written;
  const choices = host.choices().map(({ id }) => id);
  const agent = choices.includes(page.agent) ? page.agent : (choices[0] ?? page.agent);
  const pages = [...turns.values()].flatMap((markdown) => readTurnPage(markdown, folder) ?? []);
  const live = await sessions.recreate(sessionId, recoveredFacts(page, pages, { folder, agent, from: place }));
  records.adopt(live.session.state, turns);
  return live;
}
