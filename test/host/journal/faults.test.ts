import assert from 'node:assert/strict';
import { LoomError, messageOf } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { BlobReference } from '../../../src/host/journal/blobs.ts';
import { readBlob } from '../../../src/host/journal/blobs.ts';
import type { JournalFiles } from '../../../src/host/journal/files.ts';
import { encodeRecord } from '../../../src/host/journal/frame.ts';
import { Journal } from '../../../src/host/journal/journal.ts';
import { FaultyFiles } from '../../support/faultyFiles.ts';
import type { FaultEffect } from '../../support/faultyFiles.ts';
import { parseTestRecord, testRecord, testRecords, withoutDeltas } from '../../support/journalRecords.ts';
import type { TestRecord } from '../../support/journalRecords.ts';
import { MemoryDisk } from '../../support/memoryDisk.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const folder = '/data/sessions/one';
const openJournal = (files: JournalFiles, epoch: number, mode: 'write' | 'read' = 'write') =>
  Journal.open({
    folder,
    epoch,
    files,
    log: silentLog,
    mode,
    parse: parseTestRecord,
    quarantineFolder: '/data/quarantine',
    compact: withoutDeltas,
    segmentBytes: 600,
    // Every sync is asked for, so that the k-th operation is the same in each run.
    syncMilliseconds: 60_000,
  });

/** What a life of the host was promised. */
interface Promised {
  /** Records whose append returned `written`. */
  readonly written: TestRecord[];
  /** Records, and blobs, that a barrier has covered. */
  readonly durable: TestRecord[];
  readonly blobs: BlobReference[];
  readonly appended: TestRecord[];
}

/** A disk on which an earlier host left a whole record, a line of garbage and an unfinished file. */
async function usedDisk(): Promise<{ disk: MemoryDisk; old: TestRecord }> {
  const disk = new MemoryDisk([folder]);
  const old = testRecord(1, 1);
  const file = disk.create(`${folder}/1-1.jsonl`);
  file.write(Buffer.concat([encodeRecord(old), Buffer.from('garbage\n')]));
  await file.sync();
  disk.create(`${folder}/1-1.jsonl.tmp`);
  await disk.syncFolder(folder);
  return { disk, old };
}

/** Two host starts that append, keep a blob, roll, compact, wait at barriers and close. Goes on as far as the faults let it. */
async function twoLives(files: JournalFiles, promised: Promised): Promise<void> {
  for (const epoch of [2, 3]) {
    const { journal } = await openJournal(files, epoch);
    try {
      let seq = 0;
      for (let turn = 1; turn <= 3; turn++) {
        const batch: TestRecord[] = [];
        const add = (records: readonly TestRecord[]): void => {
          promised.appended.push(...records);
          batch.push(...records);
          if (journal.append(records) === 'written') promised.written.push(...records);
        };
        add(testRecords(epoch, ++seq, (seq += 2), 'delta'));
        const blob = journal.putBlob(Buffer.from(`payload of turn ${turn} in epoch ${epoch}`));
        add([{ ...testRecord(epoch, ++seq), text: blob.id }]);
        add(testRecords(epoch, ++seq, ++seq));
        await journal.barrier();
        promised.durable.push(...batch);
        promised.blobs.push(blob);
      }
    } finally {
      await journal.close();
    }
  }
}

function newPromises(): Promised {
  return { written: [], durable: [], blobs: [], appended: [] };
}

/** Reads the journal with nothing in the way and holds it to what was promised. */
async function checkKept(disk: MemoryDisk, promised: Promised, kept: readonly TestRecord[], context: string): Promise<void> {
  const { records } = await openJournal(disk, 9, 'read');
  const read = records.map((record) => JSON.stringify(record));
  const appended = new Set(promised.appended.map((record) => JSON.stringify(record)));
  for (const record of read) assert.ok(appended.has(record), `${context}: a record that nobody wrote: ${record}`);
  assert.equal(new Set(read).size, read.length, `${context}: a record came twice`);
  const inOrder = records.toSorted((one, other) => one.epoch - other.epoch || one.seq - other.seq);
  assert.deepEqual(records, inOrder, context);
  const present = new Set(read);
  for (const record of withoutDeltas(kept)) {
    assert.ok(present.has(JSON.stringify(record)), `${context}: record (${record.epoch}, ${record.seq}) is lost`);
  }
  for (const { id, bytes } of promised.blobs) {
    assert.equal((await readBlob(disk, folder, id)).length, bytes, `${context}: a payload is lost`);
  }
}

