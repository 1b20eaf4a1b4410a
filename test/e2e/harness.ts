/** What every end-to-end test stands on: one VS Code server and one Chromium, with a home of their own, and nothing left at the end. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import { root } from '../../scripts/paths.ts';
import { makeSampleWorkspace } from '../../scripts/sampleWorkspace.ts';
import { obtainBrowser } from '../support/browser.ts';
import { browserLaunch } from '../support/browserArguments.ts';
import { processesLeft, processesWithToken } from '../support/processes.ts';
import { openScratch } from '../support/scratch.ts';
import type { Scratch } from '../support/scratch.ts';
import { pageAddress } from '../support/vscode/address.ts';
import { obtainVsCode } from '../support/vscode/obtain.ts';
import { VsCodeServer } from '../support/vscode/server.ts';
import { WorkbenchWindow } from './window.ts';

/** Which window a scenario needs. */
export interface HarnessRequest {
  /** A VSIX to install. Without one the extension runs from the checkout, and VS Code suppresses toasts. */
  readonly vsix?: string;
  /** False to meet restricted mode. */
  readonly trustEverything?: boolean;
  /** Settings of every page on top of the calm ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables for VS Code, and so for the extension, on top of the scratch ones. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How wide a page is; the pictures of the README have the same width. */
const viewport = { width: 1280, height: 800 };

/** Seconds for which a lost page keeps its extension host. */
const graceSeconds = 5;

/** A server and a browser. Whoever opens one closes it; most tests share `sharedHarness()`. */
export class Harness {
  readonly server: VsCodeServer;
  readonly scratch: Scratch;
  readonly #browser: Browser;
  readonly #request: HarnessRequest;
  #workspaces = 0;

  private constructor(request: HarnessRequest, scratch: Scratch, server: VsCodeServer, browser: Browser) {
    this.#request = request;
    this.scratch = scratch;
    this.server = server;
    this.#browser = browser;
  }

  /** Gets a VS Code server and a browser if they are not in the cache yet, and starts both. */
  static async open(request: HarnessRequest = {}): Promise<Harness> {
    const vscode = await obtainVsCode({ virtualScreen: false, forced: 'server', say: console.log });
    if (vscode.kind !== 'server') throw new Error('The end-to-end tests drive a page, so they need the VS Code server.');
    const executablePath = await obtainBrowser(console.log);
    const scratch = await openScratch();
    try {
      const server = await VsCodeServer.open({
        main: vscode.main,
        folder: join(scratch.folder, 'server'),
        env: { ...scratch.env, ...request.env },
        smokeTestDriver: request.vsix === undefined,
        trustEverything: request.trustEverything ?? true,
        graceSeconds,
        ...(request.vsix !== undefined && { extensions: [request.vsix] }),
        ...(request.settings !== undefined && { settings: request.settings }),
      });
      const browser = await chromium.launch({
        executablePath,
        ...browserLaunch(executablePath, scratch.env),
      });
      return new Harness(request, scratch, server, browser);
    } catch (error) {
      await scratch.close();
      throw error;
    }
  }

  /** Makes a new sample workspace of its own for one test and returns its folder. */
  async sampleWorkspace(name = `sample-${String(++this.#workspaces)}`): Promise<string> {
    const folder = join(this.scratch.folder, 'work', name);
    await mkdir(folder, { recursive: true });
    await makeSampleWorkspace(folder);
    return folder;
  }

  /** A browser profile: what one person's browser remembers (layout, panels). Two of them are two people's browsers. */
  async newProfile(): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ viewport, colorScheme: 'dark', permissions: ['clipboard-read', 'clipboard-write'] });
    context.setDefaultTimeout(30_000);
    return context;
  }

  /** Opens a window on a folder, in a new browser profile unless one is given, and waits until the workbench stands. */
  async openWindow(workspace: string, profile?: BrowserContext): Promise<WorkbenchWindow> {
    const address = pageAddress(this.server, { workspace, ...(this.#request.vsix === undefined && { developmentFolder: root }) });
    return this.openAddress(address, profile);
  }

  /** Opens a window at an address, which may be one of another server. */
  async openAddress(address: string, profile?: BrowserContext): Promise<WorkbenchWindow> {
    return WorkbenchWindow.open({ context: profile ?? (await this.newProfile()), address, server: this.server });
  }

  /** Ends the browser and the server, kills what is left of them and of what they started, and deletes their folders. */
  async close(): Promise<void> {
    // A page that is closed takes its extension host with it; a browser that is closed leaves it behind for the grace time.
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
    await this.#browser.close();
    await this.#noExtensionHosts();
    await this.server.close();
    await processesLeft(this.scratch.token, 3000);
    const left = await this.scratch.close();
    for (const { pid, command } of left) console.log(`      ended what was left running: ${String(pid)} ${command}`);
  }

  /** Waits, for the grace time at most, until the extension hosts have left: a server that ends first would orphan them. */
  async #noExtensionHosts(): Promise<void> {
    const end = Date.now() + (graceSeconds + 2) * 1000;
    while (Date.now() < end && processesWithToken(this.scratch.token).some(({ command }) => command.includes('--type=extensionHost')))
      await wait(100);
  }
}

let shared: Promise<Harness> | undefined;

/** The variable that names a VSIX: then the shared harness runs what is shipped in place of the checkout. */
export const vsixVariable = 'SESSION_LOOM_VSIX';

/** What a harness of one's own is opened with, so that it too runs what is shipped where that is asked for. */
export function shippedRequest(): HarnessRequest {
  const vsix = process.env[vsixVariable];
  return vsix === undefined ? {} : { vsix };
}

/** The harness on which most tests run, one after the other. The last hook of the run closes it. */
export function sharedHarness(): Promise<Harness> {
  shared ??= Harness.open(shippedRequest());
  return shared;
}

/** Closes the shared harness if a test has used it. */
export async function closeSharedHarness(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
}
