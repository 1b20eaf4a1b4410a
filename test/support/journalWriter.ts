// A process of the journal's tests: appends records to the journal in argv[2], in epoch argv[3], and says the number of each once append has
// returned. It never ends by itself: it is there to be killed.
import * as fs from 'node:fs';
import { silentLog } from '../../src/base/log.ts';
import { diskFiles } from '../../src/host/journal/files.ts';
import { Journal } from '../../src/host/journal/journal.ts';
import { parseTestRecord, testRecord, withoutDeltas } from './journalRecords.ts';

const [, , folder = '', epochText = ''] = process.argv;
const epoch = Number(epochText);
const { journal } = await Journal.open({
  folder,
  epoch,
  files: diskFiles,
  log: silentLog,
  mode: 'write',
  parse: parseTestRecord,
  compact: withoutDeltas,
  // Small, so that kills also fall on rolls and rewrites.
  segmentBytes: 64 * 1024,
});
let seq = 0;

function appendSome(): void {
  for (let count = 0; count < 20; count++) {
    const kind = ++seq % 3 === 0 ? 'delta' : 'fact';
    if (journal.append([testRecord(epoch, seq, kind, 200)]) === 'written') fs.writeSync(1, `${seq}\n`);
  }
  // Lets timers and syncs run in between, as in a host.
  setImmediate(appendSome);
}
appendSome();
