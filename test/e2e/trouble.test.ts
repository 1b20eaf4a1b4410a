import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWithToken } from '../support/processes.ts';
import { Chat } from './chat.ts';
import { Harness, shippedRequest, vsixVariable } from './harness.ts';
import type { WorkbenchWindow } from './window.ts';

describe('R1.3 R1.5 R1.12 R6.14 bad surroundings in a real window', () => {
  let harness: Harness;

  before(async () => {
    harness = await Harness.open(shippedRequest());
  });

  after(() => harness.close());

  const newSession = async (window: WorkbenchWindow): Promise<Chat> => {
    await window.openContainer('Session Loom');
    await window.runCommand('Session Loom: New Session');
    const chat = new Chat(window);
    await chat.page.locator('h1.title', { hasText: /^Session \d+$/ }).waitFor();
    return chat;
  };

  it('a path with spaces, quotes, a percent sign, non-Latin letters and emoji', async () => {
    const workspace = await harness.sampleWorkspace(`it's a "näme" 100% 漢字 🙂`);
    const window = await harness.openWindow(workspace);
    const chat = await newSession(window);
    await chat.send('/run pwd');
    await chat.answer('Run');
    await chat.atRest.waitFor();
    assert.ok((await chat.lastOutput()).includes('漢字 🙂'));
    const refs = (): string => execFileSync('git', ['-C', workspace, 'for-each-ref', 'refs/session-loom'], { encoding: 'utf8' });
    await assert.doesNotReject(async () => {
      for (let round = 0; round < 100 && refs() === ''; round++) await window.page.waitForTimeout(100);
      assert.notEqual(refs(), '');
    });
    await window.close();
  });

  it('the extension host killed with panels open and a draft typed', async function () {
    // From the checkout VS Code does not start a killed extension host again.
    if (process.env[vsixVariable] === undefined) this.skip();
    const window = await harness.openWindow(await harness.sampleWorkspace('killed'));
    const chat = await newSession(window);
    await chat.send('/run for i in $(seq 1 60); do echo tick-$i; sleep 0.5; done');
    await chat.answer('Run');
    await chat.status('Working').waitFor();
    await chat.composer.fill('a draft that is not sent yet');
    await window.page.waitForTimeout(1000);
    const hosts = processesWithToken(harness.scratch.token).filter(({ command }) => command.includes('--type=extensionHost'));
    assert.ok(hosts.length > 0, 'there is an extension host to kill');
    for (const { pid } of hosts) process.kill(pid, 'SIGKILL');
    const again = new Chat(window);
    await window.page.waitForFunction(`document.querySelectorAll('.part.editor .tab').length === 1`);
    await again.status('Working').waitFor({ timeout: 60_000 });
    for (let round = 0; round < 100 && (await again.composer.inputValue()) === ''; round++) await window.page.waitForTimeout(100);
    assert.equal(await again.composer.inputValue(), 'a draft that is not sent yet');
    const before = await again.lastOutput();
    for (let round = 0; round < 100 && (await again.lastOutput()) === before; round++) await window.page.waitForTimeout(100);
    assert.notEqual(await again.lastOutput(), before, 'the turn goes on and is shown');
    await again.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await window.close();
  });
});

describe('R0.1 R6.14 an untrusted workspace', () => {
  let harness: Harness;

  before(async () => {
    harness = await Harness.open({ ...shippedRequest(), trustEverything: false });
  });

  after(() => harness.close());

  it('has the language features of spec documents, and starts no host and no agent', async () => {
    const workspace = await harness.sampleWorkspace('untrusted');
    const tasks = join(workspace, 'specs', 'sample', 'tasks.md');
    await writeFile(tasks, (await readFile(tasks, 'utf8')).replace(/_Requirements: [^_]*_/, '_Requirements: 99.9_'));
    const window = await harness.openWindow(workspace);
    await window.page.keyboard.press('Control+P');
    await window.page.locator('.quick-input-widget input[type=text]').fill('specs/sample/tasks.md');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'tasks.md' }).first().click();
    await window.page.locator('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning').first().waitFor();
    const running = processesWithToken(harness.scratch.token).filter(({ command }) => /host\.cjs|agent\.cjs/.test(command));
    assert.deepEqual(running, []);
    await window.close();
  });

  it('has sessions as soon as it is trusted, without a reload', async () => {
    const window = await harness.openWindow(await harness.sampleWorkspace('trusted-later'));
    await window.openContainer('Session Loom');
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await window.page.getByText('The built-in agent needs no account').waitFor();
    await window.runCommand('Session Loom: New Session');
    const chat = new Chat(window);
    await chat.send('/help');
    await chat.text('/run').waitFor();
    await window.close();
  });
});

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
