/** Gets a real VS Code: asks `choice.ts` for the next step, tries it, and asks again. */
import { SilentReporter, downloadAndUnzipVSCode } from '@vscode/test-electron';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { cacheFolder, inRoot } from '../../../scripts/paths.ts';
import { isOnPath } from '../onPath.ts';
import { nextVsCodeStep } from './choice.ts';
import type { Outcome, VsCodeFacts } from './choice.ts';
import { hasScreen, installedDesktops } from './desktop.ts';
import { installServer } from './serverPackage.ts';

/** The version that is downloaded: the one that the server from npm carries too. */
const downloadedVersion = '1.139.0';

/** How long the download may be silent before it counts as impossible, in milliseconds. */
const silenceLimit = 5000;

/** A VS Code to run: a desktop program, or the main file of a server. */
export type ObtainedVsCode =
  | { readonly kind: 'desktop'; readonly executable: string; readonly source: 'installed' | 'downloaded' }
  | { readonly kind: 'server'; readonly main: string };

/** What the caller can bear. */
export interface VsCodeWish {
  /** A screen that nobody sees (xvfb) is as good as a real one. */
  readonly virtualScreen: boolean;
  readonly forced?: VsCodeFacts['forced'];
  readonly say: (text: string) => void;
}

/** Rejects with a message that says what to do when there is no VS Code to be had. */
export async function obtainVsCode({ virtualScreen, forced, say }: VsCodeWish): Promise<ObtainedVsCode> {
  let facts: VsCodeFacts = {
    oldest: oldestVsCode(),
    canShowWindows: hasScreen(process.platform, process.env, virtualScreen && isOnPath('xvfb-run')),
    installed: installedDesktops(),
    download: 'untried',
    server: 'untried',
    ...(forced !== undefined && { forced }),
  };
  for (;;) {
    const step = nextVsCodeStep(facts);
    switch (step.kind) {
      case 'use-desktop':
        return { kind: 'desktop', executable: step.executable, source: step.source };
      case 'use-server':
        return { kind: 'server', main: step.main };
      case 'try-download':
        facts = { ...facts, download: await outcomeOf(() => download(say), say) };
        break;
      case 'try-server':
        facts = { ...facts, server: await outcomeOf(() => installServer(say), say) };
        break;
      case 'give-up':
        throw new Error(step.message);
    }
  }
}

/** Turns an attempt into a fact. Whatever the attempt rejects with counts as a failure: the codes differ from network to network. */
export async function outcomeOf(attempt: () => Promise<string>, say: (text: string) => void): Promise<Outcome> {
  try {
    return { path: await attempt() };
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    say(`Not possible here: ${failed}`);
    return { failed };
  }
}

function download(say: (text: string) => void): Promise<string> {
  say(`Looking for VS Code ${downloadedVersion} (downloaded once into .vscode-test) …`);
  return downloadAndUnzipVSCode({
    version: downloadedVersion,
    timeout: silenceLimit,
    cachePath: cacheFolder,
    reporter: new SilentReporter(),
  });
}

/** The oldest fitting version, from `engines.vscode` of the manifest, which has the form `^1.2.3`. */
function oldestVsCode(): string {
  const manifest = z.object({ engines: z.object({ vscode: z.string() }) }).parse(JSON.parse(readFileSync(inRoot('package.json'), 'utf8')));
  return manifest.engines.vscode.replace(/^\D+/, '');
}
