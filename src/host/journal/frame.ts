/**
 * The journal knows nothing of sessions, agents or documents: it keeps whatever records it is given, in order, and gives them back.
 * This file is the format of a record on disk.
 */
import { crc32 } from 'node:zlib';

/** Why a stretch of a segment could not be read. `torn`: the file ends inside a record. `newline`: the record itself is whole, only its end mark is not. */
export type DamageReason = 'torn' | 'header' | 'checksum' | 'newline' | 'json' | 'zeros';

/** A stretch of bytes that is no record: `offset` and `length` in bytes. */
export interface FrameDamage {
  readonly offset: number;
  readonly length: number;
  readonly reason: DamageReason;
}

/** What `decodeRecords` found. `validEnd` is the offset behind the last whole record; all that follows it is damage. */
export interface DecodedFrames {
  readonly records: readonly unknown[];
  readonly damage: readonly FrameDamage[];
  readonly validEnd: number;
}

const headerPattern = /^([0-9a-f]{8}) ([0-9a-f]{8}) $/;
const headerLength = 18;
const newline = 0x0a;

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/**
 * One line: the CRC-32 of the JSON and its length in bytes, each as eight lower-case hex digits and a space, then the JSON, then a newline.
 * JSON escapes its own newlines, so a newline byte always is the end of a record.
 */
export function encodeRecord(record: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(record), 'utf8');
  const line = Buffer.allocUnsafe(headerLength + json.length + 1);
  line.write(`${hex(crc32(json))} ${hex(json.length)} `, 0, 'latin1');
  json.copy(line, headerLength);
  line[line.length - 1] = newline;
  return line;
}

/** Frames several records into the bytes of one write. */
export function encodeRecords(records: readonly unknown[]): Buffer {
  return records.length === 1 ? encodeRecord(records[0]) : Buffer.concat(records.map(encodeRecord));
}

type Frame = { readonly record: unknown; readonly end: number } | { readonly reason: DamageReason };

function readFrame(bytes: Buffer, offset: number): Frame {
  const header = headerPattern.exec(bytes.toString('latin1', offset, offset + headerLength));
  if (header === null) return { reason: 'header' };
  const start = offset + headerLength;
  const end = start + Number.parseInt(header[2] ?? '', 16);
  if (end > bytes.length) return { reason: 'torn' };
  const json = bytes.subarray(start, end);
  if (hex(crc32(json)) !== header[1]) return { reason: 'checksum' };
  try {
    return { record: JSON.parse(json.toString('utf8')), end };
  } catch {
    // The checksum holds, so these are the bytes that were written: a record that its writer should never have framed.
    return { reason: 'json' };
  }
}

/** Where the record that may follow the damage at `offset` begins, and what to call the damage. */
function skipDamage(bytes: Buffer, offset: number, reason: DamageReason): { readonly next: number; readonly reason: DamageReason } {
  if (bytes[offset] === 0) {
    // A write that the disk lost leaves a hole of zeros, and a whole record can follow it on the same line.
    let next = offset;
    while (bytes[next] === 0) next++;
    return { next, reason: 'zeros' };
  }
  const lineEnd = bytes.indexOf(newline, offset);
  if (lineEnd === -1) return { next: bytes.length, reason: 'torn' };
  return { next: lineEnd + 1, reason: reason === 'torn' ? 'header' : reason };
}

/** Reads all whole records. A torn, flipped or foreign stretch costs only itself: reading resumes behind the next newline. Never throws. */
export function decodeRecords(bytes: Buffer): DecodedFrames {
  const records: unknown[] = [];
  const damage: FrameDamage[] = [];
  const noteDamage = (offset: number, end: number, reason: DamageReason): void => {
    const last = damage.at(-1);
    const touches = last !== undefined && last.offset + last.length === offset;
    if (touches) damage[damage.length - 1] = { ...last, length: end - last.offset };
    else damage.push({ offset, length: end - offset, reason });
  };
  let validEnd = 0;
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes[offset] === newline) {
      offset++;
      continue;
    }
    const frame = readFrame(bytes, offset);
    if ('reason' in frame) {
      const skipped = skipDamage(bytes, offset, frame.reason);
      noteDamage(offset, skipped.next, skipped.reason);
      offset = skipped.next;
      continue;
    }
    records.push(frame.record);
    validEnd = frame.end;
    offset = frame.end + 1;
    if (frame.end < bytes.length && bytes[frame.end] === newline) validEnd = offset;
    else if (frame.end < bytes.length) noteDamage(frame.end, offset, 'newline');
  }
  return { records, damage, validEnd };
}
