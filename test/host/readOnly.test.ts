import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const driver = join(import.meta.dirname, '../support/readOnlyHost.ts');

describe('R1.3 R1.12 What cannot be written', function () {
  this.timeout(60_000);

  /** Both at once, since each is a whole host that starts twice. */
  const seenWith = new Map<string, Promise<string>>();
  before(function () {
    // Root passes every permission bit, but no read-only mount; mounting needs root and Linux.
    if (process.platform !== 'linux' || spawnSync('unshare', ['-m', 'true']).status !== 0) this.skip();
    for (const part of ['', '.git']) {
      const run = promisify(execFile)('unshare', ['-m', process.execPath, driver, part], { encoding: 'utf8' });
      seenWith.set(
        part,
        run.then(({ stdout }) => stdout),
      );
    }
  });
  after(() => Promise.allSettled(seenWith.values()));

  for (const [what, part] of [
    ['a read-only folder', ''],
    ['a read-only .git', '.git'],
  ] as const) {
    it(`${what}: sessions and their history are kept in the editor's storage, which is said, and the next host finds them there`, async () => {
      const { notices, ...seen } = JSON.parse((await seenWith.get(part)) ?? '') as { readonly notices: readonly string[] };
      assert.deepEqual(seen, { refusal: 'EROFS', kind: 'fallback', reason: 'finished', sessions: 1, isSame: true });
      assert.equal(notices.length, 1);
      assert.match(notices[0] ?? '', /\/\.git cannot be written, so the sessions of this folder are kept in the editor’s own storage/);
    });
  }
});
