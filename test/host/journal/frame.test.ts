import assert from 'node:assert/strict';
import { decodeRecords, encodeRecord, encodeRecords } from '../../../src/host/journal/frame.ts';
import { testRecord, testRecords } from '../../support/journalRecords.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const records = testRecords(1, 1, 16, 'fact', 480);
const lines = records.map(encodeRecord);
const bytes = Buffer.concat(lines);

/** The index of the line that holds each byte. */
const lineOf = lines.flatMap((line, index) => Array.from({ length: line.length }, () => index));

function flipped(source: Buffer, offset: number, bit: number): Buffer {
  const copy = Buffer.from(source);
  copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
  return copy;
}

/** Decodes with one bit flipped and says which of the expected records are missing; anything invented or silent is an error. */
function missingAfterFlip(source: Buffer, expected: readonly string[], offset: number, bit: number): number[] {
  const decoded = decodeRecords(flipped(source, offset, bit));
  if (decoded.damage.length === 0) assert.fail(`The flip of bit ${bit} at ${offset} was not noticed.`);
  const read = decoded.records.map((record) => JSON.stringify(record));
  const missing: number[] = [];
  let next = 0;
  expected.forEach((text, index) => {
    if (read[next] === text) next++;
    else missing.push(index);
  });
  if (next !== read.length) assert.fail(`The flip of bit ${bit} at ${offset} gave a record that nobody wrote.`);
  return missing;
}

/** Compares by hand: half a million comparisons by the library take longer than the flips. */
function assertMissing(missing: readonly number[], only: number | undefined): void {
  const isRight = only === undefined ? missing.length === 0 : missing.length === 1 && missing[0] === only;
  if (!isRight) assert.deepEqual(missing, only === undefined ? [] : [only]);
}

