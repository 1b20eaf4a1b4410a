import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWithToken } from '../support/processes.ts';
import { Chat } from './chat.ts';
import { Harness, shippedRequest } from './harness.ts';

describe('R0.1 R1.2 a window with several folders', () => {
  let harness: Harness;

  before(async () => {
    harness = await Harness.open(shippedRequest());
  });

  after(() => harness.close());

  it('has a host for each repository and for a folder without git, and shows the sessions of all in one tree', async () => {
    const first = await harness.sampleWorkspace('first');
    const second = await harness.sampleWorkspace('second');
    const plain = join(harness.scratch.folder, 'work', 'plain');
    await mkdir(plain);
    const file = join(harness.scratch.folder, 'work', 'all.code-workspace');
    await writeFile(file, JSON.stringify({ folders: [first, second, plain].map((path) => ({ path })) }));
    const window = await harness.openWindow(file);
    await window.openContainer('Session Loom');
    const chat = new Chat(window);
    for (const name of ['first', 'second', 'plain']) {
      await window.runCommand('View: Close All Editors');
      await window.runCommand('Session Loom: New Session');
      await window.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
      await chat.send(`/run basename "$PWD"; echo of-${name}`);
      await chat.answer('Run');
      await chat.atRest.waitFor();
      assert.match(await chat.lastOutput(), new RegExp(`^${name}$[^]*^of-${name}$`, 'm'));
    }
    for (const name of ['first', 'second', 'plain']) await window.treeRows(`of-${name}`).first().waitFor();
    const hosts = processesWithToken(harness.scratch.token).filter(({ command }) => command.includes('host.cjs'));
    assert.equal(hosts.length, 3);
    assert.ok(existsSync(join(plain, '.session-loom', '.gitignore')));
    await window.close();
  });
});
