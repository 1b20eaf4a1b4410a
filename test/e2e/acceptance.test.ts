import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import { processesLeft, processesWithToken } from '../support/processes.ts';
import { Chat } from './chat.ts';
import { Harness, shippedRequest } from './harness.ts';
import type { WorkbenchWindow } from './window.ts';

/**
 * A command that prints numbered lines, three in a second. With a gate it waits, after some of them, until that file is there. The word stands
 * first, because what is first is the title.
 */
function counting(word: string, lines: number, gate?: string): string {
  const hold = gate === undefined ? '' : `if [ $i = 4 ]; then until [ -e ${gate} ]; do sleep 0.1; done; fi; `;
  return `/run echo ${word}; for i in $(seq 1 ${String(lines)}); do ${hold}echo ${word}-$i; sleep 0.3; done`;
}

/** Lines of a command's output that a tool call shows without being asked for more. */
const drawnLines = 10;

/** The view type by which VS Code's own stores name our panels. */
const panelType = 'sessionLoom.session';
const statusItem = 'session-loom.session-loom.sessions';

describe('R0.1 R0.2 R0.3 R0.4 R0.5 R1.1 R1.2 R1.3 R1.4 R1.9 R6.6 R6.14 R6.15 A new user in a real window', () => {
  let harness: Harness;
  let workspace: string;
  let profile: BrowserContext;
  let window: WorkbenchWindow;
  let chat: Chat;
  let before_: string;

  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' });
  /** All of git that belongs to the person: status, index, HEAD, branches, hooks. */
  const gitOfThePerson = (): string =>
    [
      git('status', '--porcelain=v2', '--branch'),
      git('ls-files', '--stage'),
      git('rev-parse', 'HEAD'),
      git('for-each-ref', 'refs/heads', 'refs/tags', 'refs/remotes'),
      readdirSync(join(workspace, '.git'))
        .filter((name) => name !== 'session-loom')
        .join(),
      readFileSync(join(workspace, '.git', 'config'), 'utf8'),
    ].join('\n');
  const hostPids = (): number[] =>
    processesWithToken(harness.scratch.token)
      .filter(({ command }) => command.includes('host.cjs'))
      .map(({ pid }) => pid);
  const row = (title: string) => window.treeRows(title).first();
  const newSession = async (): Promise<void> => {
    await window.runCommand('Session Loom: New Session');
    await chat.page.locator('h1.title', { hasText: /^Session \d+$/ }).waitFor();
  };
  const open = async (title: string): Promise<void> => {
    await window.statusBar(statusItem).click();
    await window.page.locator('.quick-input-widget input[type=text]').fill(title);
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
    await chat.page.locator('h1.title', { hasText: title }).waitFor();
  };

  /** A file that is not there yet, outside of what belongs to the person. */
  const gateOf = (word: string): string => join(harness.scratch.folder, `${word}-gate`);
  const openGate = (gate: string): void => writeFileSync(gate, '');
  /** Waits until this has come true; a failure shows by what is asserted afterwards. */
  const until = async (holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + 30_000; !holds() && Date.now() < end;) await wait(100);
  };
  const extensionHosts = (): number =>
    processesWithToken(harness.scratch.token).filter(({ command }) => command.includes('--type=extensionHost')).length;

  before(async () => {
    harness = await Harness.open(shippedRequest());
    workspace = await harness.sampleWorkspace();
    before_ = gitOfThePerson();
    profile = await harness.newProfile();
    window = await harness.openWindow(workspace, profile);
    chat = new Chat(window);
  });

  after(async () => {
    await harness.close();
  });

  let hasFailed = false;

  beforeEach(function () {
    // Each step stands on the one before it, so after a failure the rest would only say the same.
    if (hasFailed) this.skip();
  });

  afterEach(function () {
    hasFailed ||= this.currentTest?.state === 'failed';
  });

  it('opening the folder starts nothing and writes nothing', async () => {
    await window.openContainer('Session Loom');
    await window.page.getByText('The built-in agent needs no account').waitFor();
    assert.deepEqual(hostPids(), []);
    assert.equal(gitOfThePerson(), before_);
    assert.ok(!readdirSync(join(workspace, '.git')).includes('session-loom'));
  });

  it('a new session asks before it runs a command, and streams what the command prints', async () => {
    await newSession();
    await chat.send('/run git status');
    await chat.card.getByText('git status').first().waitFor();
    await chat.status('Waiting for you').waitFor();
    await chat.answer('Run');
    await chat.atRest.waitFor();
    await row('/run git status').waitFor();
  });

  it('three sessions stream at once, and nothing is lost or mixed while one switches between them', async () => {
    const gate = gateOf('three');
    for (const word of ['alpha', 'beta', 'gamma']) {
      await newSession();
      await chat.send(counting(word, drawnLines, gate));
      await chat.answer('Run');
      await chat.status('Working').waitFor();
    }
    await window.statusBar(statusItem).filter({ hasText: '3 working' }).waitFor();
    openGate(gate);
    for (let round = 0; round < 4; round++) {
      await window.runCommand('Session Loom: Next Session');
      await wait(200);
    }
    await row('alpha').click();
    await chat.page.locator('h1.title', { hasText: 'alpha' }).waitFor();
    for (const word of ['alpha', 'beta', 'gamma']) {
      await open(word);
      await chat.atRest.waitFor({ timeout: 60_000 });
      const output = await chat.outputWith(new RegExp(`${word}-${String(drawnLines)}$`, 'm'));
      const numbers = [...output.matchAll(new RegExp(`${word}-(\\d+)$`, 'gm'))].map((match) => Number(match[1]));
      assert.deepEqual(
        numbers,
        Array.from({ length: drawnLines }, (_, index) => index + 1),
        `${word} is whole and in order`,
      );
      for (const other of ['alpha', 'beta', 'gamma'])
        if (other !== word) assert.ok(!output.includes(`${other}-`), `${other} is not in ${word}`);
    }
  });

  it('a session is renamed from the keyboard', async () => {
    await open('beta');
    await window.runCommand('Session Loom: Rename Session');
    const input = window.page.locator('.quick-input-widget input[type=text]');
    await input.fill('Renamed session');
    await window.page.keyboard.press('Enter');
    await row('Renamed session').waitFor();
    await chat.page.locator('h1.title', { hasText: 'Renamed session' }).waitFor();
  });

  it('after a reload in mid-turn the panels are back, and the turn has gone on', async () => {
    await open('Renamed session');
    const gate = gateOf('reload');
    await chat.send(counting('reload', 20, gate));
    await chat.answer('Run');
    await chat.composer.fill('a draft that must survive');
    await window.layoutSaved(panelType);
    await wait(7000);
    const tabs = await window.page.locator('.part.editor .tab').count();
    openGate(gate);
    await window.reload();
    await chat.page.locator('h1.title', { hasText: 'Renamed session' }).waitFor({ timeout: 60_000 });
    assert.equal(await window.page.locator('.part.editor .tab').count(), tabs);
    assert.equal(await chat.composer.inputValue(), 'a draft that must survive');
    await chat.atRest.waitFor({ timeout: 60_000 });
    await chat.outputWith(/reload-20$/m);
  });

  it('a turn ends by itself after the window was closed in the middle of it', async () => {
    await chat.composer.fill('');
    const gate = gateOf('closed');
    const end = gateOf('end');
    await chat.send(`${counting('closed', 10, gate)}; touch ${end}`);
    await chat.answer('Run');
    await chat.status('Working').waitFor();
    await window.layoutSaved(panelType);
    await wait(3000);
    const host = hostPids();
    await window.close();
    await until(() => extensionHosts() === 0);
    openGate(gate);
    await until(() => existsSync(end));
    assert.deepEqual([extensionHosts(), existsSync(end)], [0, true], 'the command has ended, and nobody has looked');
    window = await harness.openWindow(workspace, profile);
    chat = new Chat(window);
    await open('Renamed session');
    await chat.atRest.waitFor({ timeout: 60_000 });
    await chat.outputWith(/closed-10$/m);
    assert.equal(host.length, 1, 'one host served all of this');
  });

  it('a host that is killed in mid-turn comes back with all that was shown, and the turn can be continued', async () => {
    await chat.send(counting('killed', 100));
    await chat.answer('Run');
    await chat.status('Working').waitFor();
    while (!(await chat.lastOutput()).includes('killed-5')) await wait(200);
    const shown = await chat.lastOutput();
    for (const pid of hostPids()) process.kill(pid, 'SIGKILL');
    await chat.status('Interrupted').waitFor({ timeout: 30_000 });
    await chat.page.getByRole('button', { name: 'Continue' }).first().waitFor();
    const after = await chat.lastOutput();
    for (const line of shown.match(/killed-\d+/g) ?? []) assert.ok(after.includes(line), `${line} was shown and is still there`);
    await chat.page.getByRole('button', { name: 'Continue' }).first().click();
    await chat.atRest.waitFor({ timeout: 30_000 });
  });

  it('a second window shows the same live sessions', async () => {
    const second = await harness.openWindow(workspace, profile);
    const theirs = new Chat(second);
    await second.openContainer('Session Loom');
    await second.treeRows('Renamed session').first().click();
    await theirs.page.locator('h1.title', { hasText: 'Renamed session' }).waitFor();
    await chat.send('/run echo both-see-this');
    await theirs.card.getByText('both-see-this').first().waitFor();
    await theirs.answer('Run');
    await chat.atRest.waitFor();
    await theirs.atRest.waitFor();
    await second.close();
  });

  it('a deleted session is gone after a question, and only that one', async () => {
    await open('gamma');
    await window.runCommand('Session Loom: Delete Session');
    await window.dialog.waitFor();
    await window.dialog
      .getByRole('button', { name: /^Delete/ })
      .first()
      .click();
    await window.page.waitForFunction(`document.querySelectorAll('.part.editor .tab[aria-label*="gamma"]').length === 0`);
    await window.statusBar(statusItem).click();
    const listed = window.page.locator('.quick-input-list .monaco-list-row');
    for (const title of ['Renamed session', 'alpha', '/run git status']) await listed.filter({ hasText: title }).first().waitFor();
    assert.equal(await listed.filter({ hasText: 'gamma' }).count(), 0);
    await window.page.keyboard.press('Escape');
  });

  it('the history ref tells the whole story, and nothing of the person was touched', async () => {
    const deadline = Date.now() + 20_000;
    const story = (): string => {
      const refs = git('for-each-ref', '--format=%(refname)', 'refs/session-loom').trim().split('\n').filter(Boolean);
      return refs
        .map((ref) =>
          git('ls-tree', '-r', '--name-only', ref)
            .split('\n')
            .filter((name) => name.endsWith('.md'))
            .map((name) => git('show', `${ref}:${name}`))
            .join('\n'),
        )
        .join('\n');
    };
    while (!story().includes('both-see-this') && Date.now() < deadline) await wait(200);
    const told = story();
    for (const words of ['git status', 'alpha-10', 'reload-20', 'closed-10', 'both-see-this', 'Renamed session'])
      assert.ok(told.includes(words), `the story tells of ${words}`);
    assert.match(told, /[Ii]nterrupted/);
    assert.equal(gitOfThePerson(), before_);
  });

  it('after everything is closed no process is left', async () => {
    await window.close();
    await harness.server.close();
    const left = (await processesLeft(harness.scratch.token, 10_000)).filter(({ command }) => !/chrom/i.test(command));
    assert.deepEqual(left, []);
  });
});
