import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { Id } from '../../model/entries.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { JournalFiles } from '../journal/files.ts';
import { measureJournal } from '../journal/segments.ts';
import { deletedPrefix } from '../live/liveSessions.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';

/** What a start finds: sessions whose journal is not what the index knows, and sessions of the index that are gone. */
export interface ChangedSessions {
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

/** What the index says of a session whose host has had no time to end its turn, or to give its agent back. */
function wasBusy({ status, hasAgent }: SessionSummary): boolean {
  return hasAgent === true || busyWords.has(status);
}

const busyWords: ReadonlySet<SessionSummary['status']> = new Set([
  'working',
  'waiting',
  'starting',
  'stalled',
  'queued',
  'held',
  'rate-limited',
]);

/** Milliseconds that whoever asks for the list waits after a host that was cut off; a list that is made anew takes longer, and is told as it grows. */
const listWaitMs = 1000;

/** The recovery after a start, for those who ask meanwhile. After a host that was cut off the index may know too little, and what was before. */
export class Recovery {
  /** Resolves when all was recovered. */
  readonly over: Promise<void>;
  #isKnown: boolean;
  #stored = 0;

  /** `leftInOrder`: the host before has saved the index. */
  constructor(sessionsFolder: string, leftInOrder: boolean, recover: () => Promise<void>) {
    this.#isKnown = leftInOrder;
    this.over = this.#run(sessionsFolder, recover);
  }

  /** Waits a moment where the index may be wrong, and says how many sessions there are at least; 0 where the index knows. */
  async stored(): Promise<number> {
    if (!this.#isKnown) await this.#soon();
    return this.#isKnown ? 0 : this.#stored;
  }

  async #soon(): Promise<void> {
    const patience = new AbortController();
    const late = setTimeout(listWaitMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.over.catch(() => undefined), late]);
    patience.abort();
  }

  async #run(sessionsFolder: string, recover: () => Promise<void>): Promise<void> {
    try {
      this.#stored = (await readdir(sessionsFolder)).filter((name) => Id.safeParse(name).success).length;
      await recover();
    } finally {
      this.#isKnown = true;
    }
  }
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
    const summary = index.get(id);
    if ((summary !== undefined && wasBusy(summary)) || !index.isFresh(id, await bytesOf(id))) changed.push(id);
  }
  return { changed, gone: index.ids().filter((id) => !present.has(id)) };
}
