import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator } from 'playwright-core';
import { Chat } from '../e2e/chat.ts';
import { Harness, shippedRequest } from '../e2e/harness.ts';
import type { WorkbenchWindow } from '../e2e/window.ts';
import { processesLeft, processesWithToken } from '../support/processes.ts';
import { writeSettings } from '../support/vscode/settings.ts';
import { geminiCli, openCode } from './install.ts';
import type { ModelEndpoint } from './modelEndpoint.ts';
import { startModelEndpoint } from './modelEndpoint.ts';

/** The six, by their words: `own` is a worktree of its own, `shared` that of the one before. */
const six = [
  { word: 'open-one', agent: 'OpenCode', place: 'own' },
  { word: 'open-two', agent: 'OpenCode', place: 'folder' },
  { word: 'gemini-one', agent: 'Gemini CLI', place: 'own' },
  { word: 'gemini-two', agent: 'Gemini CLI', place: 'shared' },
  { word: 'built-one', agent: 'Built-in Agent', place: 'own' },
  { word: 'built-two', agent: 'Built-in Agent', place: 'folder' },
] as const;

/** The view type by which VS Code's own stores name our panels. */
const panelType = 'sessionLoom.session';

describe('R1.6 R3.3 R5.3 R5.4 R6.8 R6.11 R6.12 Six sessions of three agents in a real window, as a new user would', function () {
  this.timeout(240_000);
  let harness: Harness;
  let model: ModelEndpoint;
  let workspace: string;
  let profile: BrowserContext;
  let window: WorkbenchWindow;
  let chat: Chat;
  let worktreesBefore: string;

  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' });
  const worktrees = (): string[] =>
    git('worktree', 'list', '--porcelain')
      .split('\n')
      .flatMap((line) => (line.startsWith('worktree ') ? [line.slice('worktree '.length)] : []));
  const input = (): Locator => window.page.locator('.quick-input-widget input[type=text]');
  const choose = async (text: string): Promise<void> => {
    const row = window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.waitFor({ timeout: 60_000 });
    await row.click();
  };
  const inbox = (text: string): Locator => window.page.locator('.part.sidebar .pane', { hasText: 'Inbox' }).locator(`.monaco-list-row[aria-label*=${JSON.stringify(text)}]`); // prettier-ignore
  const open = async (word: string): Promise<void> => {
    await window.runCommand('Session Loom: Switch Session');
    await input().fill(word);
    await choose(word);
    await chat.page.locator('h1.title', { hasText: word }).waitFor();
  };
  /** A session with an agent in a place, by way of the palette; its first message names it. */
  const begin = async (agent: string, place: string, message: string): Promise<void> => {
    await window.runCommand('Session Loom: New Session with…');
    await choose(agent);
    await choose(place);
    await chat.page.locator('h1.title', { hasText: /^Session \d+$/ }).waitFor({ timeout: 60_000 });
    await chat.send(message);
    await chat.page.locator('h1.title', { hasText: message.slice(0, 20) }).waitFor();
  };

  before(async () => {
    model = await startModelEndpoint();
    harness = await Harness.open(shippedRequest());
    const home = join(harness.scratch.folder, 'homes');
    const agents = [await openCode(join(home, 'opencode'), model.url), await geminiCli(join(home, 'gemini'), model.url)];
    await writeSettings(harness.server.settingsFile, { 'sessionLoom.agents': agents, 'sessionLoom.maxActiveSessions': 6 });
    workspace = await harness.sampleWorkspace();
    worktreesBefore = git('worktree', 'list');
    profile = await harness.newProfile();
    window = await harness.openWindow(workspace, profile);
    chat = new Chat(window);
    await window.openContainer('Session Loom');
    await window.page.getByText('The built-in agent needs no account').waitFor();
  });
  after(async () => {
    await harness.close();
    await model.close();
  });
  afterEach(function () {
    // Each step stands on the one before it, so after a failure the rest would only say the same.
    if (this.currentTest?.state === 'failed') this.test?.parent?.bail(true);
  });

  it('six of them ask for permission at the same time, in three worktrees and the folder', async () => {
    let newest = '';
    for (const { word, agent, place } of six) {
      const before = new Set(worktrees());
      const where = place === 'folder' ? 'In the folder' : place === 'own' ? 'In a new worktree' : newest;
      await begin(agent, where, `${agent === 'Built-in Agent' ? '/run' : '%run'} touch ${word}.txt`);
      await chat.card.getByText(`touch ${word}.txt`).first().waitFor({ timeout: 60_000 });
      newest = worktrees().find((path) => !before.has(path)) ?? newest;
    }
    assert.equal(worktrees().length, 4);
    await window.statusBar('session-loom.session-loom.sessions').filter({ hasText: '6 waiting' }).waitFor();
  });

  it('a seventh waits, and says for what', async () => {
    await begin('Built-in Agent', 'In the folder', '/search seventh');
    await chat.status('Queued').waitFor();
    await chat.page.getByText('6 active sessions').first().waitFor();
    await window.screenshot('agents-seven-sessions');
  });

  it('all six are answered from the inbox, in the reverse order and by keyboard, and each acts in its own place', async () => {
    await window.runCommand('Session Loom: Focus on Inbox View');
    await window.page.keyboard.press('End');
    for (const { word } of six.toReversed()) {
      // The keyboard is on the last row, and after an answer on the one that is the last then.
      await window.page.locator('.part.sidebar .pane .monaco-list.element-focused .monaco-list-row.focused', { hasText: word }).waitFor();
      await window.page.keyboard.press('a');
      await inbox(`touch ${word}.txt`).waitFor({ state: 'detached' });
    }
    await open('seventh');
    await chat.atRest.waitFor({ timeout: 60_000 });
    for (const { word, place } of six) {
      await open(word);
      await chat.atRest.waitFor({ timeout: 60_000 });
      assert.equal(existsSync(join(workspace, `${word}.txt`)), place === 'folder', `${word} in the folder`);
      assert.equal(worktrees().filter((path) => existsSync(join(path, `${word}.txt`))).length, 1, `${word} in one place only`);
    }
  });

  it('one is cancelled, and one whose agent is killed goes on after “Restart Agent”', async () => {
    await open('open-two');
    await chat.send('%slow 400');
    await chat.text('word-2').waitFor({ timeout: 60_000 });
    await chat.composer.press('Escape');
    await chat.atRest.waitFor();
    await open('gemini-one');
    await chat.send('%slow 400');
    await chat.text('word-2').waitFor({ timeout: 60_000 });
    const agents = processesWithToken(harness.scratch.token).filter(
      ({ command }) => command.includes('gemini') && command.includes('--acp'),
    );
    assert.ok(agents.length > 0);
    for (const { pid } of agents) process.kill(pid, 'SIGKILL');
    await chat.page.getByRole('button', { name: 'Restart Agent' }).first().click({ timeout: 60_000 });
    await chat.send('%say Here again');
    await chat.text('Here again').waitFor({ timeout: 60_000 });
    await chat.atRest.waitFor();
  });

  it('one is given to the other agent, which knows what was said', async () => {
    await open('open-two');
    await chat.send('%say The word is marzipan.');
    await chat.text('The word is marzipan.').waitFor({ timeout: 60_000 });
    await chat.atRest.waitFor();
    await window.runCommand('Session Loom: Switch Agent…');
    await choose('Gemini CLI');
    await chat.page.locator('.header', { hasText: 'Gemini CLI' }).waitFor({ timeout: 60_000 });
    await chat.send('%recall');
    await chat.text('Assistant: The word is marzipan.').waitFor({ timeout: 60_000 });
    await chat.atRest.waitFor();
  });

  it('after a reload all of them are there', async () => {
    await window.layoutSaved(panelType);
    await window.page.waitForTimeout(7000);
    await window.reload();
    for (const { word } of [...six, { word: 'seventh' }]) await window.treeRows(word).first().waitFor({ timeout: 60_000 });
  });

  it('after all are closed no process is left, and the worktrees that are removed leave what was in them behind', async () => {
    for (const { word } of [...six, { word: 'seventh' }]) {
      await open(word);
      await window.runCommand('Session Loom: Close Session');
    }
    for (let left = 3; left > 0; left--) {
      await window.runCommand('View: Close All Editors');
      await window.runCommand('Session Loom: Remove Worktree…');
      await choose('loom/');
      await window.dialog.getByRole('button', { name: 'Keep a Rescue and Remove' }).click();
      const count = left;
      for (let round = 0; round < 100 && worktrees().length > count; round++) await window.page.waitForTimeout(100);
    }
    assert.equal(git('worktree', 'list'), worktreesBefore);
    const kept = git('for-each-ref', '--format=%(refname)', 'refs/session-loom/rescue').trim().split('\n');
    const names = kept.map((ref) => git('ls-tree', '-r', '--name-only', ref)).join('\n');
    for (const { word, place } of six) if (place !== 'folder') assert.ok(names.includes(`${word}.txt`), `${word}.txt is kept`);
    await window.close();
    await harness.server.close();
    const left = (await processesLeft(harness.scratch.token, 10_000)).filter(({ command }) => !/chrom/i.test(command));
    assert.deepEqual(left, []);
  });
});
