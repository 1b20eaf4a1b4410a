import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { claimEpoch } from '../../src/host/stored/epochs.ts';
import { acquireHostLock } from '../../src/host/lock.ts';

const holder = path.join(import.meta.dirname, '../support/lockHolder.ts');

describe('R0.4 one host per repository', function () {
  this.timeout(60_000);
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-lock-'));
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(end));
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** A process that waits for `go`, then claims the lock and says `won` or `lost` and its epoch. */
  function startRacer(): { readonly child: ChildProcess; readonly says: () => Promise<string> } {
    const child = spawn(process.execPath, [holder, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, says: async () => String((await lines.next()).value) };
  }

  it('has one holder, and the next when that one lets go', async () => {
    const first = await acquireHostLock(folder);
    assert.ok(first !== undefined);
    assert.equal(await acquireHostLock(folder), undefined);
    first.dispose();
    first.dispose();
    const second = await acquireHostLock(folder);
    assert.ok(second !== undefined);
    second.dispose();
  });

  it('is won by one of twelve hosts that start at once, each with an epoch of its own', async () => {
    const racers = Array.from({ length: 12 }, startRacer);
    for (const { says } of racers) assert.equal(await says(), 'ready');
    for (const { child } of racers) child.stdin?.write('go\n');
    const answers = (await Promise.all(racers.map(({ says }) => says()))).map((line) => line.split(' '));
    assert.deepEqual(answers.map(([outcome]) => outcome).sort(), [...Array.from({ length: 11 }, () => 'lost'), 'won']);
    assert.equal(new Set(answers.map(([, epoch]) => epoch)).size, 12);
  });

  it('is free at once when its holder is killed', async () => {
    const { child, says } = startRacer();
    assert.equal(await says(), 'ready');
    child.stdin?.write('go\n');
    assert.match(await says(), /^won/);
    assert.equal(await acquireHostLock(folder), undefined);
    await end(child);
    assert.equal(child.signalCode, 'SIGKILL');
    const lock = await acquireHostLock(folder);
    assert.ok(lock !== undefined);
    lock.dispose();
  });

  it('says what to do where Node has no SQLite', async () => {
    await assert.rejects(acquireHostLock(folder, 'missing'), { code: 'version', message: /Node 22\.13 or newer/ });
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('says which file is in the way when it is no lock, and leaves it alone', async () => {
    const file = path.join(folder, 'host.lock');
    fs.writeFileSync(file, 'my notes, not a lock. my notes, not a lock.');
    await assert.rejects(acquireHostLock(folder), { code: 'storage', message: /host\.lock/ });
    assert.match(fs.readFileSync(file, 'utf8'), /^my notes/);
    await assert.rejects(acquireHostLock(path.join(folder, 'missing')), { code: 'storage' });
  });
});

describe('R6.14 epochs', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-epochs-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('count up with each start', async () => {
    assert.deepEqual([await claimEpoch(folder), await claimEpoch(folder), await claimEpoch(folder)], [1, 2, 3]);
  });

  it('are newer than all that is stored when the folder of claims was lost', async () => {
    for (const name of ['one/39-2.jsonl', 'one/7-1.jsonl', 'two/40-1.jsonl', 'two/41-1.jsonl.tmp']) {
      fs.mkdirSync(path.join(folder, 'sessions', path.dirname(name)), { recursive: true });
      fs.writeFileSync(path.join(folder, 'sessions', name), '');
    }
    fs.writeFileSync(path.join(folder, 'sessions', 'no folder'), '');
    assert.deepEqual([await claimEpoch(folder), await claimEpoch(folder)], [41, 42]);
  });

  it('are never given twice, however many ask at once', async () => {
    const epochs = await Promise.all(Array.from({ length: 60 }, () => claimEpoch(folder)));
    assert.equal(new Set(epochs).size, 60);
  });

  it('are not given again after their claims were cleaned up', async () => {
    for (let start = 1; start <= 50; start++) assert.equal(await claimEpoch(folder), start);
    const kept = fs.readdirSync(path.join(folder, 'epochs'));
    assert.equal(kept.length, 32);
    assert.equal(await claimEpoch(folder), 51);
  });

  it('say so when they cannot be claimed', async () => {
    await assert.rejects(claimEpoch(path.join(folder, 'a', 'b')), { code: 'storage' });
  });
});
