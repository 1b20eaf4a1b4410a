import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { silentLog } from '../../../src/base/log.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { Journal } from '../../../src/host/journal/journal.ts';
import { parseTestRecord, testRecord } from '../../support/journalRecords.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const support = path.join(import.meta.dirname, '../../support');

describe('R6.14 the journal when its host is killed', function () {
  this.timeout(300_000);
  let dataFolder: string;
  let writer: string;
  beforeEach(() => {
    dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-kill-'));
    // Bundled once: a hundred starts of it as source would take most of the time.
    writer = path.join(dataFolder, 'writer.mjs');
    const source = path.join(support, 'journalWriter.ts');
    buildSync({ entryPoints: [source], outfile: writer, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  });
  afterEach(() => fs.rmSync(dataFolder, { recursive: true, force: true }));

  const read = (folder: string) =>
    Journal.open({ folder, epoch: 1_000_000, files: diskFiles, log: silentLog, mode: 'read', parse: parseTestRecord });

  /** Starts a writer, kills it after some milliseconds of writing, and gives the last number that it had said. */
  async function killWriter(folder: string, epoch: number, milliseconds: number): Promise<number> {
    const child = spawn(process.execPath, [writer, folder, String(epoch)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = once(child, 'close').then(() => assert.fail('The writer ended before it had written anything.'));
    await Promise.race([once(child.stdout, 'data'), ended]);
    setTimeout(() => child.kill('SIGKILL'), milliseconds);
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.equal(signal, 'SIGKILL', 'The writer was not killed.');
    return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
  }

  it('gives back every record whose append had returned, over a hundred kills', async () => {
    const random = seededRandom(2026);
    const folders = ['one', 'two'].map((name) => path.join(dataFolder, 'sessions', name));
    let shown = 0;
    // Two journals side by side, each the work of fifty hosts, one after the other.
    await Promise.all(
      folders.map(async (folder) => {
        for (let epoch = 1; epoch <= 50; epoch++) {
          const last = await killWriter(folder, epoch, random() * 40);
          assert.ok(last > 0, 'The kill came before the first record: it proves nothing.');
          shown += last;
          const { records } = await read(folder);
          const present = new Set(records.filter((record) => record.epoch === epoch).map((record) => record.seq));
          for (let seq = 1; seq <= last; seq++) {
            // Every third is a delta, which the rewriting of a closed segment takes out.
            assert.ok(present.has(seq) || seq % 3 === 0, `Record ${seq} of epoch ${epoch} is lost; ${last} had been said.`);
          }
        }
        const { records } = await read(folder);
        for (const record of records) {
          assert.deepEqual(record, testRecord(record.epoch, record.seq, record.kind, 200), 'A record is not what was written.');
        }
      }),
    );
    assert.ok(shown > 10_000, `Only ${shown} records were shown before the kills.`);
  });
});

describe('R6.14 the journal on a small file system', function () {
  this.timeout(60_000);

  it('waits while the disk is full, and loses nothing', async function () {
    // A mount of its own needs root and Linux; everywhere else the injected faults stand for it.
    const isPermitted = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;
    if (!isPermitted) this.skip();
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-full-'));
    try {
      const command = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1"';
      const parameters = ['-m', 'sh', '-c', command, 'sh', root, process.execPath, path.join(support, 'fullDisk.ts')];
      const { stdout } = await promisify(execFile)('unshare', parameters);
      const { refusal, ...seen } = JSON.parse(stdout) as Record<string, unknown>;
      assert.match(String(refusal), /The disk is full\. Make room/);
      assert.deepEqual(seen, {
        told: ['full', 'recovered'],
        queued: 50,
        damageWhileFull: 0,
        writtenWhileFull: true,
        damageAfter: 0,
        isComplete: true,
        blobBytes: 100_000,
      });
    } finally {
      fs.rmSync(root, { recursive: true, force: true });
    }
  });
});
