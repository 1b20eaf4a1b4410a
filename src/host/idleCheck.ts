import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { SealedStreams } from '../model/compact.ts';
import type { SessionEvent } from '../model/events.ts';
import { errnoOf } from './journal/files.ts';
import type { JournalFiles } from './journal/files.ts';
import { listSegments } from './journal/segments.ts';
import { verifyBlob, verifySegment } from './journal/verify.ts';
import type { Quiet } from './quiet.ts';

/** What a check of a session's folder has found. */
export interface CheckedSession {
  readonly id: string;
  /** A segment is not as it was written. */
  readonly isDamaged: boolean;
  /** Ids of stored payloads that are not what their names say. */
  readonly damagedBlobs: readonly string[];
  /** Segments of hosts that are gone which can be shortened, each with the seals that allow it. */
  readonly shortenable: ReadonlyMap<string, readonly SessionEvent[]>;
}

export interface IdleCheckOptions {
  readonly sessionsFolder: string;
  readonly files: JournalFiles;
  /** The epoch of this host. What it writes itself the next one checks, and what a newer one writes that one. */
  readonly epoch: number;
  readonly quiet: Quiet;
  readonly ids: () => readonly string[];
  /** Whether the host of an epoch is gone for certain. */
  readonly isOver: (epoch: number) => Promise<boolean>;
  /** Called for each session in which something is to be done. */
  readonly found: (session: CheckedSession) => Promise<void>;
  readonly log: Log;
}

/** Milliseconds after which the check looks for what has come since. */
const againMs = 3_600_000;

/**
 * Reads all that earlier hosts have stored while this one has nothing to do, and holds it to its checksums, so that damage is found before
 * somebody needs what is damaged. Each file is read once in the life of a host, and again only when its size has changed.
 */
export class IdleCheck {
  readonly #options: IdleCheckOptions;
  readonly #stop = new AbortController();
  /** The size that each file had when it was checked. */
  readonly #checked = new Map<string, number>();
  #running: Promise<void> | undefined;

  constructor(options: IdleCheckOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#pass();
      } catch (error) {
        if (!isCancelled(error)) this.#options.log.error('The stored sessions could not be checked.', { error: messageOf(error) });
      }
      await delay(againMs, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  async #pass(): Promise<void> {
    await this.#gate();
    const began = performance.now();
    const ids = this.#options.ids();
    // Not always in the same order: hosts that never rest long enough for all of it get round to everything in time.
    const first = Math.floor(Math.random() * ids.length);
    const before = this.#checked.size;
    let flawed = 0;
    for (const id of [...ids.slice(first), ...ids.slice(0, first)]) flawed += (await this.#check(id)) ? 1 : 0;
    const files = this.#checked.size - before;
    const milliseconds = Math.round(performance.now() - began);
    this.#options.log.info('All that is stored was checked.', { sessions: ids.length, files, flawed, milliseconds });
  }

  /** True when something in the session is damaged. */
  async #check(id: string): Promise<boolean> {
    const { found, log } = this.#options;
    try {
      const checked = await this.#look(id);
      const isFlawed = checked.isDamaged || checked.damagedBlobs.length > 0;
      if (isFlawed || checked.shortenable.size > 0) await found(checked);
      return isFlawed;
    } catch (error) {
      if (isCancelled(error)) throw error;
      // Deleted meanwhile, or a disk that reports an error: whoever opens the session is told.
      log.debug('A session could not be checked.', { session: id, error: messageOf(error) });
      return false;
    }
  }

  async #look(id: string): Promise<CheckedSession> {
    const { files, epoch, sessionsFolder, isOver } = this.#options;
    const folder = path.join(sessionsFolder, id);
    const streams = new SealedStreams();
    const sound = new Set<string>();
    let isDamaged = false;
    await this.#gate();
    const segments = await listSegments(files, folder);
    for (const { name, epoch: writer } of segments) {
      if (writer >= epoch) continue;
      const isSound = await this.#once(path.join(folder, name), (file) =>
        verifySegment(
          files,
          file,
          () => this.#gate(),
          (record) => streams.see(name, record),
        ),
      );
      if (isSound === false) isDamaged = true;
      else sound.add(name);
    }
    const damagedBlobs: string[] = [];
    for (const blob of (await files.list(path.join(folder, 'blobs'))).filter((name) => /^[0-9a-f]{64}$/.test(name))) {
      const isSound = await this.#once(path.join(folder, 'blobs', blob), () => verifyBlob(files, folder, blob, () => this.#gate()));
      if (isSound === false) damagedBlobs.push(blob);
    }
    const shortenable = new Map<string, readonly SessionEvent[]>();
    for (const { name, epoch: writer } of segments) {
      const seals = streams.seals.get(name);
      if (seals !== undefined && sound.has(name) && (await isOver(writer))) shortenable.set(name, seals);
    }
    return { id, isDamaged, damagedBlobs, shortenable };
  }

  /** Checks a file unless that was done and it has not changed since. */
  async #once(file: string, check: (file: string) => Promise<boolean>): Promise<boolean | undefined> {
    const size = this.#options.files.size(file);
    if (size === undefined || this.#checked.get(file) === size) return undefined;
    const isSound = await check(file).catch((error: unknown) => {
      // A file that cannot be read at all is damage too, unless it is only gone.
      if (isCancelled(error) || errnoOf(error) === 'ENOENT') throw error;
      return false;
    });
    this.#checked.set(file, size);
    return isSound;
  }

  #gate(): Promise<void> {
    return this.#options.quiet.gate(this.#stop.signal);
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof LoomError && error.code === 'cancelled';
}
