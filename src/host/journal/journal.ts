import { LoomError, messageOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import type { Event } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import { TaskQueue } from '../../base/queue.ts';
import { readBlob, referenceTo } from './blobs.ts';
import type { BlobRange, BlobReference } from './blobs.ts';
import { compactSegment } from './compaction.ts';
import type { CompactRecords } from './compaction.ts';
import { DurableWriter } from './durableWriter.ts';
import { encodeRecords } from './frame.ts';
import type { JournalFiles } from './files.ts';
import { removeLeftovers } from './leftovers.ts';
import { quarantine } from './quarantine.ts';
import type { JournalDamage } from './quarantine.ts';
import { listSegments, readSegments } from './segments.ts';
import type { ParseRecord, Sequenced } from './segments.ts';
import { storageError, troubleOf } from './trouble.ts';
import type { StorageTrouble } from './trouble.ts';

/** How to open a journal. */
export interface JournalOptions<T extends Sequenced> {
  /** The folder of this journal, for example `sessions/<id>`. Its grandparent must exist once something is appended. */
  readonly folder: string;
  /** The epoch of this host. Only its records can be appended. */
  readonly epoch: number;
  readonly files: JournalFiles;
  readonly log: Log;
  /** `read` promises that nothing is written, not even to the quarantine. */
  readonly mode: 'write' | 'read';
  readonly parse: ParseRecord<T>;
  /** Where damaged bytes are copied. Without it they are only reported. */
  readonly quarantineFolder?: string;
  /** Run over each segment that is closed in good order. */
  readonly compact?: CompactRecords<T>;
  /** The size in bytes beyond which a segment is closed. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** How many bytes may wait in memory while the disk does not take them. Default 64 MiB. */
  readonly queueBytes?: number;
  /** How long written records wait for their sync when no barrier asks for it, in milliseconds. Default 50. */
  readonly syncMilliseconds?: number;
}

/** What was found when a journal was opened. */
export interface OpenedJournal<T extends Sequenced> {
  readonly journal: Journal<T>;
  /** All records, in the order (epoch, seq). */
  readonly records: readonly T[];
  readonly damage: readonly JournalDamage[];
  /** How many sound records `parse` did not understand, for example those of a newer version. They stay in the journal. */
  readonly unknownRecords: number;
}

/** The number of a record. */
export interface JournalPosition {
  readonly epoch: number;
  readonly seq: number;
}

/**
 * The truth about one session: records in segments that are only appended to. One process writes one epoch; many may read.
 * Opening writes nothing to the journal, the first append creates its folder and file.
 */
export class Journal<T extends Sequenced> {
  readonly folder: string;
  /** Fired within the append or sync that failed, once, and again when the kind of trouble changes. */
  readonly onTrouble: Event<StorageTrouble>;
  /** Fired when all that waited is written and synced. */
  readonly onRecovered: Event<undefined>;
  /** Fired when a closed segment was rewritten: `byteSize` has shrunk. */
  readonly onCompacted: Event<undefined>;
  readonly #options: JournalOptions<T>;
  readonly #writer: DurableWriter;
  readonly #compactions = new TaskQueue();
  readonly #compacted = new Emitter<undefined>();
  readonly #blobIds = new Set<string>();
  #position: JournalPosition | undefined;
  #byteSize: number;
  #isClosed = false;

  private constructor(options: JournalOptions<T>, found: { position: JournalPosition | undefined; byteSize: number; nextIndex: number }) {
    this.folder = options.folder;
    this.#options = options;
    this.#position = found.position;
    this.#byteSize = found.byteSize;
    this.#writer = new DurableWriter({
      segmentBytes: 8 * 1024 * 1024,
      queueBytes: 64 * 1024 * 1024,
      syncMilliseconds: 50,
      ...options,
      nextIndex: found.nextIndex,
      onSegmentClosed: (name) => this.#compactSoon(name),
    });
    this.onTrouble = this.#writer.onTrouble;
    this.onRecovered = this.#writer.onRecovered;
    this.onCompacted = this.#compacted.event;
  }

  /** Reads the whole journal; a folder that does not exist is an empty one. Damage costs only itself and is reported. Rejects with `storage`. */
  static async open<T extends Sequenced>(options: JournalOptions<T>): Promise<OpenedJournal<T>> {
    const { files, folder, epoch, log, mode } = options;
    try {
      const segments = await listSegments(files, folder);
      const { damage, records, unknownRecords, byteSize } = await readSegments(files, folder, options.parse);
      const quarantineFolder = mode === 'write' ? options.quarantineFolder : undefined;
      const reports = await quarantine(damage, { files, folder, quarantineFolder, log });
      const last = records.at(-1);
      const journal = new Journal(options, {
        position: last && { epoch: last.epoch, seq: last.seq },
        byteSize,
        nextIndex: 1 + Math.max(0, ...segments.filter((segment) => segment.epoch === epoch).map((segment) => segment.index)),
      });
      return { journal, records, damage: reports, unknownRecords };
    } catch (error) {
      throw storageError(troubleOf(error, folder), error);
    }
  }

  /** The last record, be it written or waiting; undefined while the journal is empty. */
  get position(): JournalPosition | undefined {
    return this.#position;
  }

  /** The bytes of all segments, comparable with `measureJournal`. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** What keeps the journal from writing now. */
  get trouble(): StorageTrouble | undefined {
    return this.#writer.trouble;
  }

  /** The bytes that wait in memory because the disk does not take them. */
  get waitingBytes(): number {
    return this.#writer.waitingBytes;
  }

  /**
   * Writes the records with one synchronous write: when this returns `written`, they survive the end of this process and can be shown.
   * `queued`: the disk does not take them, `onTrouble` has been fired, they wait in order. Throws `storage` when no more can wait (nothing
   * of these records is kept then), `internal` for records of another epoch or out of order.
   */
  append(records: readonly T[]): 'written' | 'queued' {
    this.#assertWritable();
    const last = records.at(-1);
    if (last === undefined) return 'written';
    this.#assertOrder(records);
    const bytes = encodeRecords(records);
    this.#writer.assertRoom(bytes.length);
    this.#position = { epoch: last.epoch, seq: last.seq };
    this.#byteSize += bytes.length;
    return this.#writer.accept(bytes);
  }

  /**
   * Keeps a payload beside the journal, once. It is written like a record, in order, before the records that are appended after it; it can be
   * read at once, and a barrier syncs it. Throws `storage` when no more can wait.
   */
  putBlob(bytes: Buffer): BlobReference {
    this.#assertWritable();
    const reference = referenceTo(bytes);
    if (this.#blobIds.has(reference.id)) return reference;
    this.#writer.assertRoom(bytes.length);
    this.#blobIds.add(reference.id);
    this.#writer.accept(bytes, reference);
    return reference;
  }

  /** Reads a payload, or a part of it. Rejects as `readBlob` does. */
  readBlob(id: string, range?: BlobRange): Promise<Buffer> {
    const waiting = this.#writer.waitingBlob(id);
    if (waiting === undefined) return readBlob(this.#options.files, this.folder, id, range);
    return Promise.resolve(range === undefined ? waiting : waiting.subarray(range.offset, range.offset + range.length));
  }

  /**
   * Resolves when all that was appended before the call is on the disk, and would survive a power loss. Rejects with `storage` when the disk
   * does not take it (it goes on waiting, and is tried again), with `cancelled` on the signal.
   */
  async barrier(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw cancelled();
    const settled = this.#writer.barrier();
    if (signal === undefined) return settled;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(cancelled());
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      await Promise.race([settled, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Closes the current segment, so that it is compacted; the next append begins another. */
  roll(): void {
    this.#assertWritable();
    this.#writer.roll();
  }

  /** Reads all segments once more and reports what is damaged by now, as opening does. Rejects with `storage`. */
  async inspect(): Promise<readonly JournalDamage[]> {
    const { files, parse, log, epoch, quarantineFolder } = this.#options;
    try {
      const { damage } = await readSegments(files, this.folder, parse);
      // A record that is being written while it is read looks torn.
      const settled = damage.filter(({ segment, reason }) => reason !== 'torn' || !segment.startsWith(`${epoch}-`));
      return await quarantine(settled, { files, folder: this.folder, quarantineFolder, log });
    } catch (error) {
      throw storageError(troubleOf(error, this.folder), error);
    }
  }

  /** Rewrites a segment of an epoch whose host is gone for certain. Resolves when it is done, or was given up. */
  compactLeft(segment: string, compact: CompactRecords<T>): Promise<void> {
    this.#assertWritable();
    return this.#compact(segment, compact);
  }

  /** Writes and syncs what waits, closes and compacts. Rejects with `storage` when something could not be written; the journal is closed then as well. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      await this.#writer.close();
    } finally {
      await this.#compactions.idle();
      this.#compacted.dispose();
    }
  }

  #assertWritable(): void {
    if (this.#isClosed) throw new LoomError('internal', `The journal ${this.folder} is closed.`);
    if (this.#options.mode === 'read') throw new LoomError('internal', `The journal ${this.folder} was opened for reading only.`);
  }

  #assertOrder(records: readonly T[]): void {
    const { epoch } = this.#options;
    let seq = this.#position?.epoch === epoch ? this.#position.seq : -Infinity;
    for (const record of records) {
      if (record.epoch !== epoch || record.seq <= seq) {
        throw new LoomError('internal', `Record (${record.epoch}, ${record.seq}) cannot follow seq ${seq} in epoch ${epoch}.`);
      }
      seq = record.seq;
    }
  }

  #compactSoon(name: string): void {
    const { compact } = this.#options;
    if (compact !== undefined) void this.#compact(name, compact);
  }

  #compact(name: string, compact: CompactRecords<T>): Promise<void> {
    const { files, parse, log } = this.#options;
    return this.#compactions.run(async () => {
      try {
        await removeLeftovers(files, this.folder);
        const saved = await compactSegment(files, this.folder, name, parse, compact);
        if (saved === 0) return;
        this.#byteSize -= saved;
        this.#compacted.fire(undefined);
      } catch (error) {
        log.warn('A closed segment of a journal could not be compacted; it stays as it is.', {
          folder: this.folder,
          name,
          error: messageOf(error),
        });
      }
    });
  }
}

function cancelled(): LoomError {
  return new LoomError('cancelled', 'The wait for the disk was given up.');
}
