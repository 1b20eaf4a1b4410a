import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyPrograms } from '../../src/client/programs.ts';

describe('R0.1 The copies that hosts run from', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'loom-programs-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are made once for a version, and what Node compiled of them goes where they are and goes with them', async () => {
    const file = (name: string): string => join(folder, name);
    const programs = { host: file('host.cjs'), agent: file('agent.cjs'), wasm: file('sql-wasm.wasm') };
    for (const each of Object.values(programs)) writeFileSync(each, each);
    const storage = file('storage');
    const first = await copyPrograms(programs, storage, '1.0.0');
    const { compiled } = first;
    assert.ok(compiled !== undefined);
    assert.equal(dirname(compiled), dirname(first.host));
    mkdirSync(compiled);
    writeFileSync(join(compiled, 'host'), 'bytes');
    assert.deepEqual(await copyPrograms(programs, storage, '1.0.0'), first);
    assert.equal(readFileSync(join(compiled, 'host'), 'utf8'), 'bytes');
    writeFileSync(programs.host, 'another host');
    const second = await copyPrograms(programs, storage, '1.0.0');
    assert.notEqual(second.compiled, compiled);
    assert.equal(readFileSync(second.host, 'utf8'), 'another host');
  });
});
