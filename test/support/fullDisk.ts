// A process of the journal's tests, run where argv[2] is a small file system of its own: fills it, goes on appending, makes room, and says as
// JSON what it saw.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { messageOf } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { diskFiles } from '../../src/host/journal/files.ts';
import { Journal } from '../../src/host/journal/journal.ts';
import { parseTestRecord, testRecord } from './journalRecords.ts';

const root = process.argv[2] ?? '';
const ballast = path.join(root, 'ballast');
fs.writeFileSync(ballast, Buffer.alloc(512 * 1024));
const folder = path.join(root, 'sessions', 'one');
const common = { folder, files: diskFiles, log: silentLog, parse: parseTestRecord } as const;
const { journal } = await Journal.open({ ...common, epoch: 1, mode: 'write' });
const told: string[] = [];
journal.onTrouble(({ kind }) => told.push(kind));
journal.onRecovered(() => told.push('recovered'));

let seq = 0;
let queued = 0;
// Some go on coming after the disk is full, blobs among them.
while (queued < 50) {
  if (seq > 10_000) throw new Error('The disk never got full: it took ten times as much as it has room for.');
  if (journal.append([testRecord(1, ++seq, 'fact', 1000)]) === 'queued') queued++;
}
const blob = journal.putBlob(Buffer.alloc(100_000, 'b'));
const refusal = await journal.barrier().then(
  () => 'none',
  (error: unknown) => messageOf(error),
);
const whileFull = await Journal.open({ ...common, epoch: 2, mode: 'read' });
fs.rmSync(ballast);
await journal.barrier();
await journal.close();
const after = await Journal.open({ ...common, epoch: 2, mode: 'read' });
const isComplete = after.records.length === seq && after.records.every((record, index) => record.seq === index + 1);
process.stdout.write(
  JSON.stringify({
    told,
    refusal,
    queued,
    damageWhileFull: whileFull.damage.length,
    writtenWhileFull: whileFull.records.length === seq - queued,
    damageAfter: after.damage.length,
    isComplete,
    blobBytes: (await after.journal.readBlob(blob.id)).length,
  }),
);
