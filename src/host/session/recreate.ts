import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SessionEvent } from '../../model/events.ts';
import type { DatedFact } from '../../model/transcript/recoveredFacts.ts';
import type { JournalFiles } from '../journal/files.ts';
import { Journal } from '../journal/journal.ts';

/** Where a session is put together, and by whom. */
export interface RecreateOptions {
  /** The session's own folder, which must not be there yet. */
  readonly folder: string;
  /** How the name of the folder begins in which it is put together; what a crash leaves under such names, the next start removes. */
  readonly scratchPrefix: string;
  readonly epoch: number;
  readonly files: JournalFiles;
  readonly log: Log;
}

/**
 * Writes the journal of a session that is made again, under another name, and gives it its own when all of it is on the disk: a crash leaves the
 * session whole or not at all. Rejects with `storage`, and with `conflict` where a session has that folder.
 */
export async function recreateSession(options: RecreateOptions, facts: readonly DatedFact[]): Promise<void> {
  const { folder, scratchPrefix, epoch, files, log } = options;
  const scratch = join(dirname(folder), `${scratchPrefix}${randomBytes(6).toString('hex')}`);
  const { journal } = await Journal.open<SessionEvent>({ folder: scratch, epoch, files, log, mode: 'write', parse: () => undefined });
  try {
    journal.append(facts.map(({ at, fact }, index) => ({ epoch, seq: index + 1, at, fact })));
    await journal.close();
    await files.syncFolder(scratch);
    if ((await files.list(folder)).length > 0)
      throw new LoomError('conflict', 'This session is here already. Open it in the Sessions view.');
    files.rename(scratch, folder);
    await files.syncFolder(dirname(folder));
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

/** Puts the folder of a session of which nothing can be read into the quarantine, whole. Rejects with Node's own errors. */
export async function setAside(files: JournalFiles, folder: string, quarantineFolder: string): Promise<void> {
  if (files.makeFolder(quarantineFolder)) await files.syncFolder(dirname(quarantineFolder));
  files.rename(folder, join(quarantineFolder, `session-${basename(folder)}-${randomBytes(4).toString('hex')}`));
  await files.syncFolder(quarantineFolder);
}