describe('R6.14 the frame of a record', () => {
  const check = (
    name: string,
    source: Buffer,
    expected: { records: number; damage: [number, number, string][]; validEnd: number },
  ): void => {
    it(name, () => {
      const decoded = decodeRecords(source);
      const damage = decoded.damage.map(({ offset, length, reason }) => [offset, length, reason]);
      assert.deepEqual({ records: decoded.records.length, damage, validEnd: decoded.validEnd }, expected);
    });
  };
  const one = encodeRecord(testRecord(1, 1));
  const two = encodeRecord(testRecord(1, 2));
  const both = one.length + two.length;

  it('is one greppable line of checksum, length and JSON', () => {
    assert.equal(encodeRecord({ text: 'a\nb' }).toString(), '9541bf51 0000000f {"text":"a\\nb"}\n');
  });
  it('gives back what went in', () => assert.deepEqual(decodeRecords(encodeRecords(records)).records, records));
  check('reads nothing from nothing', Buffer.alloc(0), { records: 0, damage: [], validEnd: 0 });
  check('reads a last record without its newline', both === 0 ? one : Buffer.concat([one, two.subarray(0, -1)]), {
    records: 2,
    damage: [],
    validEnd: both - 1,
  });
  check('skips a line of garbage', Buffer.concat([one, Buffer.from('garbage\n'), two]), {
    records: 2,
    damage: [[one.length, 8, 'header']],
    validEnd: both + 8,
  });
  check('reports lines of garbage that touch as one', Buffer.concat([Buffer.from('a\nb\n\xff'), one]), {
    records: 0,
    damage: [[0, 6 + one.length, 'header']],
    validEnd: 0,
  });
  check('reads on behind a hole of zeros, in the same line', Buffer.concat([one, Buffer.alloc(100), two]), {
    records: 2,
    damage: [[one.length, 100, 'zeros']],
    validEnd: both + 100,
  });
  check('notices a checksum that holds for something that is no JSON', Buffer.from('3610a686 00000005 hello\n'), {
    records: 0,
    damage: [[0, 24, 'json']],
    validEnd: 0,
  });
  check('is not led astray by a length beyond the end', Buffer.concat([Buffer.from('00000000 ffffffff {}\n'), one]), {
    records: 1,
    damage: [[0, 21, 'header']],
    validEnd: 21 + one.length,
  });
  it('never reads a frame out of the text of a damaged record', () => {
    const hostile = encodeRecord({ text: encodeRecord(7).toString() });
    hostile[20] = 0x20;
    assert.deepEqual(decodeRecords(hostile).records, []);
  });

  it('loses only the cut record when a journal is cut at any byte', () => {
    let torn = 0;
    for (let end = 0; end <= bytes.length; end++) {
      const decoded = decodeRecords(bytes.subarray(0, end));
      const whole = end === bytes.length ? lines.length : (lineOf[end] ?? 0);
      const isWholeButNewline = end < bytes.length && bytes[end] === 0x0a;
      const expected = whole + (isWholeButNewline ? 1 : 0);
      assert.deepEqual(decoded.records, records.slice(0, expected));
      const cut = end - decoded.validEnd;
      assert.deepEqual(decoded.damage, cut === 0 ? [] : [{ offset: decoded.validEnd, length: cut, reason: 'torn' }]);
      if (cut > 0) torn++;
    }
    // All cuts but those at the end of a line and before its newline.
    assert.equal(torn, bytes.length + 1 - 2 * lines.length - 1);
  });

  it('loses at most the record that any flipped bit of a journal lies in', function () {
    this.timeout(300_000);
    const expected = records.map((record) => JSON.stringify(record));
    let flips = 0;
    for (let offset = 0; offset < bytes.length; offset++) {
      for (let bit = 0; bit < 8; bit++, flips++) {
        const missing = missingAfterFlip(bytes, expected, offset, bit);
        // A flipped newline costs nothing: the length says where the record ends.
        assertMissing(missing, bytes[offset] === 0x0a ? undefined : lineOf[offset]);
      }
    }
    assert.ok(flips >= 8 * 8 * 1024, `${flips} flips are no sweep`);
  });

  it('loses at most the record that any of 64 KiB of flipped bits lies in', function () {
    this.timeout(300_000);
    // Each flip is read with its neighbours only: nothing further away takes part.
    const many = testRecords(1, 1, 320, 'fact', 160).map(encodeRecord);
    let flips = 0;
    many.forEach((line, index) => {
      const window = many.slice(Math.max(0, index - 1), index + 2);
      const expected = window.map((each) => each.subarray(18, -1).toString());
      const own = Math.min(index, 1);
      const start = index === 0 ? 0 : (window[0]?.length ?? 0);
      const source = Buffer.concat(window);
      for (let flip = 0; flip < line.length * 8; flip++, flips++) {
        const offset = start + (flip >> 3);
        assertMissing(missingAfterFlip(source, expected, offset, flip & 7), source[offset] === 0x0a ? undefined : own);
      }
    });
    assert.ok(flips >= 8 * 64 * 1024, `${flips} flips are no 64 KiB`);
  });

  it('gives only records that were written, whatever is thrown at it', () => {
    const random = seededRandom(7);
    const written = new Set(records.map((record) => JSON.stringify(record)));
    let damaged = 0;
    for (let round = 0; round < 500; round++) {
      let source = Buffer.from(bytes);
      for (let blow = 0; blow < 4; blow++) {
        const from = Math.floor(random() * source.length);
        const to = from + Math.floor(random() * 300);
        const noise = Buffer.from(Array.from({ length: Math.floor(random() * 50) }, () => Math.floor(random() * 256)));
        source = Buffer.concat([source.subarray(0, from), noise, source.subarray(to)]);
      }
      const decoded = decodeRecords(source);
      if (decoded.damage.length > 0) damaged++;
      for (const record of decoded.records) assert.ok(written.has(JSON.stringify(record)));
    }
    assert.ok(damaged > 450, `only ${damaged} of 500 rounds did damage`);
  });
});
