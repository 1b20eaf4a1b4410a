import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const driver = join(import.meta.dirname, '../support/readOnlyHost.ts');

describe('R1.3 R1.12 What cannot be written', function () {
  this.timeout(60_000);

  for (const [what, name, parent] of [
    ['a read-only folder', '', '/.git'],
    ['a read-only .git', '.git', '/.git'],
  ] as const) {
    it(`${what}: sessions and their history are kept in the editor's storage, which is said, and the next host finds them there`, async function () {
      // Root passes every permission bit, but no read-only mount; mounting needs root and Linux.
      if (process.platform !== 'linux' || spawnSync('unshare', ['-m', 'true']).status !== 0) this.skip();
      const { stdout } = await promisify(execFile)('unshare', ['-m', process.execPath, driver, name], { encoding: 'utf8' });
      const { notices, ...seen } = JSON.parse(stdout) as { readonly notices: readonly string[] };
      assert.deepEqual(seen, {
        refusal: 'EROFS',
        kind: 'fallback',
        reason: 'finished',
        sessions: 1,
        isSame: true,
      });
      assert.equal(notices.length, 1);
      assert.ok(notices[0]?.includes(`${parent} cannot be written, so the sessions of this folder are kept in the editor’s own storage`));
    });
  }
});
