import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnerFile } from '../../src/protocol/endpoint.ts';
import { HostRig } from '../support/hostRig.ts';

const holder = join(import.meta.dirname, '../support/lockHolder.ts');

describe('R0.1 A folder whose host runs on another kernel', function () {
  this.timeout(60_000);
  const rig = new HostRig();
  after(() => rig.close());

  it('is said to be running elsewhere, and opens here as soon as it is free', async () => {
    mkdirSync(rig.location.dataFolder, { recursive: true });
    const other = rig.spawn(holder, [rig.location.dataFolder]);
    await once(other.stdout ?? other, 'data');
    other.stdin?.write('go\n');
    await once(other.stdout ?? other, 'data');
    const owner: OwnerFile = { pid: 77, version: '1.0.0', machine: 'the-container', startedAt: '2026-01-01T00:00:00Z' };
    writeFileSync(join(rig.location.dataFolder, 'host.json'), JSON.stringify(owner));

    const link = rig.link();
    await assert.rejects(link.attach('start'), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, 'running-elsewhere');
      assert.match(error.message, /the-container.*77/);
      return true;
    });
    assert.equal(link.state.state, 'elsewhere');
    assert.equal(rig.started, 1);

    other.stdin?.end();
    await once(other, 'exit');
    assert.equal(await link.attach('start'), true);
    assert.equal(link.state.state, 'connected');
  });
});
