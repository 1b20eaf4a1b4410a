/**
 * What the pictures of the README show. The content is made through the product: a real host and the built-in agent, which plays the
 * recordings of the folder `recordings` when it gets their prompts.
 */
import { join } from 'node:path';
import process from 'node:process';
import { distFolder, inRoot } from '../../scripts/paths.ts';
import type { Theme } from '../support/vscode/settings.ts';
import { processesWithToken } from '../support/processes.ts';
import type { Chat } from './chat.ts';
import type { Harness } from './harness.ts';
import type { WorkbenchWindow } from './window.ts';

/** One picture: its file name, its themes, and what to do before it is taken. Scenes follow each other in the same window. */
export interface Scene {
  readonly name: string;
  readonly themes: readonly Theme[];
  /** Pixels that hold all of it. */
  readonly height: number;
  arrange(stage: Stage): Promise<void>;
}

/** The window of the pictures with the chat that is in front. */
export interface Stage {
  readonly window: WorkbenchWindow;
  readonly chat: Chat;
  readonly harness: Harness;
}

/** Settings of the window: sessions are made with the agent that plays recordings, and nothing distracts. */
export const sceneSettings: Readonly<Record<string, unknown>> = {
  'sessionLoom.agents': [
    {
      id: 'recorded',
      name: 'Built-in Agent',
      command: process.execPath,
      args: [inRoot('test', 'support', 'agents', 'recorded.ts'), join(distFolder, 'agent.cjs'), inRoot('test', 'e2e', 'recordings')],
    },
  ],
  'sessionLoom.defaultAgent': 'recorded',
  'window.title': '${rootName}',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};

const prompts = {
  login: 'The login form accepts a password of blanks. Find out why, fix it and add a test.',
  limits: 'Add rate limits to the public API: 60 requests a minute for each key.',
  mails: 'Translate the mails into French and German.',
  search: 'The search takes two seconds. Make it faster.',
  build: 'Explain the build to somebody who is new here.',
  imports: 'Sort the imports, and keep the side effects where they are.',
  node: 'Move the project to Node 24.',
  config: 'Rename the config keys to camel case and keep the old ones working.',
  notes: 'Write the release notes for 2.4.',
  readme: 'Tidy the README.',
} as const;

/** Makes sessions of every state, the one with the question last and in front. */
export async function setStage(stage: Stage): Promise<void> {
  await stage.window.openContainer('Session Loom');
  // Before that VS Code has not said that the folder is trusted, and offers no command of ours.
  await stage.window.page.getByText('The built-in agent needs no account').waitFor();
  await widenSideBar(stage.window);
  await restsAndIsInterrupted(stage);
  await isDone(stage);
  await waitsPaused(stage);
  await begin(stage, prompts.mails, 'Working');
  await stage.window.runCommand('Session Loom: Colour Session…');
  await pick(stage, 'Purple');
  await begin(stage, prompts.search, 'Working');
  await begin(stage, prompts.limits, 'Waiting for you');
  await begin(stage, prompts.readme, 'Working');
  await begin(stage, prompts.login, 'Waiting for you');
  await stage.window.treeRows('Tidy the README, unread').first().waitFor();
}

/** Sends a prompt in a new session and waits for the state that follows. */
async function begin({ window, chat }: Stage, prompt: string, status: string): Promise<void> {
  await window.runCommand('Session Loom: New Session');
  await chat.page.locator('h1.title', { hasText: /^Session \d+$/ }).waitFor();
  await chat.send(prompt);
  // It is idle before the turn, too.
  if (status === 'Idle') await chat.page.locator('article[data-kind="end"]').waitFor();
  await chat.status(status).waitFor();
}

