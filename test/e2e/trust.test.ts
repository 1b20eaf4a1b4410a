import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWithToken } from '../support/processes.ts';
import { Chat } from './chat.ts';
import { Harness, shippedRequest } from './harness.ts';

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
