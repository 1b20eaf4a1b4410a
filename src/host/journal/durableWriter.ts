import * as path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import { TaskQueue } from '../../base/queue.ts';
import { syncBlob, writeBlob } from './blobs.ts';
import type { BlobReference } from './blobs.ts';
import type { JournalFiles } from './files.ts';
import { PendingWrites } from './pendingWrites.ts';
import type { PendingWrite } from './pendingWrites.ts';
import { SegmentWriter } from './segmentWriter.ts';
import type { OpenSegment } from './segmentWriter.ts';
import { storageError, troubleOf } from './trouble.ts';
import type { StorageTrouble } from './trouble.ts';

/** Where and how to write. Sizes in bytes. */
export interface DurableWriterOptions {
  readonly files: JournalFiles;
  readonly folder: string;
  readonly epoch: number;
  readonly log: Log;
  /** The number of the first segment to create. */
  readonly nextIndex: number;
  readonly segmentBytes: number;
  readonly queueBytes: number;
  readonly syncMilliseconds: number;
  /** Called when a segment was closed in good order, all of it on the disk: nobody writes to it again. */
  readonly onSegmentClosed: (name: string) => void;
}

interface Trouble {
  readonly report: StorageTrouble;
  readonly error: unknown;
}

const firstRetryMilliseconds = 100;
const longestRetryMilliseconds = 5_000;

/**
 * Takes bytes in order and brings them to the disk: written at once, synced in groups, and when the disk refuses, kept and tried again.
 * It knows segments and blobs, no records.
 */
export class DurableWriter {
  readonly #options: DurableWriterOptions;
  readonly #segments: SegmentWriter;
  readonly #pending = new PendingWrites();
  readonly #syncs = new TaskQueue();
  /** For each abandoned segment, the last write that it may have held. */
  readonly #abandonedAt = new Map<OpenSegment, number>();
  readonly #troubled = new Emitter<StorageTrouble>();
  readonly #recovered = new Emitter<undefined>();
  #trouble: Trouble | undefined;
  #retrying: Promise<void> | undefined;
  #retryMilliseconds = firstRetryMilliseconds;
  #retryTimer: NodeJS.Timeout | undefined;
  #syncTimer: NodeJS.Timeout | undefined;

  readonly onTrouble = this.#troubled.event;
  readonly onRecovered = this.#recovered.event;

  constructor(options: DurableWriterOptions) {
    this.#options = options;
    this.#segments = new SegmentWriter(options);
  }

  get trouble(): StorageTrouble | undefined {
    return this.#trouble?.report;
  }

  /** The bytes that wait in memory because the disk does not take them. */
  get waitingBytes(): number {
    return this.#pending.waitingBytes;
  }

  /** The bytes of a blob that no file has yet. */
  waitingBlob(id: string): Buffer | undefined {
    return this.#pending.waiting().find((write) => write.blob?.id === id)?.bytes;
  }