/** A new host lets the sessions hibernate that were at rest; when it is killed, the one that works is interrupted. */
async function restsAndIsInterrupted(stage: Stage): Promise<void> {
  await begin(stage, prompts.build, 'Idle');
  await begin(stage, prompts.imports, 'Idle');
  await stage.window.runCommand('Session Loom: Restart the Session Host');
  for (const title of ['Explain the build', 'Sort the imports']) await stage.window.treeRows(`${title}, Hibernating`).first().waitFor();
  await begin(stage, prompts.node, 'Working');
  await stage.chat.text('Now the workflow files.').waitFor();
  for (const { pid, command } of processesWithToken(stage.harness.scratch.token))
    if (command.includes('host.cjs')) process.kill(pid, 'SIGKILL');
  await stage.chat.status('Interrupted').waitFor();
  await closeTabs(stage);
}

async function isDone(stage: Stage): Promise<void> {
  await begin(stage, prompts.config, 'Idle');
  await stage.window.runCommand('Session Loom: Complete Session');
  await stage.chat.status('Completed').waitFor();
  await closeTabs(stage);
}

async function waitsPaused(stage: Stage): Promise<void> {
  await begin(stage, prompts.notes, 'Idle');
  await stage.window.runCommand('Session Loom: Pause Session');
  await stage.chat.status('Paused').waitFor();
  await stage.chat.send('Add the new limits, and thank the people who reported them.');
  await stage.chat.page.locator('[data-part="queue"]').waitFor();
  await closeTabs(stage);
}

async function closeTabs({ window }: Stage): Promise<void> {
  await window.runCommand('View: Close All Editors');
  await window.page.locator('.part.editor .tab').first().waitFor({ state: 'detached' });
}

/** Expands a group. The list is drawn anew while sessions work, and a click may go to the row that was there before. */
async function expand({ window }: Stage, group: string, member: string): Promise<void> {
  const row = window.treeRows(member).first();
  await window.treeRows(group).first().click();
  for (let attempt = 0; attempt < 5 && !(await row.isVisible()); attempt++) {
    await window.page.keyboard.press('ArrowRight');
    await window.page.waitForTimeout(400);
  }
  await row.waitFor();
}

async function pick({ window }: Stage, label: string): Promise<void> {
  await window.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
}

/** Pixels that the side bar needs so that no row of it is cut. */
const sideBarWidth = 460;

async function widenSideBar({ page }: WorkbenchWindow): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no side bar to widen.');
  const y = box.y + box.height - 40;
  await page.mouse.move(box.x + box.width + 1, y);
  await page.mouse.down();
  await page.mouse.move(box.x + sideBarWidth, y, { steps: 5 });
  await page.mouse.up();
}

/** Puts the pointer where nothing reacts to it. */
async function restPointer({ window }: Stage): Promise<void> {
  await window.page.mouse.move(640, 2);
}

const all = ['light', 'dark', 'hcDark', 'hcLight'] as const satisfies readonly Theme[];
const three = ['light', 'dark', 'hcDark'] as const satisfies readonly Theme[];

/** Every picture, in the order in which they are taken. */
export const scenes: readonly Scene[] = [
  {
    name: 'sessions',
    themes: three,
    height: 760,
    async arrange(stage) {
      await expand(stage, 'Done, ', 'Rename the config keys');
      await stage.window.treeRows('Explain the build').first().click();
      await stage.chat.page.locator('h1.title', { hasText: 'Explain the build' }).waitFor();
      await restPointer(stage);
    },
  },
  {
    name: 'chat',
    themes: all,
    height: 1100,
    async arrange(stage) {
      const { window, chat } = stage;
      await window.treeRows('Fix the login form').first().click();
      await chat.page.locator('h1.title', { hasText: 'Fix the login form' }).waitFor();
      await window.runCommand('View: Close Other Editors in Group');
      await chat.page.locator('.tool-head', { hasText: 'Edit src/login/password.ts' }).click();
      await chat.composer.fill('And say in the form what is missing, in the language of the page');
      await restPointer(stage);
    },
  },
  {
    name: 'switch',
    themes: three,
    height: 1100,
    async arrange(stage) {
      const { window } = stage;
      await window.statusBar('session-loom.session-loom.sessions').click();
      await window.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
      await restPointer(stage);
    },
  },
];
