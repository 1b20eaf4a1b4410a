import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { blobFile, readBlob } from '../../../src/host/journal/blobs.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { Journal } from '../../../src/host/journal/journal.ts';
import { parseTestRecord, testRecord, withoutDeltas } from '../../support/journalRecords.ts';

describe('R6.14 payloads beside the journal', () => {
  let dataFolder: string;
  let folder: string;
  beforeEach(() => {
    dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-blobs-'));
    folder = path.join(dataFolder, 'sessions', 'one');
  });
  afterEach(() => fs.rmSync(dataFolder, { recursive: true, force: true }));

  const payload = Buffer.alloc(200_000, 'session loom ');
  const open = (epoch: number) =>
    Journal.open({ folder, epoch, files: diskFiles, log: silentLog, mode: 'write', parse: parseTestRecord, compact: withoutDeltas });

  it('are named by their hash, readable at once, and stored once', async () => {
    const { journal } = await open(1);
    const reference = journal.putBlob(payload);
    assert.deepEqual(reference, { id: createHash('sha256').update(payload).digest('hex'), bytes: payload.length });
    assert.deepEqual(await readBlob(diskFiles, folder, reference.id), payload);
    assert.deepEqual(journal.putBlob(Buffer.from(payload)), reference);
    await journal.close();
    assert.deepEqual(fs.readdirSync(path.join(folder, 'blobs')), [reference.id]);
  });

  it('are given in parts', async () => {
    const { journal } = await open(1);
    const { id } = journal.putBlob(payload);
    await journal.barrier();
    assert.deepEqual(await journal.readBlob(id, { offset: 13, length: 12 }), Buffer.from('session loom'));
    assert.equal((await journal.readBlob(id, { offset: payload.length - 5, length: 100 })).length, 5);
    assert.equal((await journal.readBlob(id, { offset: payload.length + 5, length: 100 })).length, 0);
    await journal.close();
  });

  it('are asked for by nothing but a hash', async () => {
    const secret = path.join(dataFolder, 'secret');
    fs.writeFileSync(secret, 'secret');
    const upper = 'A'.repeat(64);
    for (const id of ['', '../../../secret', secret, `${'a'.repeat(64)}/../../../secret`, upper, `${'a'.repeat(64)}\n`, '..']) {
      assert.throws(() => blobFile(folder, id), { code: 'invalid-input' });
      await assert.rejects(readBlob(diskFiles, folder, id), { code: 'invalid-input' });
    }
  });

  it('say that they are gone, or damaged, and are stored anew when they come again', async () => {
    const first = await open(1);
    const { id } = first.journal.putBlob(payload);
    await first.journal.close();
    const file = blobFile(folder, id);
    fs.writeFileSync(file, Buffer.alloc(payload.length));
    await assert.rejects(readBlob(diskFiles, folder, id), { code: 'damaged' });
    const second = await open(2);
    second.journal.putBlob(payload);
    await second.journal.close();
    assert.deepEqual(await readBlob(diskFiles, folder, id), payload);
    fs.rmSync(file);
    await assert.rejects(readBlob(diskFiles, folder, id), { code: 'not-found' });
  });

  it('leave no half-written file behind a sudden end', async () => {
    fs.mkdirSync(path.join(folder, 'blobs'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'blobs', `${'a'.repeat(64)}.1234.tmp`), 'half');
    fs.writeFileSync(path.join(folder, '1-1.jsonl.tmp'), 'half');
    const { journal, damage } = await open(2);
    assert.deepEqual(damage, []);
    journal.append([testRecord(2, 1)]);
    await journal.close();
    assert.deepEqual(fs.readdirSync(folder).sort(), ['2-1.jsonl', 'blobs']);
    assert.deepEqual(fs.readdirSync(path.join(folder, 'blobs')), []);
  });
});
