import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summaryOf } from '../../model/summary.ts';
import type { Log } from '../../base/log.ts';
import type { CheckedSession } from '../idleCheck.ts';
import type { JournalFiles } from '../journal/files.ts';
import { quarantine } from '../journal/quarantine.ts';
import type { LiveSessions } from '../live/liveSessions.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';

export interface KeepSoundOptions {
  readonly sessions: LiveSessions;
  readonly index: SessionIndex;
  readonly files: JournalFiles;
  readonly sessionsFolder: string;
  readonly quarantineFolder: string;
  readonly log: Log;
}

/** Does what a check of a session asks for: damage is told and its bytes are kept, what nothing needs any more goes. */
export async function keepSound(options: KeepSoundOptions, checked: CheckedSession): Promise<void> {
  const { sessions, index } = options;
  const { id, damagedBlobs, isDamaged, shortenable } = checked;
  const wasLoaded = sessions.live.some(({ session }) => session.id === id);
  const { live, isUnused } = await sessions.recover(id);
  const { session } = live;
  try {
    // Loading a session reads its journal and tells what is wrong; one that was loaded long ago is read again.
    if (isDamaged && wasLoaded) sessions.noteFlaws(session, await session.inspect());
    await keepBlobs(options, id, damagedBlobs);
    if (damagedBlobs.length > 0) sessions.noteFlaws(session, { damagedBlobs: damagedBlobs.length });
    if (shortenable.size > 0) {
      await session.compactLeft(shortenable);
      // A session that has lost its name is listed once it got one again.
      if (session.state.id !== '') index.put(summaryOf(session.state), session.journalBytes);
    }
    await session.barrier();
  } finally {
    if (isUnused()) await sessions.unload(id);
  }
}

async function keepBlobs(options: KeepSoundOptions, id: string, blobs: readonly string[]): Promise<void> {
  const { files, log, quarantineFolder } = options;
  const folder = join(options.sessionsFolder, id);
  for (const blob of blobs) {
    const bytes = await readFile(join(folder, 'blobs', blob));
    const damage = { segment: `blob-${blob}`, offset: 0, length: bytes.length, reason: 'checksum', bytes } as const;
    await quarantine([damage], { files, folder, quarantineFolder, log });
  }
}
