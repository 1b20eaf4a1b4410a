/**
 * Which VS Code a script or a test uses, as a pure decision. It names the next step from what is known; whoever asked tries it, adds what
 * came of it to the facts, and asks again.
 */
import { compareVersions } from '../../../scripts/dependencies.mjs';

/** A desktop VS Code on this machine: its program and its version as in its manifest. */
export interface DesktopVsCode {
  readonly executable: string;
  readonly version: string;
}

/** What came of a step that can fail. `path` is what it produced, `failed` why it did not. */
export type Outcome = 'untried' | { readonly path: string } | { readonly failed: string };

/** Everything that the choice depends on. */
export interface VsCodeFacts {
  /** The oldest version that fits, such as `1.110.0`. */
  readonly oldest: string;
  /** Whether a window of a desktop program can appear, on a real or a virtual screen. */
  readonly canShowWindows: boolean;
  readonly installed: readonly DesktopVsCode[];
  /** The desktop VS Code that `@vscode/test-electron` downloads: `path` is its program. */
  readonly download: Outcome;
  /** The VS Code server inside an npm package: `path` is its main file. */
  readonly server: Outcome;
  /** Skips everything before this source, as asked for by a person. */
  readonly forced?: 'download' | 'server';
}

/** The next thing to do. */
export type VsCodeStep =
  | { readonly kind: 'use-desktop'; readonly executable: string; readonly source: 'installed' | 'downloaded' }
  | { readonly kind: 'use-server'; readonly main: string }
  | { readonly kind: 'try-download' }
  | { readonly kind: 'try-server' }
  | { readonly kind: 'give-up'; readonly message: string };

/** An installed VS Code of a fitting version, else the downloaded one, else the server from npm, else a message that says what to do. */
export function nextVsCodeStep(facts: VsCodeFacts): VsCodeStep {
  const desktop = facts.canShowWindows && facts.forced !== 'server';
  const installed = desktop && facts.forced === undefined ? newestFitting(facts) : undefined;
  if (installed !== undefined) return { kind: 'use-desktop', executable: installed.executable, source: 'installed' };
  if (desktop) {
    if (facts.download === 'untried') return { kind: 'try-download' };
    if ('path' in facts.download) return { kind: 'use-desktop', executable: facts.download.path, source: 'downloaded' };
  }
  if (facts.server === 'untried') return { kind: 'try-server' };
  if ('path' in facts.server) return { kind: 'use-server', main: facts.server.path };
  return { kind: 'give-up', message: giveUpMessage(facts, facts.server.failed) };
}

function newestFitting({ installed, oldest }: VsCodeFacts): DesktopVsCode | undefined {
  return installed
    .filter(({ version }) => compareVersions(version, oldest) >= 0)
    .toSorted((left, right) => compareVersions(right.version, left.version))[0];
}

function giveUpMessage({ installed, oldest, canShowWindows, download }: VsCodeFacts, serverFailure: string): string {
  const found = installed.map(({ version }) => version).join(', ');
  const reasons = [
    canShowWindows ? (found === '' ? 'none is installed' : `installed is ${found}`) : 'there is no screen for a desktop window',
    ...(typeof download === 'object' && 'failed' in download ? [`the download failed (${download.failed})`] : []),
    `the server from npm could not be installed (${serverFailure})`,
  ];
  return `No VS Code to run: ${reasons.join(', ')}. Install VS Code ${oldest} or newer, or run again when the npm registry can be reached.`;
}
