import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Id } from '../model/entries.ts';
import type { JournalFiles } from './journal/files.ts';
import { measureJournal } from './journal/segments.ts';
import { deletedPrefix } from './liveSessions.ts';
import type { SessionIndex } from './sessionIndex.ts';

/** What a start finds: sessions whose journal is not what the index knows, and sessions of the index that are gone. */
export interface ChangedSessions {
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

/** Sessions that are measured before the event loop gets a turn. */
const atOnce = 64;

/**
 * Compares the index with the journals on the disk, by the size of each journal, and by what the index says was running. Folders that a
 * crash left in the middle of a deletion are removed.
 */
export async function findChanged(options: {
  readonly sessionsFolder: string;
  readonly index: SessionIndex;
  readonly files: JournalFiles;
  readonly log: Log;
}): Promise<ChangedSessions> {
  const { sessionsFolder, index, files, log } = options;
  const found = await readdir(sessionsFolder, { withFileTypes: true });
  const names = found.filter((each) => each.isDirectory()).map(({ name }) => name);
  for (const name of names.filter((each) => each.startsWith(deletedPrefix))) {
    log.info('A deletion that was cut off is finished.', { folder: name });
    await rm(join(sessionsFolder, name), { recursive: true, force: true });
  }
  const bytesOf = async (id: string): Promise<number> => {
    try {
      return await measureJournal(files, join(sessionsFolder, id));
    } catch (error) {
      // One folder that cannot be read must not keep all others from being found; loading it says what is wrong.
      log.warn('The journal of a session cannot be measured.', { session: id, error: messageOf(error) });
      return -1;
    }
  };
  const present = new Set(names.filter((name) => Id.safeParse(name).success));
  const changed: string[] = [];
  let measured = 0;
  for (const id of present) {
    measured += 1;
    if (measured % atOnce === 0) await new Promise((resolve) => setImmediate(resolve));
    const status = index.get(id)?.status;
    const wasBusy = status === 'working' || status === 'waiting' || status === 'starting' || status === 'queued';
    if (wasBusy || !index.isFresh(id, await bytesOf(id))) changed.push(id);
  }
  return { changed, gone: index.ids().filter((id) => !present.has(id)) };
}
