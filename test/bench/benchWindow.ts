/** A window of the real VS Code on a workspace of its own, with the words in which a figure speaks of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import * as z from 'zod';
import { locateWorkspace } from '../../src/client/location.ts';
import type { WorkspaceLocation } from '../../src/protocol/location.ts';
import { Chat } from '../e2e/chat.ts';
import type { Harness } from '../e2e/harness.ts';
import type { WorkbenchWindow } from '../e2e/window.ts';
import { processesWithToken } from '../support/processes.ts';
import { storeSessions } from './conversations.ts';
import type { StoredSession } from './conversations.ts';
import type { Ground } from './ground.ts';
import { Probe } from './probe.ts';

const Owner = z.object({ pid: z.number() });

/** A window that is measured. Whoever opens it closes it. */
export class BenchWindow {
  readonly harness: Harness;
  readonly window: WorkbenchWindow;
  readonly chat: Chat;
  readonly probe: Probe;
  readonly workspace: string;
  readonly location: WorkspaceLocation;
  readonly #devtools: CDPSession;

  private constructor(harness: Harness, window: WorkbenchWindow, location: WorkspaceLocation, devtools: CDPSession) {
    this.harness = harness;
    this.window = window;
    this.chat = new Chat(window);
    this.probe = new Probe(window.page);
    this.workspace = location.folder;
    this.location = location;
    this.#devtools = devtools;
  }

  /** Makes a sample workspace with these stored sessions in it and opens a window on it with the sessions view in front. */
  static async open(ground: Ground, stored: readonly StoredSession[] = []): Promise<BenchWindow> {
    const harness = await ground.harness();
    const workspace = await harness.sampleWorkspace();
    const location = await locateWorkspace(workspace, harness.scratch.folder);
    if (stored.length > 0) await storeSessions(location, stored);
    const profile = await harness.newProfile();
    await Probe.install(profile);
    const window = await harness.openWindow(workspace, profile);
    const devtools = await profile.newCDPSession(window.page);
    await devtools.send('Performance.enable');
    const opened = new BenchWindow(harness, window, location, devtools);
    await window.openContainer('Session Loom');
    if (stored.length > 0) {
      // A session of its own starts the host, which has the others; it goes again, so that it is not among what is walked through.
      await opened.newSession();
      await window.runCommand('Session Loom: Delete Session');
      await window.dialog
        .getByRole('button', { name: /^Delete/ })
        .first()
        .click();
      await window.page.waitForFunction("document.querySelectorAll('.part.editor .tab').length === 0");
      // While the catalogue is made the rows still move, also under the pointer.
      for (const { title } of stored) await window.treeRows(title).first().waitFor();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return opened;
  }

  /** Makes a session from the palette and waits until its composer can be used. */
  async newSession(): Promise<void> {
    await this.window.runCommand('Session Loom: New Session');
    await this.chat.page.locator('h1.title', { hasText: /^Session \d+$/ }).waitFor();
    await this.chat.composer.click();
  }

  /** Puts a message into the composer, to be sent with Enter. */
  async write(text: string): Promise<void> {
    await this.chat.composer.click();
    await this.chat.composer.fill(text);
  }

  async press(key: string): Promise<void> {
    await this.window.page.keyboard.press(key);
  }

  /** Presses the two keys of a chord. `between` is done before the second one. */
  async chord(first: string, second: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    await this.press(first);
    await between();
    await this.press(second);
  }

  /** Waits until the session in front has come to rest. */
  async rests(timeout = 60_000): Promise<void> {
    await this.chat.atRest.waitFor({ timeout });
  }

  /** Closes the tab in front and waits until no chat is shown. */
  async closeTab(): Promise<void> {
    const tabs = this.window.page.locator('.part.editor .tab');
    const count = await tabs.count();
    await this.window.page.locator('.part.editor .tab.active .tab-actions .action-label').first().click();
    await this.window.page.waitForFunction(`document.querySelectorAll('.part.editor .tab').length === ${String(count - 1)}`);
  }

  /** Milliseconds that the main thread of the window, workbench and chat together, has been busy so far. */
  async mainThread(): Promise<number> {
    const { metrics } = await this.#devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  }

  /** The process of the host that serves this workspace. */
  hostPid(): number | undefined {
    const file = join(this.location.dataFolder, 'host.json');
    const pid = existsSync(file) ? Owner.parse(JSON.parse(readFileSync(file, 'utf8'))).pid : undefined;
    return processesWithToken(this.harness.scratch.token).some((each) => each.pid === pid) ? pid : undefined;
  }

  /** Closes the window, and ends its host, whose turns would run beside the next figure. */
  async close(): Promise<void> {
    const pid = this.hostPid();
    await this.window.page.context().close();
    if (pid === undefined) return;
    process.kill(pid, 'SIGTERM');
    const limit = Date.now() + 10_000;
    while (processesWithToken(this.harness.scratch.token).some((each) => each.pid === pid) && Date.now() < limit)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
