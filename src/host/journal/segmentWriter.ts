import * as path from 'node:path';
import { errnoOf } from './files.ts';
import type { JournalFile, JournalFiles } from './files.ts';
import { segmentName } from './segments.ts';
import { diskError } from './trouble.ts';

/** A segment that this process has created and not closed yet. */
export interface OpenSegment {
  readonly name: string;
  readonly file: JournalFile;
  /** Bytes of whole records; whatever a failed write left behind it is cut off. */
  length: number;
  /** How many of them are known to be on the disk. */
  syncedLength: number;
  /** `retired`: to be closed once it is synced. `abandoned`: a sync failed, so what was unsynced is written elsewhere. */
  state: 'current' | 'retired' | 'abandoned';
  /** True once its name is on the disk. */
  isNameSynced: boolean;
}

/** Creates, fills and syncs the segments of one epoch of a journal. It keeps no queue and knows no record: it writes bytes, or throws. */
export class SegmentWriter {
  readonly #files: JournalFiles;
  readonly #folder: string;
  readonly #epoch: number;
  readonly #segmentBytes: number;
  #nextIndex: number;
  #current: OpenSegment | undefined;
  #open: OpenSegment[] = [];
  #isFolderNameSynced = true;

  constructor(options: { files: JournalFiles; folder: string; epoch: number; segmentBytes: number; nextIndex: number }) {
    this.#files = options.files;
    this.#folder = options.folder;
    this.#epoch = options.epoch;
    this.#segmentBytes = options.segmentBytes;
    this.#nextIndex = options.nextIndex;
  }

  /** The segments that are not closed, oldest first. */
  get open(): readonly OpenSegment[] {
    return this.#open;
  }

  /** Appends whole records in one write and says where. After an error nothing of them is in a segment that goes on being used. */
  write(bytes: Uint8Array): OpenSegment {
    if (this.#current !== undefined && this.#current.length > 0 && this.#current.length + bytes.length > this.#segmentBytes) this.retire();
    const segment = this.#current ?? this.#begin();
    try {
      const taken = segment.file.write(bytes);
      if (taken < bytes.length) throw diskError('ENOSPC', `Only ${taken} of ${bytes.length} bytes were taken`);
    } catch (error) {
      this.#cutBack(segment);
      throw error;
    }
    segment.length += bytes.length;
    return segment;
  }

  /** Ends the current segment; the next write begins another. */
  retire(): void {
    if (this.#current !== undefined) this.#current.state = 'retired';
    this.#current = undefined;
  }

  /** Gives a segment up: the disk no longer says whether it holds what was written to it. */
  abandon(segment: OpenSegment): void {
    if (this.#current === segment) this.#current = undefined;
    segment.state = 'abandoned';
  }

  /** Resolves when what the segment held at the call, and its name, are on the disk. */
  async sync(segment: OpenSegment): Promise<void> {
    const { length } = segment;
    if (length > segment.syncedLength || !segment.isNameSynced) await segment.file.sync();
    if (!segment.file.isLinked()) throw diskError('ENOENT', `${segment.name} was removed`);
    if (!segment.isNameSynced) await this.#syncNames();
    segment.isNameSynced = true;
    segment.syncedLength = length;
  }

  /** Closes the file of a segment that is no longer current. */
  close(segment: OpenSegment): void {
    this.#open = this.#open.filter((each) => each !== segment);
    segment.file.close();
  }

  #begin(): OpenSegment {
    if (this.#files.makeFolder(this.#folder)) this.#isFolderNameSynced = false;
    for (;;) {
      const name = segmentName(this.#epoch, this.#nextIndex++);
      try {
        const file = this.#files.create(path.join(this.#folder, name));
        this.#current = { name, file, length: 0, syncedLength: 0, state: 'current', isNameSynced: false };
        this.#open.push(this.#current);
        return this.#current;
      } catch (error) {
        // The number is taken by a process that should not have this epoch: never write into its file.
        if (errnoOf(error) !== 'EEXIST') throw error;
      }
    }
  }

  #cutBack(segment: OpenSegment): void {
    try {
      segment.file.truncate(segment.length);
    } catch {
      // A torn record stays at its end, where it costs nothing, as long as nothing is written behind it.
      this.retire();
    }
  }

  async #syncNames(): Promise<void> {
    const parent = path.dirname(this.#folder);
    const folders = this.#isFolderNameSynced ? [this.#folder] : [this.#folder, parent, path.dirname(parent)];
    // Whoever waits, waits for all of them, so they need not wait for each other.
    await Promise.all(folders.map((folder) => this.#files.syncFolder(folder)));
    this.#isFolderNameSynced = true;
  }
}
