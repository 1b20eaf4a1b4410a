/** Where page tests get their pages from: one browser and one server, and a page that one chat takes after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { SessionState } from '../../../src/model/session.ts';
import { obtainBrowser } from '../../support/browser.ts';
import { browserLaunch } from '../../support/browserArguments.ts';
import type { OpenOptions } from './chatPage.ts';
import { ChatPage } from './chatPage.ts';
import type { Harness } from './server.ts';
import { startHarness } from './server.ts';

/** A page and the chat that is in it now. */
interface Seat {
  readonly page: Page;
  taken?: { readonly visit: number; readonly chat: ChatPage };
}

const viewport = { width: 700, height: 800 };

/** One browser and one server for many tests. */
export class Bench {
  readonly #browser: Browser;
  readonly #harness: Harness;
  /**
   * A new page is a new process, which costs three times what a navigation does. A navigation leaves nothing of a document: no listener, no
   * timer, no state of the editor. What outlives it is put right in `#ready`, or asked for with `ownPage`.
   */
  #kept: Seat | undefined;
  #visits = 0;

  private constructor(browser: Browser, harness: Harness) {
    this.#browser = browser;
    this.#harness = harness;
  }

  static async open(): Promise<Bench> {
    const executablePath = await obtainBrowser((text) => console.log(text));
    const temporary = mkdtempSync(join(tmpdir(), 'loom-page-'));
    const launch = browserLaunch(executablePath, { ...process.env, TMPDIR: temporary });
    const [browser, harness] = await Promise.all([chromium.launch({ executablePath, ...launch }), startHarness()]);
    // A browser that ends with its process, and so is killed, leaves files behind. Playwright kills it in a listener of its own, before this.
    process.once('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
    return new Bench(browser, harness);
  }

  async page(state: SessionState, options: OpenOptions = {}): Promise<ChatPage> {
    const seat = await this.#seat(options);
    const visit = ++this.#visits;
    const url = `${this.#harness.url(options.theme ?? 'dark')}&visit=${String(visit)}`;
    const leave = async (): Promise<void> => {
      if (seat.taken?.visit !== visit) return;
      delete seat.taken;
      if (seat !== this.#kept) await seat.page.context().close();
    };
    const chat = new ChatPage({ page: seat.page, url, leave }, state, options);
    seat.taken = { visit, chat };
    await chat.load();
    return chat;
  }

  /** Gives up the page that is used again, after a test that may have left it in any state. */
  async renew(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await kept?.page.context().close();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#harness.close();
  }

  async #seat({ ownPage = false, width = viewport.width, height = viewport.height }: OpenOptions): Promise<Seat> {
    const size = { width, height };
    if (ownPage || this.#kept?.taken !== undefined) return this.#newSeat(size);
    if (this.#kept === undefined) return (this.#kept = await this.#newSeat(size));
    await this.#ready(this.#kept.page, size);
    return this.#kept;
  }

  async #newSeat(size: typeof viewport): Promise<Seat> {
    const context = await this.#browser.newContext({ viewport: size });
    const page = await context.newPage();
    const seat: Seat = { page };
    page.on('request', (request) => {
      if (!request.url().startsWith(this.#harness.origin) && !/^(?:data|blob):/.test(request.url()))
        seat.taken?.chat.fetched.push(request.url());
    });
    page.on('pageerror', (error) => seat.taken?.chat.logged.push(`error: ${error.message}`));
    await page.exposeFunction('toExtension', (message: unknown, visit: number) => {
      if (seat.taken?.visit === visit) void seat.taken.chat.receive(message);
    });
    return seat;
  }

  /** Makes a used page as a new one is: its size, no pointer over it, nothing stored. */
  async #ready(page: Page, size: typeof viewport): Promise<void> {
    await page.mouse.move(-10, -10);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    const now = page.viewportSize();
    if (now?.width !== size.width || now.height !== size.height) await page.setViewportSize(size);
  }
}
