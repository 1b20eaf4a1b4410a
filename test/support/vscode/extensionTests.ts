/** Runs the suite of `test/extension` inside a real VS Code: a desktop one if there is one, else the server with a browser page. */
import { runTests } from '@vscode/test-electron';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/paths.ts';
import { makeSampleWorkspace } from '../../../scripts/sampleWorkspace.ts';
import { obtainBrowser } from '../browser.ts';
import { browserLaunch } from '../browserArguments.ts';
import { resultsVariable, runResults } from '../results.ts';
import type { RunResults } from '../results.ts';
import { openScratch } from '../scratch.ts';
import type { Scratch } from '../scratch.ts';
import { pageAddress } from './address.ts';
import { desktopArguments, underScreen } from './desktopArguments.ts';
import { obtainVsCode } from './obtain.ts';
import { VsCodeServer } from './server.ts';
import { writeSettings } from './settings.ts';

/** What to run: the bundled runner and the bundled test files, as absolute paths. */
export interface ExtensionTests {
  readonly runner: string;
  readonly files: readonly string[];
  /** A VS Code from this source, whatever else there is. */
  readonly forced?: 'download' | 'server';
}

/** How long the whole suite may take, in milliseconds. */
const suiteLimit = 8 * 60_000;

/** Runs the tests on a sample workspace. Rejects when VS Code did not get as far as running them. */
export async function runExtensionTests(tests: ExtensionTests): Promise<RunResults> {
  const vscode = await obtainVsCode({ virtualScreen: true, say: console.log, ...(tests.forced !== undefined && { forced: tests.forced }) });
  const scratch = await openScratch();
  try {
    const workspace = join(scratch.folder, 'sample');
    await mkdir(workspace);
    await makeSampleWorkspace(workspace);
    const results = join(scratch.folder, 'results.json');
    const env = { ...scratch.env, [resultsVariable]: results, SESSION_LOOM_TEST_FILES: JSON.stringify(tests.files) };
    const place = { scratch, workspace, env, runner: tests.runner };
    console.log(`  in ${vscode.kind === 'desktop' ? `the ${vscode.source} VS Code` : 'the VS Code server, with a browser page'}`);
    const ended = vscode.kind === 'desktop' ? await inDesktop(vscode.executable, place) : await inServer(vscode.main, place);
    if (!existsSync(results)) throw new Error(`VS Code ended without running the tests: ${ended}`);
    return runResults.parse(JSON.parse(await readFile(results, 'utf8')));
  } finally {
    await scratch.close();
  }
}

interface Place {
  readonly scratch: Scratch;
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runner: string;
}

/** Both ways return how the run ended, in words, for the case that it left no results. */
async function inDesktop(executable: string, { scratch, workspace, env, runner }: Place): Promise<string> {
  const profile = join(scratch.folder, 'profile');
  await writeSettings(join(profile, 'User', 'settings.json'));
  const command = underScreen(
    executable,
    [workspace, ...desktopArguments(profile, join(scratch.folder, 'extensions'), { trustEverything: true })],
    process.platform,
    process.env,
  );
  try {
    const code = await runTests({
      vscodeExecutablePath: command.executable,
      launchArgs: command.args,
      extensionDevelopmentPath: root,
      extensionTestsPath: runner,
      extensionTestsEnv: env,
      reuseMachineInstall: true,
    });
    return `exit code ${String(code)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function inServer(main: string, { scratch, workspace, env, runner }: Place): Promise<string> {
  const executablePath = await obtainBrowser(console.log);
  const server = await VsCodeServer.open({
    main,
    folder: join(scratch.folder, 'server'),
    env,
    smokeTestDriver: true,
    trustEverything: true,
    graceSeconds: 5,
  });
  const browser = await chromium.launch({ executablePath, ...browserLaunch(executablePath, scratch.env) });
  try {
    const page = await browser.newPage();
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    const ended = whenTestsEnd(page);
    await page.goto(pageAddress(server, { workspace, developmentFolder: root, testsFile: runner }));
    const code = await ended;
    return `exit code ${String(code)}\n${lines.slice(-20).join('\n')}`;
  } finally {
    await browser.close();
    await server.close();
  }
}

/** VS Code calls this function of the page when `run()` has settled; on the desktop it would end with that exit code. */
async function whenTestsEnd(page: Page): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), suiteLimit);
    const done = (code: number): void => {
      clearTimeout(timer);
      resolve(code);
    };
    page.exposeFunction('codeAutomationExit', done).catch(reject);
  });
}