/** Milliseconds in which a run that takes a fraction of a second must have come to its end, and operations that no run needs. */
const stuckMs = 20_000;
const mostOperations = 1000;

/** The outcome of a run, or a failure that says what was stuck: a journal that waits for ever, or tries for ever, must not fail by silence. */
async function unlessStuck<T>(run: Promise<T>, context: () => string, milliseconds = stuckMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${context()}: the journal neither went on nor said so.` })),
      milliseconds,
    );
  });
  try {
    return await Promise.race([run, stuck]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs two lives with the fault at operation 1, 2, 3 … until a run is clean. Returns the kinds of operation that were hit. */
async function sweep(
  effect: FaultEffect,
  inspect: (run: { disk: MemoryDisk; promised: Promised; failure: unknown; context: string; at: number }) => Promise<void>,
): Promise<ReadonlySet<string>> {
  const hits = new Set<string>();
  for (let at = 1; ; at++) {
    const { disk, old } = await usedDisk();
    const files = new FaultyFiles(disk, { at, effect });
    const promised = newPromises();
    promised.appended.push(old);
    promised.durable.push(old);
    let failure: unknown;
    const context = (): string => `${effect} at operation ${at} (${files.hit})`;
    try {
      await unlessStuck(twoLives(files, promised), context);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      failure = error;
    }
    assert.ok(files.operations <= mostOperations, `${context()}: the journal tries again and again: ${files.operations} operations.`);
    if (!files.happened) {
      assert.equal(failure, undefined);
      assert.ok(at > 100, `A clean run after ${at} operations: the scenario is too short.`);
      return hits;
    }
    hits.add(files.hit);
    await inspect({ disk, promised, failure, context: context(), at });
  }
}

const everyOperation = [
  'list',
  'read',
  'size',
  'makeFolder',
  'create',
  'write',
  'sync',
  'syncFolder',
  'isLinked',
  'close',
  'rename',
  'remove',
  'openExisting',
];

describe('R6.14 the journal when the disk fails', function () {
  this.timeout(120_000);

  it('is said to be stuck where it is', async () => {
    await assert.rejects(
      unlessStuck(new Promise(() => undefined), () => 'error at operation 7 (sync)', 5),
      {
        name: 'AssertionError',
        message: 'error at operation 7 (sync): the journal neither went on nor said so.',
      },
    );
  });

  for (const effect of ['error', 'short'] as const) {
    it(`loses nothing to one ${effect === 'error' ? 'error' : 'short write or error'} at any operation, and goes on by itself`, async () => {
      const hits = await sweep(effect, async ({ disk, promised, failure, context }) => {
        // A folder that cannot be listed is the one thing that nothing can be done about: opening says so, and opening again works.
        if (failure !== undefined) {
          assert.ok(failure instanceof LoomError && failure.code === 'storage', `${context}: ${messageOf(failure)}`);
          assert.match(context, /\((list|size)\)/);
        }
        await checkKept(disk, promised, promised.appended, context);
      });
      for (const operation of everyOperation) assert.ok(hits.has(operation), `No fault hit ${operation}.`);
    });
  }

  it('keeps every record that was shown when the process dies at any operation', async () => {
    const hits = await sweep('death', async ({ disk, promised, failure, context }) => {
      if (failure !== undefined) assert.ok(failure instanceof LoomError && failure.code === 'storage', `${context}: ${messageOf(failure)}`);
      await checkKept(disk, promised, [...promised.durable, ...promised.written], context);
    });
    for (const operation of everyOperation) assert.ok(hits.has(operation), `No death hit ${operation}.`);
  });

  it('keeps every record behind a barrier when the power goes at any operation', async () => {
    let lost = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      await sweep('death', async ({ disk, promised, context, at }) => {
        lost += disk.losePower(seededRandom(seed * 1000 + at));
        await checkKept(disk, promised, promised.durable, `${context}, power lost with seed ${seed}`);
      });
    }
    assert.ok(lost > 1000, `Only ${lost} operations were lost.`);
  });

  it('keeps what it said to be synced when the power goes in the middle of a clean run', async () => {
    let lost = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const disk = new MemoryDisk(['/data']);
      const promised = newPromises();
      const { journal } = await openJournal(disk, 1);
      const random = seededRandom(seed);
      for (let seq = 1; seq <= 30; seq++) {
        const record = testRecord(1, seq);
        promised.appended.push(record);
        journal.append([record]);
        if (random() < 0.2) {
          await journal.barrier();
          promised.durable.splice(0, Infinity, ...promised.appended);
        }
      }
      lost += disk.losePower(random);
      await checkKept(disk, promised, promised.durable, `seed ${seed}`);
      await journal.close().catch(() => undefined);
    }
    assert.ok(lost > 100, `Only ${lost} operations were lost.`);
  });
});

describe('R6.14 the journal while the disk is full', () => {
  /** A journal whose disk takes no write and no new file after the first `room` operations of that kind. */
  async function openOnFullDisk(room: number, effect: FaultEffect, code = 'ENOSPC') {
    const disk = new MemoryDisk(['/data']);
    const only = new Set(['write', 'create']);
    const files = new FaultyFiles(disk, { at: room + 1, effect, code, lasting: true, only });
    const { journal } = await Journal.open({
      folder,
      epoch: 1,
      files,
      log: silentLog,
      mode: 'write',
      parse: parseTestRecord,
      queueBytes: 4000,
    });
    const told: string[] = [];
    journal.onTrouble(({ kind }) => told.push(kind));
    journal.onRecovered(() => told.push('recovered'));
    return { disk, files, journal, told };
  }

  for (const effect of ['error', 'short'] as const) {
    it(`keeps what comes in order and writes it when there is room again (${effect})`, async () => {
      const { disk, files, journal, told } = await openOnFullDisk(3, effect);
      const outcomes = testRecords(1, 1, 10).map((record) => journal.append([record]));
      // The first of the three operations created the file.
      assert.deepEqual(outcomes, [...Array.from({ length: 2 }, () => 'written'), ...Array.from({ length: 8 }, () => 'queued')]);
      assert.deepEqual(told, ['full']);
      assert.ok(journal.waitingBytes > 0);
      await assert.rejects(journal.barrier(), { code: 'storage', message: /The disk is full\. Make room/ });
      // Nothing torn lies behind the records that are there.
      const meanwhile = await openJournal(disk, 2, 'read');
      assert.deepEqual([meanwhile.records, meanwhile.damage], [testRecords(1, 1, 2), []]);
      assert.ok(files.happened);
      files.heal();
      await journal.barrier();
      assert.deepEqual(told, ['full', 'recovered']);
      assert.equal(journal.append([testRecord(1, 11)]), 'written');
      await journal.close();
      assert.deepEqual((await openJournal(disk, 2, 'read')).records, testRecords(1, 1, 11));
    });
  }

  it('tries again by itself', async () => {
    const { files, journal } = await openOnFullDisk(1, 'error');
    const recovered = new Promise<void>((resolve) => {
      journal.onRecovered(() => resolve());
    });
    assert.equal(journal.append([testRecord(1, 1)]), 'queued');
    assert.ok(files.happened);
    files.heal();
    await recovered;
    assert.equal(journal.trouble, undefined);
    await journal.close();
  });

  it('takes no more than its bound, and then nothing of what is refused', async () => {
    const { disk, files, journal } = await openOnFullDisk(1, 'error');
    let seq = 0;
    assert.throws(
      () => {
        while (seq < 1000) journal.append([testRecord(1, ++seq)]);
      },
      { code: 'storage' },
    );
    assert.ok(seq > 20);
    assert.ok(journal.waitingBytes <= 4000);
    assert.throws(() => journal.putBlob(Buffer.alloc(5000)), { code: 'storage' });
    assert.deepEqual(journal.position, { epoch: 1, seq: seq - 1 });
    assert.ok(files.happened);
    files.heal();
    await journal.close();
    assert.deepEqual((await openJournal(disk, 2, 'read')).records, testRecords(1, 1, seq - 1));
  });

  it('serves a payload that waits for room', async () => {
    const { files, journal } = await openOnFullDisk(0, 'error');
    const { id } = journal.putBlob(Buffer.from('0123456789'));
    assert.equal((await journal.readBlob(id, { offset: 2, length: 3 })).toString(), '234');
    files.heal();
    await journal.barrier();
    assert.equal((await journal.readBlob(id)).toString(), '0123456789');
    await journal.close();
  });

  it('says that a read-only folder is read-only, and rejects its close', async () => {
    const { journal, told } = await openOnFullDisk(0, 'error', 'EROFS');
    journal.append([testRecord(1, 1)]);
    assert.deepEqual(told, ['read-only']);
    await assert.rejects(journal.close(), { code: 'storage' });
    assert.throws(() => journal.append([testRecord(1, 2)]), { code: 'internal' });
  });

  it('cuts no tail when even cutting fails, and loses nothing', async () => {
    const disk = new MemoryDisk(['/data']);
    const only = new Set(['write', 'truncate']);
    const files = new FaultyFiles(disk, { at: 3, effect: 'short', lasting: true, only });
    const { journal } = await openJournal(files, 1);
    for (const record of testRecords(1, 1, 4)) journal.append([record]);
    assert.ok(files.happened);
    files.heal();
    await journal.close();
    const { records, damage } = await openJournal(disk, 2, 'read');
    assert.deepEqual(records, testRecords(1, 1, 4));
    assert.deepEqual(
      damage.map(({ segment, reason }) => [segment, reason]),
      [['1-1.jsonl', 'torn']],
    );
  });
});

describe('R6.14 the journal when a sync fails', () => {
  it('writes the unsynced records again to a new file, because the next sync would mean nothing', async () => {
    const disk = new MemoryDisk(['/data']);
    const files = new FaultyFiles(disk, { at: 2, effect: 'error', only: new Set(['sync']) });
    const { journal } = await openJournal(files, 1);
    const told: string[] = [];
    journal.onTrouble(({ kind }) => told.push(kind));
    journal.onRecovered(() => told.push('recovered'));
    journal.append([testRecord(1, 1)]);
    await journal.barrier();
    journal.append([testRecord(1, 2)]);
    await journal.barrier();
    assert.ok(files.happened);
    assert.deepEqual(told, ['error', 'recovered']);
    assert.deepEqual(await disk.list(folder), ['1-1.jsonl', '1-2.jsonl']);
    const { records } = await openJournal(disk, 2, 'read');
    assert.deepEqual(records, testRecords(1, 1, 2));
    disk.losePower(() => 0);
    assert.deepEqual((await openJournal(disk, 2, 'read')).records, testRecords(1, 1, 2));
    await journal.close();
  });

  it('leaves no pile of files behind while syncs go on failing', async () => {
    const disk = new MemoryDisk(['/data']);
    const files = new FaultyFiles(disk, { at: 1, effect: 'error', lasting: true, only: new Set(['sync']) });
    const { journal } = await openJournal(files, 1);
    journal.append([testRecord(1, 1)]);
    for (let attempt = 0; attempt < 5; attempt++) await assert.rejects(journal.barrier(), { code: 'storage' });
    files.heal();
    await journal.barrier();
    assert.equal((await disk.list(folder)).length, 1);
    assert.deepEqual((await openJournal(disk, 2, 'read')).records, [testRecord(1, 1)]);
    await journal.close();
  });

  it('notices that its file was removed, and writes what was not safe yet to another', async () => {
    const disk = new MemoryDisk(['/data']);
    const { journal } = await openJournal(disk, 1);
    const told: string[] = [];
    journal.onTrouble(({ kind }) => told.push(kind));
    journal.append([testRecord(1, 1)]);
    disk.remove(`${folder}/1-1.jsonl`);
    await journal.barrier();
    assert.deepEqual(told, ['vanished']);
    assert.equal(journal.trouble, undefined);
    assert.deepEqual((await openJournal(disk, 2, 'read')).records, [testRecord(1, 1)]);
    await journal.close();
  });
});
