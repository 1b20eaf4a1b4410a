import type { BlobReference } from './blobs.ts';
import type { OpenSegment } from './segmentWriter.ts';

/** Something that was appended and is not known to be on the disk: framed records, or a blob. Its bytes are kept for the case that a sync fails. */
export interface PendingWrite {
  /** Counts up by one with each append. */
  readonly number: number;
  readonly bytes: Buffer;
  readonly blob?: BlobReference;
  /** Where it was written; undefined while it waits to be written. */
  place: OpenSegment | 'blobs' | undefined;
}

/** The ordered list of what is not on the disk yet. It does no I/O. */
export class PendingWrites {
  #writes: PendingWrite[] = [];
  #lastNumber = 0;
  #waitingBytes = 0;

  /** Bytes that no file has taken yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** The number of the newest write, durable or not. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  add(bytes: Buffer, blob?: BlobReference): PendingWrite {
    const write: PendingWrite = { number: ++this.#lastNumber, bytes, place: undefined, ...(blob === undefined ? {} : { blob }) };
    this.#writes.push(write);
    this.#waitingBytes += bytes.length;
    return write;
  }

  placed(write: PendingWrite, place: OpenSegment | 'blobs'): void {
    write.place = place;
    this.#waitingBytes -= write.bytes.length;
  }

  /** What waits to be written, in order. */
  waiting(): readonly PendingWrite[] {
    return this.#writes.filter((write) => write.place === undefined);
  }

  /** What was written and waits for a sync, in order. */
  written(): readonly PendingWrite[] {
    return this.#writes.filter((write) => write.place !== undefined);
  }

  /** True when nothing up to and including this number is missing on the disk. */
  isDurable(number: number): boolean {
    const oldest = this.#writes[0];
    return oldest === undefined || oldest.number > number;
  }

  /** What was written to this place and waits for a sync, in order. */
  writtenTo(place: OpenSegment): readonly PendingWrite[] {
    return this.#writes.filter((write) => write.place === place);
  }

  /** These are on the disk now. */
  settle(writes: readonly PendingWrite[]): void {
    const settled = new Set(writes);
    this.#writes = this.#writes.filter((write) => !settled.has(write));
  }

  /** The sync of these failed: they wait to be written again, in their old order. */
  putBack(writes: readonly PendingWrite[]): void {
    for (const write of writes) {
      write.place = undefined;
      this.#waitingBytes += write.bytes.length;
    }
  }
}
