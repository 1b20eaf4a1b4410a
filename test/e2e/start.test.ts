import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { inRoot } from '../../scripts/paths.ts';
import { processesLeft } from '../support/processes.ts';
import { openScratch } from '../support/scratch.ts';
import type { Scratch } from '../support/scratch.ts';
import { Chat } from './chat.ts';
import { sharedHarness } from './harness.ts';

/** `npm start`, with its temp folder inside the scratch place, so that one can see what it leaves behind. */
function start(scratch: Scratch, ...args: string[]): ChildProcess {
  const temp = tempFolder(scratch);
  const env = { ...scratch.env, TMPDIR: temp, TEMP: temp, TMP: temp };
  return spawn(execPath, [inRoot('scripts', 'setup.mjs'), 'start', '--no-open', '--server', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
}

/** A terminal sends Ctrl+C to every process of the group in front. */
function pressControlC({ pid }: ChildProcess): void {
  assert.ok(pid);
  process.kill(-pid, 'SIGINT');
}

function tempFolder(scratch: Scratch): string {
  return join(scratch.folder, 't');
}

/** Reads what it prints until it says that it is ready. */
async function untilReady({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout);
  let printed = '';
  for await (const line of createInterface({ input: stdout })) {
    printed += `${line}\n`;
    if (/^Ready in [\d.]+ s\.$/.test(line)) return printed;
  }
  assert.fail(`it ended before it was ready:\n${printed}`);
}

describe('R6.14 npm start', () => {
  let scratch: Scratch;

  beforeEach(async () => {
    scratch = await openScratch();
    await mkdir(tempFolder(scratch));
  });

  afterEach(() => scratch.close());

  it('opens the sample workspace with Session Loom running as an installed extension, and leaves nothing behind', async () => {
    const child = start(scratch);
    const exited = once(child, 'exit');
    const address = /^ {2}(http:\S+)$/m.exec(await untilReady(child))?.[1];
    assert.ok(address);
    const window = await (await sharedHarness()).openAddress(address);
    await window.treeRows('specs').waitFor();
    assert.doesNotMatch(await window.page.title(), /Extension Development Host/);
    await window.openContainer('Session Loom');
    await window.extensionRuns('Session Loom');
    await window.runCommand('Session Loom: New Session');
    await new Chat(window).composer.waitFor();
    await window.close();
    pressControlC(child);
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual(await processesLeft(scratch.token, 0), []);
    assert.deepEqual(await readdir(tempFolder(scratch)), []);
  });

  it('opens a folder of one’s own, whatever its name, and writes nothing into it', async () => {
    const folder = join(scratch.folder, 'a “folder” of Zoë’s & 100 % 日本');
    await mkdir(folder);
    const child = start(scratch, folder);
    const exited = once(child, 'exit');
    const address = /^ {2}(http:\S+)$/m.exec(await untilReady(child))?.[1];
    assert.ok(address);
    const window = await (await sharedHarness()).openAddress(address);
    assert.match(await window.page.title(), /Zoë’s & 100 % 日本/);
    await window.close();
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual(await readdir(folder), []);
  });

  it('ends by itself when it is only asked whether it works', async () => {
    const child = start(scratch, '--exit-when-ready');
    const exited = once(child, 'exit');
    await untilReady(child);
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual(await readdir(tempFolder(scratch)), []);
  });

  it('says what is wrong when the folder is not there', async () => {
    const missing = join(scratch.folder, 'missing');
    const child = start(scratch, missing);
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 1);
    assert.equal(existsSync(missing), false);
  });
});
