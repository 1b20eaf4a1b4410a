/** One VS Code window, which is one page of the browser, with the words in which a scenario speaks of it. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { outFolder } from '../../scripts/paths.ts';
import type { VsCodeServer } from '../support/vscode/server.ts';
import { baseClasses, themes } from '../support/vscode/settings.ts';
import type { Theme } from '../support/vscode/settings.ts';

/** What a window is opened with. `context` is the browser's memory of it. */
export interface WindowRequest {
  readonly context: BrowserContext;
  readonly address: string;
  readonly server: VsCodeServer;
}

/** How many console lines are kept for the report of a failure. */
const keptLines = 300;

/** Windows that are open now, newest last: a failing test takes pictures of them. */
const openWindows = new Set<WorkbenchWindow>();

/** Every window that is open now. */
export function allOpenWindows(): readonly WorkbenchWindow[] {
  return [...openWindows];
}

/** A window. `page` is there for whatever this class has no word for. */
export class WorkbenchWindow {
  readonly page: Page;
  /** The last lines of the page's console, which holds the extension host's console too. */
  readonly console: string[] = [];
  readonly #request: WindowRequest;

  private constructor(request: WindowRequest, page: Page) {
    this.#request = request;
    this.page = page;
    openWindows.add(this);
    page.on('close', () => openWindows.delete(this));
    page.on('console', (message) => {
      this.console.push(message.text());
      if (this.console.length > keptLines) this.console.shift();
    });
  }

  /** Opens the window and waits until the workbench stands. */
  static async open(request: WindowRequest): Promise<WorkbenchWindow> {
    const window = new WorkbenchWindow(request, await request.context.newPage());
    await window.page.goto(request.address, { waitUntil: 'domcontentloaded' });
    await window.ready();
    return window;
  }

  /** Waits until the workbench stands and takes keys. The extension may still be starting: wait for what it shows. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
    await this.page.locator('.monaco-workbench .activitybar .action-label').first().waitFor();
  }

  /** Runs a command by its full title, such as `Session Loom: New Session`, through the palette, as a person does. */
  async runCommand(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type=text]');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { has: this.page.getByText(title, { exact: true }) }).first();
    // A key that arrives while something else takes the focus is lost, so it is pressed until the palette takes the title. Each time it gets
    // longer for that: a busy machine is slow, and a lost key should not cost much.
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      try {
        await input.fill(`>${title}`, { timeout: 2000 * attempt });
        await row.click({ timeout: 5000 * attempt });
        return;
      } catch (error) {
        // A palette that was opened before VS Code had settled keeps its old list for as long as it is open. Where none is open the key would go
        // to a message field, and stop the turn that runs in its session.
        if (await input.isVisible()) await input.press('Escape', { timeout: 2000 }).catch(() => undefined);
        if (attempt === 5) throw new Error(`The command "${title}" could not be run from the palette.`, { cause: error });
      }
    }
  }

  /** Opens a container of the activity bar by the start of its name. */
  async openContainer(name: string): Promise<void> {
    const label = this.page.locator(`.activitybar a.action-label[aria-label^="${name}"]`);
    await label.waitFor();
    const isOpen = await this.page.locator('.activitybar .action-item.checked', { has: label }).count();
    if (isOpen === 0) await label.click();
  }

  /** The rows of every tree in the side bar whose spoken text contains `text`; all rows without it. */
  treeRows(text = ''): Locator {
    const rows = '.part.sidebar .monaco-list-row';
    return this.page.locator(text === '' ? rows : `${rows}[aria-label*=${JSON.stringify(text)}]`);
  }

  /** An item of the status bar by its full id, such as `session-loom.session-loom.session`. */
  statusBar(id: string): Locator {
    return this.page.locator(`.part.statusbar [id="${id}"]`);
  }

  /** The document inside a visible webview, the first unless told otherwise. Hidden panels are left out. */
  chatFrame(index = 0): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .filter({ visible: true })
      .nth(index)
      .contentFrame()
      .locator('#active-frame')
      .contentFrame();
  }

  /** The tabs of the editor area by their label. */
  tab(label: string): Locator {
    return this.page.locator(`.part.editor .tab[aria-label*=${JSON.stringify(label)}]`);
  }

  /** The texts in the notification centre, newest first. The centre is opened for it and closed again. */
  async notifications(): Promise<string[]> {
    const centre = this.page.locator('.notifications-center.visible');
    if ((await centre.count()) === 0) await this.runCommand('Notifications: Show Notifications');
    await centre.waitFor();
    const texts = await centre.locator('.notification-list-item-message').allTextContents();
    await this.runCommand('Notifications: Hide Notifications');
    return texts;
  }

  /** The visible toasts. There are none while the extension runs from the checkout. */
  get toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message');
  }

  /** Waits until VS Code lists this extension, by its display name or its id, as activated. */
  async extensionRuns(name: string | RegExp): Promise<void> {
    const size = this.page.viewportSize() ?? { width: 1280, height: 800 };
    const list = this.page.locator('.runtime-extensions-editor .monaco-list');
    await this.runCommand('Developer: Show Running Extensions');
    // The list draws only the rows that have room.
    await this.page.setViewportSize({ ...size, height: 4000 });
    const row = list.locator('.monaco-list-row', { hasText: name });
    await row.filter({ hasText: /Activation: \d+ms/ }).waitFor();
    await this.page.setViewportSize(size);
    await this.runCommand('View: Close Editor');
    await list.waitFor({ state: 'detached' });
  }

  /** A dialog that stands in front of everything. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Changes the theme of every page of this server and waits until this page shows it. */
  async setTheme(theme: Theme): Promise<void> {
    await this.#request.server.setTheme(theme);
    const shown = this.page.locator(`.monaco-workbench.${baseClasses[theme]}`);
    await shown.waitFor().catch((error: unknown) => {
      throw new Error(`The theme "${themes[theme]}" was not taken over.`, { cause: error });
    });
  }

  /** Reloads the window. What the browser has not saved yet is lost, as for a person: see `layoutSaved`. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'domcontentloaded' });
    await this.ready();
  }

  /** Waits until the browser has saved the layout of this window with this text in it, such as a panel's view type. */
  async layoutSaved(text: string): Promise<void> {
    await this.page.waitForFunction(savedStateHolds, text, { polling: 500, timeout: 90_000 });
  }

  /** Closes the window; its extension host leaves within two seconds. */
  async close(): Promise<void> {
    await this.page.close();
  }

  /** Opens the window again, with what the browser remembers of it. */
  async openAgain(): Promise<WorkbenchWindow> {
    await this.close();
    return WorkbenchWindow.open(this.#request);
  }

  /** Takes a picture of the whole window into `out/pictures/<name>.png` and returns its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(outFolder, 'pictures', `${name}.png`);
    await mkdir(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }
}

/**
 * Runs in the page: whether any of VS Code's own stores in the browser holds this text. It is source text because the tests are compiled
 * without the types of a browser.
 */
const savedStateHolds = `async (text) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await done(indexedDB.open(name));
    const values = await done(database.transaction('ItemTable').objectStore('ItemTable').getAll());
    database.close();
    if (values.some((value) => String(value).includes(text))) return true;
  }
  return false;
}`;
