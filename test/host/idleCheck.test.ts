import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import type { CheckedSession } from '../../src/host/idleCheck.ts';
import { IdleCheck } from '../../src/host/idleCheck.ts';
import type { JournalFiles } from '../../src/host/journal/files.ts';
import { diskFiles } from '../../src/host/journal/files.ts';
import { encodeRecord } from '../../src/host/journal/frame.ts';
import { referenceTo } from '../../src/host/journal/blobs.ts';
import { verifySegment } from '../../src/host/journal/verify.ts';
import { Quiet } from '../../src/host/quiet.ts';
import { storeSessions } from '../bench/conversations.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';
import { testRecord } from '../support/journalRecords.ts';

/** Turns one bit, so that the size stays as it was. */
function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(file, bytes);
}

describe('R1.3 R1.5 R4.1 What is stored is checked while the host has nothing to do', function () {
  this.timeout(60_000);

  it('finds flipped bytes in sessions that nobody has opened, tells of them once, shows them, and keeps the bytes', async () => {
    const rig = new HostRig({ graceMs: 20_000, environment: { SESSION_LOOM_QUIET_MS: '1500' } });
    try {
      const ids = await storeSessions(
        rig.location,
        Array.from({ length: 12 }, (_, index) => ({ title: `Stored ${String(index)}`, messages: 4 })),
      );
      const [first = '', second = '', third = '', fourth = ''] = ids;
      const blob = referenceTo(Buffer.alloc(700_000, 'long output '));
      mkdirSync(rig.sessionPath(third, 'blobs'));
      writeFileSync(rig.sessionPath(third, 'blobs', blob.id), Buffer.alloc(700_000, 'long output '));
      // The first host puts them into the catalogue, so that the next one has no reason to read any of them.
      const before = await rig.attached();
      await until(async () => (await before.call('sessions/list', {})).total === 12);
      before.dispose();
      rig.kill('SIGTERM');
      await until(() => rig.processes().length === 0);
      const damage = (id: string): void => {
        const [name = ''] = readdirSync(rig.sessionPath(id));
        flip(rig.sessionPath(id, name), readFileSync(rig.sessionPath(id, name)).indexOf('falls back to defaults'));
      };
      damage(first);
      damage(second);
      flip(rig.sessionPath(third, 'blobs', blob.id), 600_000);

      const told: string[] = [];
      const link = rig.link();
      link.on('host/notice', ({ text }) => told.push(text));
      await link.attach('start');
      const { sessions } = await link.call('sessions/list', {});
      assert.ok(sessions.every(({ flaws }) => flaws === undefined));
      // One is open already, and what it shows stays as it was read: its file is damaged only now.
      const open = await Follower.of(link, fourth);
      damage(fourth);
      await until(() => rig.log().some(({ msg }) => msg === 'All that is stored was checked.') && told.length > 0);
      await open.until(({ flaws }) => flaws?.damaged === 1);
      assert.deepEqual(
        told.map((text) => text.replace(/: "[^.]*/, '')),
        ['In 4 sessions something could not be read. The rest is there; the damaged bytes are kept in the quarantine folder.'],
      );
      const flawed = (await link.call('sessions/list', {})).sessions.filter(({ flaws }) => flaws !== undefined);
      assert.deepEqual(new Set(flawed.map(({ id }) => id)), new Set([first, second, third, fourth]));
      const kept = readdirSync(join(rig.location.dataFolder, 'quarantine'));
      assert.equal(kept.length, 4);
      const damaged = await Follower.of(link, first);
      assert.deepEqual(damaged.state.flaws, { damaged: 1, damagedBlobs: 0, mergedEpochs: [] });
      // The seal, and the second half of what was streamed, still say all of it.
      assert.match(damaged.text, /End of answer 1/);
      assert.equal((await Follower.of(link, third)).state.flaws?.damagedBlobs, 1);
      assert.ok(rig.log().some(({ msg }) => msg === 'A journal is damaged; only the damaged records are lost.'));
      link.dispose();
      rig.kill('SIGTERM');
      await until(() => rig.processes().length === 0);

      const later: string[] = [];
      const again = rig.link();
      again.on('host/notice', ({ text }) => later.push(text));
      await again.attach('start');
      await until(() => rig.log().filter(({ msg }) => msg === 'All that is stored was checked.').length === 2);
      await again.call('session/follow', { sessionId: first });
      assert.deepEqual(later, []);
      assert.deepEqual(readdirSync(join(rig.location.dataFolder, 'quarantine')), kept);
    } finally {
      await rig.close();
    }
  });

  describe('over a folder', () => {
    let top: string;
    beforeEach(() => {
      top = mkdtempSync(join(tmpdir(), 'loom-check-'));
      for (const id of ['one', 'two', 'three']) mkdirSync(join(top, id));
    });
    afterEach(() => rmSync(top, { recursive: true, force: true }));

    const write = (id: string, segment: string, records: number): string => {
      const file = join(top, id, segment);
      writeFileSync(file, Buffer.concat(Array.from({ length: records }, (_, seq) => encodeRecord(testRecord(1, seq + 1, 'fact', 900)))));
      return file;
    };
    const checkOver = (files: JournalFiles, quiet: Quiet): { check: IdleCheck; found: CheckedSession[] } => {
      const found: CheckedSession[] = [];
      const check = new IdleCheck({
        sessionsFolder: top,
        files,
        epoch: 2,
        quiet,
        ids: () => ['one', 'two', 'three', 'deleted'],
        isOver: () => Promise.resolve(false),
        found: (session) => {
          found.push(session);
          return Promise.resolve();
        },
        log: silentLog,
      });
      return { check, found };
    };

    it('reads in slices, stops at once when work comes, and goes on where it was when it is quiet again', async () => {
      for (const id of ['one', 'two', 'three']) write(id, '1-1.jsonl', 1000);
      flip(join(top, 'two', '1-1.jsonl'), 500_000);
      let reads = 0;
      let isBusy = false;
      const files: JournalFiles = {
        ...diskFiles,
        read: (file, range) => {
          reads += 1;
          assert.ok((range?.length ?? Infinity) <= 256 * 1024, 'A whole file was read at once.');
          // A turn begins in the middle of a file.
          if (reads === 5) isBusy = true;
          return diskFiles.read(file, range);
        },
      };
      const { check, found } = checkOver(files, new Quiet({ quietMs: 30, isBusy: () => isBusy, clock: () => performance.now() }));
      check.start();
      await until(() => isBusy);
      const readsWhenWorkCame = reads;
      // What could still read would do so in far fewer rounds of the event loop.
      for (let round = 0; round < 2000; round++) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(reads, readsWhenWorkCame);
      isBusy = false;
      await until(() => reads >= 12 && found.length === 1);
      await check.stop();
      assert.equal(reads, 12, 'Each slice is read once.');
      assert.deepEqual(
        found.map(({ id, isDamaged }) => [id, isDamaged]),
        [['two', true]],
      );
    });

    it('gives up at once when the host leaves', async () => {
      write('one', '1-1.jsonl', 1000);
      let reads = 0;
      const files = { ...diskFiles, read: (...asked: Parameters<JournalFiles['read']>) => ((reads += 1), diskFiles.read(...asked)) };
      const { check } = checkOver(files, new Quiet({ quietMs: 3_600_000, isBusy: () => false, clock: () => performance.now() }));
      check.start();
      await check.stop();
      assert.equal(reads, 0);
    });

    it('leaves what this host and newer ones write to those that come after them', async () => {
      flip(write('one', '2-1.jsonl', 3), 30);
      flip(write('two', '3-1.jsonl', 3), 30);
      flip(write('three', '1-1.jsonl', 3), 30);
      const read: string[] = [];
      const files = { ...diskFiles, read: (...asked: Parameters<JournalFiles['read']>) => (read.push(asked[0]), diskFiles.read(...asked)) };
      const { check, found } = checkOver(files, new Quiet({ quietMs: 1, isBusy: () => false, clock: () => performance.now() }));
      check.start();
      await until(() => found.length > 0);
      await check.stop();
      assert.deepEqual(
        found.map(({ id }) => id),
        ['three'],
      );
      assert.deepEqual(read, [join(top, 'three', '1-1.jsonl')]);
    });

    it('agrees with a reading of the whole file wherever a slice ends', async () => {
      const open = (): Promise<void> => Promise.resolve();
      for (const records of [0, 1, 260, 261, 262, 263, 522]) {
        const file = write('one', '1-1.jsonl', records);
        const seen: unknown[] = [];
        assert.equal(await verifySegment(diskFiles, file, open, (record) => seen.push(record)), true);
        assert.equal(seen.length, records);
        if (records === 0) continue;
        const end = readFileSync(file).length;
        for (const at of [0, Math.floor(end / 2), Math.min(end - 2, 256 * 1024), end - 2]) {
          flip(file, at);
          assert.equal(await verifySegment(diskFiles, file, open, () => undefined), false, `${records} records, byte ${at}`);
          flip(file, at);
        }
        writeFileSync(file, readFileSync(file).subarray(0, -3));
        assert.equal(await verifySegment(diskFiles, file, open, () => undefined), false);
      }
    });
  });
});
