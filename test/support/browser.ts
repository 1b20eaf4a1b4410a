/** Gets a browser for Playwright: asks `browserChoice.ts` for the next step, tries it, and asks again. */
import { execPath } from 'node:process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { cacheFolder, inRoot } from '../../scripts/paths.ts';
import { nextBrowserStep } from './browserChoice.ts';
import type { BrowserFacts, BrowserSource } from './browserChoice.ts';
import { fetchOnce } from './cache.ts';
import { findOnPath, isExecutable, isOnPath } from './onPath.ts';
import { npm, runOrThrow } from './run.ts';
import { outcomeOf } from './vscode/obtain.ts';

/** The package and its exact version; it carries its own program. */
const packageVersion = '@sparticuz/chromium@153.0.0';

const playwrightFolder = join(cacheFolder, 'browsers');
process.env['PLAYWRIGHT_BROWSERS_PATH'] ??= playwrightFolder;

/** Returns the path of a Chrome or Chromium program. Rejects with a message that says what to do when there is none to be had. */
export async function obtainBrowser(say: (text: string) => void): Promise<string> {
  let facts: BrowserFacts = {
    installed: installedBrowsers(process.platform, process.env).filter(isExecutable),
    canInstallPackages: process.platform === 'linux' && process.getuid?.() === 0 && isOnPath('apt-get'),
    npmFits: process.platform === 'linux' && process.arch === 'x64',
    outcomes: { playwright: 'untried', debian: 'untried', npm: 'untried' },
  };
  for (;;) {
    const step = nextBrowserStep(facts);
    if (step.kind === 'use') return step.executable;
    if (step.kind === 'give-up') throw new Error(step.message);
    const outcome = await outcomeOf(() => attempts[step.source](say), say);
    facts = { ...facts, outcomes: { ...facts.outcomes, [step.source]: outcome } };
  }
}

/** Where Chrome and Chromium usually are, best first. `SESSION_LOOM_BROWSER` names one outright. */
export function installedBrowsers(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  const places = {
    darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
    win32: [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']].flatMap((folder) =>
      folder === undefined ? [] : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')],
    ),
    linux: ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'].flatMap((name) => findOnPath(name) ?? []),
  };
  const named = env['SESSION_LOOM_BROWSER'];
  const usual = platform === 'darwin' || platform === 'win32' ? places[platform] : places.linux;
  return named === undefined || named === '' ? usual : [named, ...usual];
}

const attempts: Record<BrowserSource, (say: (text: string) => void) => Promise<string>> = {
  async playwright(say) {
    const executable = chromium.executablePath();
    if (isExecutable(executable)) return executable;
    say('Looking for a Chromium download …');
    await runOrThrow(execPath, [inRoot('node_modules', 'playwright-core', 'cli.js'), 'install', '--no-shell', 'chromium'], {
      env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '5000' },
      timeout: 300_000,
    });
    return executable;
  },

  async debian(say) {
    say('Installing Debian’s chromium …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runOrThrow('apt-get', ['update'], { env, timeout: 120_000 });
    await runOrThrow('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-liberation'], { env, timeout: 600_000 });
    const found = findOnPath('chromium');
    if (found === undefined) throw new Error('apt-get installed no chromium');
    return found;
  },

  async npm(say) {
    const folder = await fetchOnce(cacheFolder, 'sparticuz-chromium-153.0.0', async (half) => {
      say('Installing a Chromium from npm (about 0.3 GB in .vscode-test, once) …');
      await writeFile(join(half, 'package.json'), '{ "private": true }\n');
      await npm(['install', '--ignore-scripts', '--save-exact', packageVersion], half);
      // The package unpacks into the system's temp folder, which this child sees inside the cache.
      await runOrThrow(execPath, ['--input-type=module', '--eval', unpackScript], { cwd: half, env: { ...process.env, TMPDIR: half } });
      await writeFile(join(half, 'fonts', 'fonts.conf'), fontSettings);
      await runOrThrow(join(half, 'chromium'), ['--version']);
    });
    return join(folder, 'chromium');
  },
};

const unpackScript = "await (await import('@sparticuz/chromium')).default.executablePath();";

/** The package's own settings name fixed folders outside the cache. A relative folder is one beside this file. */
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">.</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="relative">cache</cachedir>
</fontconfig>
`;
