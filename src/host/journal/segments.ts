import * as path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { decodeRecords } from './frame.ts';
import type { DamageReason } from './frame.ts';
import type { JournalFiles } from './files.ts';

/** What the journal must know of a record. The order is (`epoch`, `seq`), never the clock. */
export interface Sequenced {
  readonly epoch: number;
  readonly seq: number;
}

/** Checks a value from the disk. Undefined means: not understood, for example from a newer version. Such a record is counted, left out and kept. */
export type ParseRecord<T> = (value: unknown) => T | undefined;

/** One segment of a journal: the `index`-th file that the host of `epoch` created, `<epoch>-<index>.jsonl`. */
export interface SegmentName {
  readonly name: string;
  readonly epoch: number;
  readonly index: number;
}

/** A stretch of a segment that could not be read; `unreadable` is a whole file that could not be opened. Offsets and lengths in bytes. */
export interface SegmentDamage {
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
  readonly reason: DamageReason | 'unreadable';
  /** The bytes themselves, for the quarantine. */
  readonly bytes: Buffer;
}

/** All that a journal's folder holds. */
export interface SegmentContents<T> {
  /** In the order (epoch, seq). */
  readonly records: readonly T[];
  readonly damage: readonly SegmentDamage[];
  /** How many sound records `parse` did not understand. */
  readonly unknownRecords: number;
  /** The bytes of all segments, damage included. */
  readonly byteSize: number;
}

const segmentPattern = /^([0-9]+)-([0-9]+)\.jsonl$/;

/** The file name of a segment. */
export function segmentName(epoch: number, index: number): string {
  return `${epoch}-${index}.jsonl`;
}

/** The segments in a journal's folder, oldest first. */
export async function listSegments(files: JournalFiles, folder: string): Promise<readonly SegmentName[]> {
  const names = await files.list(folder);
  return names
    .map((name) => segmentPattern.exec(name))
    .filter((match) => match !== null)
    .map(([name, epoch, index]) => ({ name, epoch: Number(epoch), index: Number(index) }))
    .sort((one, other) => one.epoch - other.epoch || one.index - other.index);
}

/** The bytes of all segments of a journal: cheap, and different when the journal has changed since it was last measured. */
export async function measureJournal(files: JournalFiles, folder: string): Promise<number> {
  const segments = await listSegments(files, folder);
  return segments.reduce((sum, { name }) => sum + (files.size(path.join(folder, name)) ?? 0), 0);
}

async function readSegment(files: JournalFiles, folder: string, segment: string): Promise<{ bytes: Buffer; unreadable?: string }> {
  try {
    return { bytes: await files.read(path.join(folder, segment)) };
  } catch (error) {
    return { bytes: Buffer.alloc(0), unreadable: messageOf(error) };
  }
}

function isSameRecord(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Sorts by (epoch, seq) and drops what is there twice: after a failed sync the unsynced records are written again to a new segment, while the
 * old one may have kept them. Records that only share their number are both kept, in the order of their segments.
 */
export function mergeRecords<T extends Sequenced>(records: readonly T[]): readonly T[] {
  const sorted = records.toSorted((one, other) => one.epoch - other.epoch || one.seq - other.seq);
  return sorted.filter((record, index) => {
    for (let before = index - 1; before >= 0; before--) {
      const earlier = sorted[before];
      if (earlier?.epoch !== record.epoch || earlier.seq !== record.seq) return true;
      if (isSameRecord(earlier, record)) return false;
    }
    return true;
  });
}

/**
 * The epochs that two hosts wrote at once, oldest first, for journals whose numbers go on from one epoch to the next: a host that begins before
 * an earlier one has ended takes numbers which that one uses as well. `records` in the order (epoch, seq).
 */
export function overlappingEpochs(records: readonly Sequenced[]): readonly number[] {
  const overlapping = new Set<number>();
  let highest: Sequenced | undefined;
  let before: Sequenced | undefined;
  for (const record of records) {
    if (before !== undefined && before.epoch !== record.epoch && (highest === undefined || before.seq > highest.seq)) highest = before;
    if (highest !== undefined && record.epoch !== before?.epoch && record.seq <= highest.seq)
      overlapping.add(highest.epoch).add(record.epoch);
    before = record;
  }
  return [...overlapping].sort((one, other) => one - other);
}

/** Reads every segment of a folder and merges them. Damage costs only itself, an unreadable file only that file. */
export async function readSegments<T extends Sequenced>(
  files: JournalFiles,
  folder: string,
  parse: ParseRecord<T>,
): Promise<SegmentContents<T>> {
  const records: T[] = [];
  const damage: SegmentDamage[] = [];
  let unknownRecords = 0;
  let byteSize = 0;
  for (const { name } of await listSegments(files, folder)) {
    const { bytes, unreadable } = await readSegment(files, folder, name);
    if (unreadable !== undefined) {
      damage.push({ segment: name, offset: 0, length: files.size(path.join(folder, name)) ?? 0, reason: 'unreadable', bytes });
      continue;
    }
    byteSize += bytes.length;
    const decoded = decodeRecords(bytes);
    for (const value of decoded.records) {
      const record = parse(value);
      if (record === undefined) unknownRecords++;
      else records.push(record);
    }
    damage.push(
      ...decoded.damage.map((each) => ({ ...each, segment: name, bytes: bytes.subarray(each.offset, each.offset + each.length) })),
    );
  }
  return { records: mergeRecords(records), damage, unknownRecords, byteSize };
}

/**
 * The last records of a journal, found in at most about `maxBytes` at its end, in order; `complete` when these are all there are.
 * Damage is skipped in silence: `readSegments` reports it.
 */
export async function readTail<T extends Sequenced>(
  files: JournalFiles,
  folder: string,
  maxBytes: number,
  parse: ParseRecord<T>,
): Promise<{ readonly records: readonly T[]; readonly complete: boolean }> {
  const segments = await listSegments(files, folder);
  const records: T[] = [];
  let left = maxBytes;
  let complete = true;
  for (const { name } of segments.toReversed()) {
    const file = path.join(folder, name);
    const size = files.size(file) ?? 0;
    if (left <= 0 && size > 0) complete = false;
    if (left <= 0) break;
    const offset = Math.max(0, size - left);
    if (offset > 0) complete = false;
    const bytes = await files.read(file, { offset, length: size - offset });
    // From the middle of a line nothing can be read: begin behind the first newline.
    const start = offset === 0 ? 0 : bytes.indexOf(0x0a) + 1;
    records.push(
      ...decodeRecords(bytes.subarray(start))
        .records.map(parse)
        .filter((record) => record !== undefined),
    );
    left -= size - offset;
  }
  return { records: mergeRecords(records), complete };
}