  /** Throws `storage` when so many bytes more could not be taken now. */
  assertRoom(bytes: number): void {
    if (this.#trouble === undefined || this.#pending.waitingBytes + bytes <= this.#options.queueBytes) return;
    throw storageError(this.#trouble.report, this.#trouble.error);
  }

  /** Writes records, or a blob, behind all that came before; `queued` when the disk does not take it now. */
  accept(bytes: Buffer, blob?: BlobReference): 'written' | 'queued' {
    const write = this.#pending.add(bytes, blob);
    if (this.#trouble !== undefined) return 'queued';
    try {
      this.#write(write);
    } catch (error) {
      this.#noteTrouble(error);
      this.#retryLater();
      return 'queued';
    }
    this.#syncSoon();
    return 'written';
  }

  /** Resolves when all that was accepted before the call is on the disk; rejects with `storage` when the disk does not take it. */
  async barrier(): Promise<void> {
    const number = this.#pending.lastNumber;
    while (!this.#pending.isDurable(number)) {
      const isDone = this.#trouble === undefined && (await this.#syncs.run(() => this.#sync()));
      if (!isDone) await this.#retry();
      const trouble = this.#trouble;
      if (trouble !== undefined && !this.#pending.isDurable(number)) throw storageError(trouble.report, trouble.error);
    }
  }

  /** Ends the current segment; it is closed once it is synced. */
  roll(): void {
    this.#segments.retire();
    this.#syncSoon();
  }

  /** Like a barrier, then closes every file, also when it rejects. Nothing may be accepted any more. */
  async close(): Promise<void> {
    try {
      await this.barrier();
    } finally {
      clearTimeout(this.#retryTimer);
      clearTimeout(this.#syncTimer);
      this.#segments.retire();
      await this.#syncs.run(() => this.#closeFinished(true));
      this.#troubled.dispose();
      this.#recovered.dispose();
    }
  }

  #write(write: PendingWrite): void {
    if (write.blob === undefined) {
      this.#pending.placed(write, this.#segments.write(write.bytes));
    } else {
      writeBlob(this.#options.files, this.#options.folder, write.blob, write.bytes);
      this.#pending.placed(write, 'blobs');
    }
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      void this.#syncs.run(() => this.#sync()).then((isDone) => (isDone ? undefined : this.#retry()));
    }, this.#options.syncMilliseconds).unref();
  }

  /** Syncs all that is written. False when something of it has to be written again; that is noted as trouble. */
  async #sync(): Promise<boolean> {
    const written = this.#pending.written();
    let isDone = true;
    for (const write of written) {
      if (write.blob !== undefined) isDone = (await this.#syncBlob(write, write.blob)) && isDone;
    }
    for (const segment of this.#segments.open) {
      if (segment.state === 'abandoned') continue;
      isDone = (await this.#syncSegment(segment)) && isDone;
    }
    this.#closeFinished(false);
    return isDone;
  }

  async #syncBlob(write: PendingWrite, blob: BlobReference): Promise<boolean> {
    try {
      await syncBlob(this.#options.files, this.#options.folder, blob.id);
      this.#pending.settle([write]);
      return true;
    } catch (error) {
      this.#pending.putBack([write]);
      this.#noteTrouble(error);
      return false;
    }
  }

  async #syncSegment(segment: OpenSegment): Promise<boolean> {
    const writes = this.#pending.writtenTo(segment);
    try {
      await this.#segments.sync(segment);
      this.#pending.settle(writes);
      return true;
    } catch (error) {
      // After a failed sync the kernel calls the lost pages clean: the next sync would succeed and mean nothing. So the bytes go to a new file.
      this.#segments.abandon(segment);
      this.#abandonedAt.set(segment, this.#pending.lastNumber);
      this.#pending.putBack(this.#pending.writtenTo(segment));
      this.#noteTrouble(error);
      return false;
    }
  }

  /** Closes the segments that need no more writes or syncs, or all of them. */
  #closeFinished(isLast: boolean): void {
    for (const segment of this.#segments.open) {
      if (segment.state === 'retired' && (isLast || this.#pending.writtenTo(segment).length === 0)) {
        this.#closeFile(segment);
        if (segment.syncedLength === segment.length) this.#options.onSegmentClosed(segment.name);
      } else if (segment.state === 'abandoned') {
        const isReplaced = this.#pending.isDurable(this.#abandonedAt.get(segment) ?? this.#pending.lastNumber);
        if (isReplaced || isLast) this.#closeAbandoned(segment, isReplaced);
      }
    }
  }

  #closeAbandoned(segment: OpenSegment, isReplaced: boolean): void {
    this.#closeFile(segment);
    this.#abandonedAt.delete(segment);
    // A segment of which something was synced keeps its place: only what is also elsewhere may go.
    if (!isReplaced || segment.syncedLength > 0) return;
    try {
      this.#options.files.remove(path.join(this.#options.folder, segment.name));
    } catch (error) {
      this.#options.log.debug('A segment that was written again elsewhere stays.', { segment: segment.name, error: messageOf(error) });
    }
  }

  #closeFile(segment: OpenSegment): void {
    try {
      this.#segments.close(segment);
    } catch (error) {
      // Its bytes are synced, or written again elsewhere: a close that fails takes nothing away.
      this.#options.log.warn('A segment of a journal could not be closed.', { segment: segment.name, error: messageOf(error) });
    }
  }

  #noteTrouble(error: unknown): void {
    const report = troubleOf(error, this.#options.folder);
    const isNews = this.#trouble?.report.kind !== report.kind;
    this.#trouble = { report, error };
    if (!isNews) return;
    this.#options.log.warn('A journal cannot write; what comes waits in memory.', { ...report });
    this.#troubled.fire(report);
  }

  #retryLater(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#retry(), this.#retryMilliseconds).unref();
    this.#retryMilliseconds = Math.min(this.#retryMilliseconds * 2, longestRetryMilliseconds);
  }

  /** Tries once to write and sync all that waits. Never rejects. */
  #retry(): Promise<void> {
    this.#retrying ??= this.#tryAgain().finally(() => {
      this.#retrying = undefined;
    });
    return this.#retrying;
  }

  async #tryAgain(): Promise<void> {
    clearTimeout(this.#retryTimer);
    // What is appended while the sync runs waits as well, so look again until nothing does.
    do {
      try {
        for (const write of this.#pending.waiting()) this.#write(write);
      } catch (error) {
        this.#noteTrouble(error);
        this.#retryLater();
        return;
      }
      if (!(await this.#syncs.run(() => this.#sync()))) {
        this.#retryLater();
        return;
      }
    } while (this.#pending.waiting().length > 0);
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#retryMilliseconds = firstRetryMilliseconds;
    this.#options.log.info('A journal writes again.', { folder: this.#options.folder });
    this.#recovered.fire(undefined);
  }
}
