import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LoomError } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { JournalFiles } from '../../../src/host/journal/files.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { encodeRecord } from '../../../src/host/journal/frame.ts';
import { Journal } from '../../../src/host/journal/journal.ts';
import type { JournalOptions, OpenedJournal } from '../../../src/host/journal/journal.ts';
import { measureJournal, readTail } from '../../../src/host/journal/segments.ts';
import { parseTestRecord, testRecord, testRecords, withoutDeltas } from '../../support/journalRecords.ts';
import type { TestRecord } from '../../support/journalRecords.ts';

describe('R1.3 the journal of a session', () => {
  let dataFolder: string;
  let folder: string;
  const opened: Journal<TestRecord>[] = [];

  beforeEach(() => {
    dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-journal-'));
    folder = path.join(dataFolder, 'sessions', 'one');
  });
  afterEach(async () => {
    await Promise.allSettled(opened.splice(0).map((journal) => journal.close()));
    fs.rmSync(dataFolder, { recursive: true, force: true });
  });

  async function open(epoch: number, options: Partial<JournalOptions<TestRecord>> = {}): Promise<OpenedJournal<TestRecord>> {
    const quarantineFolder = path.join(dataFolder, 'quarantine');
    const result = await Journal.open({
      folder,
      epoch,
      files: diskFiles,
      log: silentLog,
      mode: 'write',
      parse: parseTestRecord,
      quarantineFolder,
      ...options,
    });
    opened.push(result.journal);
    return result;
  }
  const segments = (): string[] => fs.readdirSync(folder).sort();

  it('writes nothing until something is appended', async () => {
    const { journal, records } = await open(1);
    assert.deepEqual(records, []);
    assert.equal(journal.position, undefined);
    await journal.barrier();
    await journal.close();
    assert.deepEqual(fs.readdirSync(dataFolder), []);
  });

  it('has written a record when append returns, before any sync', async () => {
    const { journal } = await open(1, { syncMilliseconds: 60_000 });
    assert.equal(journal.append([testRecord(1, 1), testRecord(1, 2)]), 'written');
    const other = await open(2, { mode: 'read' });
    assert.deepEqual(other.records, [testRecord(1, 1), testRecord(1, 2)]);
    assert.deepEqual(other.journal.position, { epoch: 1, seq: 2 });
    assert.equal(other.journal.byteSize, journal.byteSize);
    assert.equal(await measureJournal(diskFiles, folder), journal.byteSize);
  });

  it('is readable by its owner only', async () => {
    const { journal } = await open(1);
    journal.append([testRecord(1, 1)]);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    assert.equal(fs.statSync(path.join(folder, '1-1.jsonl')).mode & 0o777, 0o600);
  });

  it('does not bring a deleted repository back as an empty folder', async () => {
    fs.rmSync(dataFolder, { recursive: true });
    const { journal } = await open(1);
    assert.equal(journal.append([testRecord(1, 1)]), 'queued');
    assert.equal(journal.trouble?.kind, 'vanished');
    assert.equal(fs.existsSync(dataFolder), false);
  });

  it('leaves a segment alone that somebody else still writes, when it is rewritten', async () => {
    const { journal } = await open(1);
    journal.append(testRecords(1, 1, 3, 'delta'));
    await journal.close();
    const late = encodeRecord(testRecord(1, 4));
    const files: JournalFiles = {
      ...diskFiles,
      create: (file) => {
        // A host that should not run appends while the copy is made.
        if (file.endsWith('.tmp')) fs.appendFileSync(path.join(folder, '1-1.jsonl'), late);
        return diskFiles.create(file);
      },
    };
    const next = await open(2, { files });
    await next.journal.compactLeft('1-1.jsonl', withoutDeltas);
    assert.deepEqual(segments(), ['1-1.jsonl']);
    assert.deepEqual((await open(3, { mode: 'read' })).records, [...testRecords(1, 1, 3, 'delta'), testRecord(1, 4)]);
    await (await open(2)).journal.compactLeft('1-1.jsonl', withoutDeltas);
    assert.deepEqual((await open(3, { mode: 'read' })).records, [testRecord(1, 4)]);
  });

  it('begins a new segment with each host start and reads them as one', async () => {
    for (const epoch of [1, 2, 3]) {
      const { journal } = await open(epoch);
      journal.append(testRecords(epoch, 1, 3));
      await journal.close();
    }
    const { records } = await open(4);
    assert.deepEqual(records, [...testRecords(1, 1, 3), ...testRecords(2, 1, 3), ...testRecords(3, 1, 3)]);
    assert.deepEqual(segments(), ['1-1.jsonl', '2-1.jsonl', '3-1.jsonl']);
  });

  it('merges what two hosts wrote that should not both have run', async () => {
    const one = await open(1);
    const two = await open(2);
    for (let seq = 1; seq <= 20; seq++) {
      one.journal.append([testRecord(1, seq)]);
      two.journal.append([testRecord(2, seq)]);
    }
    const { records, damage } = await open(3);
    assert.deepEqual(damage, []);
    assert.deepEqual(records, [...testRecords(1, 1, 20), ...testRecords(2, 1, 20)]);
  });

  it('never writes into a segment that another process has created', async () => {
    const one = await open(1);
    const two = await open(1);
    one.journal.append([testRecord(1, 1)]);
    two.journal.append([testRecord(1, 2)]);
    assert.deepEqual(segments(), ['1-1.jsonl', '1-2.jsonl']);
    assert.deepEqual((await open(2)).records, testRecords(1, 1, 2));
  });

  it('reads past a torn tail, keeps its bytes and writes elsewhere', async () => {
    const first = await open(1);
    first.journal.append(testRecords(1, 1, 3));
    await first.journal.close();
    const segment = path.join(folder, '1-1.jsonl');
    const whole = fs.readFileSync(segment);
    fs.truncateSync(segment, whole.length - 10);
    const second = await open(2);
    assert.deepEqual(second.records, testRecords(1, 1, 2));
    const [damage] = second.damage;
    assert.equal(damage?.reason, 'torn');
    assert.equal(damage.isNew, true);
    assert.deepEqual(fs.readFileSync(damage.keptAs ?? ''), whole.subarray(damage.offset, -10));
    second.journal.append([testRecord(2, 1)]);
    await second.journal.close();
    const third = await open(3);
    assert.deepEqual(third.records, [...testRecords(1, 1, 2), testRecord(2, 1)]);
    assert.deepEqual(
      third.damage.map(({ isNew, keptAs }) => ({ isNew, keptAs })),
      [{ isNew: false, keptAs: damage.keptAs }],
    );
    assert.deepEqual(fs.readFileSync(segment), whole.subarray(0, -10));
  });

  it('writes not even to the quarantine when it is only read', async () => {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, '1-1.jsonl'), 'garbage\n');
    const { damage, journal } = await open(2, { mode: 'read' });
    assert.equal(damage.length, 1);
    assert.deepEqual(fs.readdirSync(dataFolder), ['sessions']);
    assert.throws(() => journal.append([testRecord(2, 1)]), { code: 'internal' });
  });

  it('counts the records of a newer version and keeps them', async () => {
    const { journal } = await open(1);
    journal.append([testRecord(1, 1), { ...testRecord(1, 2), kind: 'hologram' } as unknown as TestRecord, testRecord(1, 3)]);
    const { records, unknownRecords, damage } = await open(2);
    assert.deepEqual([records.map((record) => record.seq), unknownRecords, damage], [[1, 3], 1, []]);
  });

  it('loses no other file when one cannot be read', async () => {
    const first = await open(1);
    first.journal.append(testRecords(1, 1, 2));
    fs.mkdirSync(path.join(folder, '1-2.jsonl'));
    const { records, damage } = await open(2);
    assert.deepEqual(records, testRecords(1, 1, 2));
    assert.deepEqual(
      damage.map(({ segment, reason }) => [segment, reason]),
      [['1-2.jsonl', 'unreadable']],
    );
  });

  it('refuses records of another epoch and records out of order', async () => {
    const { journal } = await open(2);
    journal.append(testRecords(2, 5, 6));
    for (const wrong of [testRecords(1, 7, 7), testRecords(2, 6, 6), [testRecord(2, 8), testRecord(2, 7)]]) {
      assert.throws(() => journal.append(wrong), { code: 'internal' });
    }
    assert.deepEqual(journal.position, { epoch: 2, seq: 6 });
    assert.deepEqual((await open(3)).records, testRecords(2, 5, 6));
  });

  it('rolls its segments, and drops the deltas of those that are closed', async () => {
    const { journal } = await open(1, { segmentBytes: 4096, compact: withoutDeltas });
    for (let seq = 1; seq <= 200; seq++) journal.append([testRecord(1, seq, seq % 10 === 0 ? 'fact' : 'delta')]);
    await journal.barrier();
    const before = segments().length;
    assert.ok(before > 4);
    await journal.close();
    const { records, damage } = await open(2);
    assert.deepEqual(damage, []);
    assert.deepEqual(
      records.map((record) => record.seq),
      Array.from({ length: 20 }, (_, index) => 10 * (index + 1)),
    );
    assert.equal(segments().length, before);
    assert.equal(journal.byteSize, await measureJournal(diskFiles, folder));
  });

  it('leaves a closed segment alone that compaction would not make smaller, or that holds damage', async () => {
    const { journal } = await open(1, { compact: withoutDeltas });
    journal.append(testRecords(1, 1, 3, 'delta'));
    fs.appendFileSync(path.join(folder, '1-1.jsonl'), 'noise\n');
    journal.roll();
    journal.append(testRecords(1, 4, 6));
    await journal.close();
    const { records, damage } = await open(2);
    assert.equal(records.length, 6);
    assert.equal(damage.length, 1);
  });

  it('compacts on a roll that the session asks for, and says so', async () => {
    const { journal } = await open(1, { compact: withoutDeltas });
    journal.append([...testRecords(1, 1, 9, 'delta'), testRecord(1, 10)]);
    const large = journal.byteSize;
    const compacted = new Promise<void>((resolve) => {
      journal.onCompacted(() => resolve());
    });
    journal.roll();
    await compacted;
    assert.ok(journal.byteSize < large / 5);
    journal.append([testRecord(1, 11)]);
    assert.deepEqual((await open(2)).records, testRecords(1, 10, 11));
  });

  it('gives the last records from the end of the journal only', async () => {
    const { journal } = await open(1, { segmentBytes: 4096 });
    for (let seq = 1; seq <= 100; seq++) journal.append([testRecord(1, seq)]);
    const some = await readTail(diskFiles, folder, 6000, parseTestRecord);
    assert.ok(some.records.length > 20 && some.records.length < 100);
    assert.deepEqual(some.records, testRecords(1, 101 - some.records.length, 100));
    assert.equal(some.complete, false);
    const all = await readTail(diskFiles, folder, 1e6, parseTestRecord);
    assert.deepEqual([all.records, all.complete], [testRecords(1, 1, 100), true]);
    assert.deepEqual(await readTail(diskFiles, path.join(dataFolder, 'none'), 100, parseTestRecord), { records: [], complete: true });
  });

  it('lets go of a barrier when it is cancelled', async () => {
    const { journal } = await open(1);
    journal.append([testRecord(1, 1)]);
    const abort = new AbortController();
    const waiting = journal.barrier(abort.signal);
    abort.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    await assert.rejects(journal.barrier(abort.signal), (error) => error instanceof LoomError && error.code === 'cancelled');
    await journal.barrier(new AbortController().signal);
  });

  it('takes nothing after it was closed', async () => {
    const { journal } = await open(1);
    await journal.close();
    await journal.close();
    assert.throws(() => journal.append([testRecord(1, 1)]), { code: 'internal' });
  });
});
