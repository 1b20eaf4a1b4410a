import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { CatalogueIndex } from '../../../src/host/stored/catalogueIndex.ts';
import { showsTheSame, summaryOf } from '../../../src/model/summary.ts';
import { prompt, said, stateOf } from '../../support/events.ts';

const wasmFile = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
const summary = summaryOf(stateOf(prompt('t0')));
const later = summaryOf(stateOf(prompt('t0'), said('t0', 't0-1', 'words')));

describe('R6.13 The index of sessions', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loom-index-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (): Promise<CatalogueIndex> => CatalogueIndex.open({ file: join(folder, 'catalogue.db'), wasmFile, log: silentLog });

  it('knows what was put into it at once, whichever way it is asked, and after it was opened again', async () => {
    const index = await open();
    index.put(summary, 100);
    index.put(later, 200);
    assert.deepEqual(index.get('s1'), later);
    assert.ok(index.isFresh('s1', 200));
    index.put({ ...later, id: 's2' }, 300);
    assert.equal(index.count(true), 2);
    index.put({ ...later, id: 's3' }, 300);
    assert.deepEqual(index.ids().toSorted(), ['s1', 's2', 's3']);
    index.put({ ...later, title: 'Renamed' }, 400);
    assert.ok(index.list({ includeArchived: true }).some(({ title }) => title === 'Renamed'));
    index.put({ ...later, title: 'Last' }, 500);
    await index.close();
    const again = await open();
    assert.equal(again.get('s1')?.title, 'Last');
    await again.close();
  });

  it('does not bring back what was removed', async () => {
    const index = await open();
    index.put(summary, 100);
    index.remove('s1');
    assert.equal(index.get('s1'), undefined);
    assert.deepEqual(index.ids(), []);
    await index.close();
  });
});

describe('R1.13 The summary of a session that streams', () => {
  it('shows the same as before while only its place in the journal moves on', () => {
    const on = { ...later, position: { epoch: 1, seq: 99 } };
    assert.ok(showsTheSame(later, on));
    assert.ok(!showsTheSame(later, { ...on, messages: later.messages + 1 }));
    assert.ok(!showsTheSame(summary, later));
  });
});
