import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import initSqlJs from 'sql.js';
import { silentLog } from '../../../src/base/log.ts';
import { Catalogue } from '../../../src/host/catalogue/catalogue.ts';
import type { CatalogueOptions } from '../../../src/host/catalogue/catalogue.ts';
import type { CatalogueRow } from '../../../src/host/catalogue/schema.ts';
import { isAsWritten, writeSnapshot } from '../../../src/host/catalogue/snapshotFile.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const wasmFile = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

function row(number: number, changes: Partial<CatalogueRow> = {}): CatalogueRow {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
  return {
    id: `session${number}`,
    folder: '/home/ada/été 😀',
    title: `It's "session" ${number}; DROP TABLE sessions`,
    status: 'idle',
    archived: false,
    pinned: false,
    agent: 'built-in',
    createdAt: at,
    updatedAt: at,
    epoch: 1,
    seq: number,
    journalBytes: number * 100,
    summary: JSON.stringify({ number, lastMessage: 'What was said last. '.repeat(10) }),
    ...changes,
  };
}

describe('R6.13 the catalogue of sessions', function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  const opened: Catalogue[] = [];

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-catalogue-'));
    file = path.join(folder, 'catalogue.db');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((catalogue) => catalogue.close()));
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: Partial<CatalogueOptions> = {}): Promise<Catalogue> {
    const catalogue = await Catalogue.open({ file, wasmFile, log: silentLog, ...options });
    opened.push(catalogue);
    return catalogue;
  }
  it('that was closed says that the host leaves, and not that it is out of memory', async () => {
    const catalogue = await open();
    await catalogue.close();
    assert.throws(() => catalogue.get('session1'), { code: 'disconnected', message: /is leaving/ });
  });

  const ids = (rows: readonly CatalogueRow[]): string[] => rows.map(({ id }) => id);

  /** What every catalogue does, whether its rows were put just now, saved meanwhile, or read from the disk. */
  const ways: readonly (readonly [name: string, between: (catalogue: Catalogue) => Promise<Catalogue>])[] = [
    ['in memory', (catalogue) => Promise.resolve(catalogue)],
    ['that was saved meanwhile', (catalogue) => catalogue.save().then(() => catalogue)],
    ['that was closed and opened again', (catalogue) => catalogue.close().then(() => open())],
  ];
  for (const [name, between] of ways) {
    describe(name, () => {
      const filled = async (...rows: CatalogueRow[]): Promise<Catalogue> => {
        const catalogue = await open();
        for (const each of rows) catalogue.put(each);
        return await between(catalogue);
      };

      it('gives back a row as it was put', async () => {
        const whole = row(1, { parent: 'session0', archived: true, pinned: true, status: 'working' });
        const catalogue = await filled(whole, row(2));
        assert.deepEqual(catalogue.get('session1'), whole);
        assert.deepEqual(catalogue.get('session2'), row(2));
        assert.equal(catalogue.get('session3'), undefined);
      });

      it('replaces a row, and forgets one that was removed', async () => {
        const catalogue = await filled(row(1), row(2), row(3));
        catalogue.put(row(1, { title: 'Renamed' }));
        catalogue.remove('session2');
        catalogue.remove('nothing');
        const after = await between(catalogue);
        assert.equal(after.get('session1')?.title, 'Renamed');
        assert.equal(after.get('session2'), undefined);
        assert.deepEqual([after.count(), [...after.ids()].sort()], [2, ['session1', 'session3']]);
      });

      it('lists the last updated first, archived ones when asked', async () => {
        const catalogue = await filled(row(1), row(2, { archived: true }), row(4), row(3));
        assert.deepEqual(ids(catalogue.list({ includeArchived: false })), ['session4', 'session3', 'session1']);
        assert.deepEqual(ids(catalogue.list({ includeArchived: true })), ['session4', 'session3', 'session2', 'session1']);
        assert.deepEqual(catalogue.summaries({ includeArchived: false, limit: 2 }), [row(4).summary, row(3).summary]);
        assert.deepEqual([catalogue.count({ includeArchived: false }), catalogue.count({ includeArchived: true })], [3, 4]);
      });

      it('lists page after page, each row once, also when many have the same time', async () => {
        const at = row(1).updatedAt;
        const catalogue = await filled(...Array.from({ length: 25 }, (_, index) => row(index, index % 2 === 0 ? { updatedAt: at } : {})));
        const whole = ids(catalogue.list({ includeArchived: true }));
        const pages: string[] = [];
        for (let before: string | undefined; ; before = pages.at(-1)) {
          const page = catalogue.list({ includeArchived: true, limit: 4, before });
          if (page.length === 0) break;
          pages.push(...ids(page));
        }
        assert.equal(new Set(pages).size, 25);
        assert.deepEqual(pages, whole);
        assert.deepEqual(catalogue.list({ includeArchived: true, before: 'gone' }), []);
      });

      it('knows whether a row is as new as its journal', async () => {
        const catalogue = await filled(row(7));
        const isFresh = (...parameters: Parameters<Catalogue['isFresh']>): boolean => catalogue.isFresh(...parameters);
        assert.deepEqual(
          [
            isFresh('session7', 700),
            isFresh('session7', 701),
            isFresh('session8', 700),
            isFresh('session7', 700, { epoch: 1, seq: 7 }),
            isFresh('session7', 700, { epoch: 2, seq: 7 }),
          ],
          [true, false, false, true, false],
        );
      });

      it('takes many rows at once, all or none', async () => {
        const catalogue = await filled(row(1));
        catalogue.putAll([row(2), row(3)]);
        assert.throws(() => catalogue.putAll([row(4), { ...row(5), title: null as unknown as string }]));
        assert.equal((await between(catalogue)).count(), 3);
      });
    });
  }

  it('writes nothing while nothing has changed', async () => {
    const catalogue = await open();
    assert.equal(catalogue.rebuilt, 'missing');
    await catalogue.save();
    await catalogue.close();
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('is saved by itself soon after a change, and while changes keep coming', async () => {
    const catalogue = await open({ saveMilliseconds: 60_000, longestSaveMilliseconds: 60 });
    for (let number = 0; !fs.existsSync(file); number++) {
      catalogue.put(row(number % 10));
      await delay(1);
    }
    const quiet = path.join(folder, 'quiet.db');
    (await open({ file: quiet, saveMilliseconds: 1 })).put(row(1));
    while (!fs.existsSync(quiet)) await delay(1);
  });

  it('is readable by its owner only, and leaves no temporary file', async () => {
    const catalogue = await open();
    catalogue.put(row(1));
    await catalogue.close();
    const left = fs.readdirSync(folder).sort();
    assert.deepEqual(left, ['catalogue.db', 'catalogue.db.sum']);
    for (const name of left) assert.equal(fs.statSync(path.join(folder, name)).mode & 0o777, 0o600);
  });

  it('goes on in memory while its folder is gone, and says so when it is asked to save', async () => {
    const catalogue = await open({ file: path.join(folder, 'gone', 'catalogue.db') });
    catalogue.put(row(1));
    await assert.rejects(catalogue.save(), { code: 'storage' });
    assert.equal(catalogue.count(), 1);
    fs.mkdirSync(path.join(folder, 'gone'));
    await catalogue.close();
    assert.equal((await open({ file: path.join(folder, 'gone', 'catalogue.db') })).count(), 1);
  });

  it('says what to do when the wasm file is missing', async () => {
    await assert.rejects(open({ wasmFile: path.join(folder, 'none.wasm') }), {
      code: 'unavailable',
      message: /Install Session Loom again/,
    });
  });

  describe('when the stored one cannot be used', () => {
    async function stored(change: (database: initSqlJs.Database) => void): Promise<Buffer> {
      const catalogue = await open();
      catalogue.putAll(Array.from({ length: 200 }, (_, number) => row(number)));
      await catalogue.close();
      const sql = await initSqlJs();
      const database = new sql.Database(fs.readFileSync(file));
      change(database);
      return Buffer.from(database.export());
    }

    /** The stored bytes are put aside, whole, and an empty catalogue begins and works. */
    async function checkSetAside(bytes: Buffer, rebuilt: 'damaged' | 'newer'): Promise<void> {
      fs.writeFileSync(file, bytes);
      const catalogue = await open();
      assert.equal(catalogue.rebuilt, rebuilt);
      assert.equal(catalogue.count(), 0);
      assert.deepEqual(fs.readFileSync(`${file}.${rebuilt}-1`), bytes);
      catalogue.put(row(1));
      await catalogue.close();
      const again = await open();
      assert.deepEqual([again.rebuilt, again.count()], [undefined, 1]);
    }

    it('because a newer version wrote it', async () =>
      checkSetAside(await stored((database) => database.run('PRAGMA user_version = 99')), 'newer'));
    it('because it is empty', () => checkSetAside(Buffer.alloc(0), 'damaged'));
    it('because it is no database', () => checkSetAside(Buffer.from('no database '.repeat(1000)), 'damaged'));
    it('because it is the database of another program', async () =>
      checkSetAside(await stored((database) => database.run('PRAGMA application_id = 1')), 'damaged'));
    it('because its table is gone', async () => checkSetAside(await stored((database) => database.run('DROP TABLE sessions')), 'damaged'));
    it('because a column is missing', async () =>
      checkSetAside(await stored((database) => database.run('ALTER TABLE sessions DROP COLUMN summary')), 'damaged'));
    it('because it was cut', async () => {
      const bytes = await stored(() => undefined);
      await checkSetAside(bytes.subarray(0, bytes.length >> 1), 'damaged');
    });

    it('is read through at the start unless it is, byte for byte, what was written', async () => {
      const bytes = await stored(() => undefined);
      assert.equal(await isAsWritten(file, fs.readFileSync(file)), true);
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(5000) ^ 1, 5000);
      assert.equal(await isAsWritten(file, flipped), false);
      assert.equal(await isAsWritten(file, Buffer.concat([bytes, Buffer.alloc(1)])), false);
      await writeSnapshot(file, flipped);
      assert.equal(await isAsWritten(file, bytes), false);
      fs.rmSync(`${file}.sum`);
      assert.equal(await isAsWritten(file, flipped), false);
    });

    it('keeps each one that was put aside', async () => {
      for (const content of ['first', 'second', 'third']) {
        fs.writeFileSync(file, content);
        await (await open()).close();
      }
      const aside = fs.readdirSync(folder).sort();
      assert.deepEqual(aside, ['catalogue.db.damaged-1', 'catalogue.db.damaged-2', 'catalogue.db.damaged-3']);
      assert.equal(fs.readFileSync(`${file}.damaged-3`, 'utf8'), 'third');
    });

    it('survives noise anywhere in it: it opens whole, or is put aside, and never throws', async () => {
      const sound = await stored(() => undefined);
      const random = seededRandom(11);
      let unusable = 0;
      for (let round = 0; round < 60; round++) {
        const bytes = Buffer.from(sound);
        const at = Math.floor(random() * bytes.length);
        for (let offset = at; offset < Math.min(bytes.length, at + 2000); offset++) bytes[offset] = Math.floor(random() * 256);
        fs.writeFileSync(file, bytes);
        const catalogue = await open();
        if (catalogue.rebuilt === undefined) catalogue.list({ includeArchived: true });
        else unusable++;
        await catalogue.close();
      }
      assert.ok(unusable > 20, `Only ${unusable} of 60 were noticed: the noise did nothing.`);
    });
  });

  it('holds ten thousand sessions', async () => {
    const catalogue = await open();
    const started = performance.now();
    catalogue.putAll(Array.from({ length: 10_000 }, (_, number) => row(number)));
    const filled = performance.now();
    await catalogue.close();
    const saved = performance.now();
    const again = await open();
    const loaded = performance.now();
    assert.equal(again.list({ includeArchived: false }).length, 10_000);
    const listed = performance.now();
    assert.equal(again.summaries({ includeArchived: false }).length, 10_000);
    const summed = performance.now();
    for (let number = 0; number < 10_000; number++) assert.ok(again.isFresh(`session${number}`, number * 100));
    const compared = performance.now();
    assert.equal(again.list({ includeArchived: false, limit: 50, before: 'session5000' })[0]?.id, 'session4999');
    const paged = performance.now();
    const figures = [
      filled - started,
      saved - filled,
      loaded - saved,
      listed - loaded,
      summed - listed,
      compared - summed,
      paged - compared,
    ];
    const [put, save, load, list, summaries, fresh, page] = figures.map((milliseconds) => `${milliseconds.toFixed(1)} ms`);
    const size = `${Math.round(fs.statSync(file).size / 1024)} KiB`;
    console.log(
      `      put ${put}, save ${save} (${size}), open ${load}, list all ${list} (summaries only ${summaries}), isFresh × 10,000 ${fresh}, a page of 50 ${page}`,
    );
  });
});
