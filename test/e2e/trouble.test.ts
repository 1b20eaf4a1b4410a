import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
