/** Which browser drives a page of VS Code, as a pure decision in the manner of `vscode/choice.ts`. */
import type { Outcome } from './vscode/choice.ts';

/** The ways to a browser that can fail, in the order in which they are tried. */
export const browserSources = ['playwright', 'debian', 'npm'] as const;

/** One of those ways. */
export type BrowserSource = (typeof browserSources)[number];

/** Everything that the choice depends on. Each `path` is a browser's program. */
export interface BrowserFacts {
  /** Chrome or Chromium programs found on this machine, best first. */
  readonly installed: readonly string[];
  /** Whether Debian's package can be installed: Linux, root, and apt is there. */
  readonly canInstallPackages: boolean;
  /** Whether the npm package carries a program for this machine (Linux on x64). */
  readonly npmFits: boolean;
  readonly outcomes: Readonly<Record<BrowserSource, Outcome>>;
}

/** The next thing to do. */
export type BrowserStep =
  | { readonly kind: 'use'; readonly executable: string; readonly source: 'installed' | BrowserSource }
  | { readonly kind: 'try'; readonly source: BrowserSource }
  | { readonly kind: 'give-up'; readonly message: string };

/** An installed browser, else Playwright's download, else Debian's package, else the npm package, else a message that says what to do. */
export function nextBrowserStep(facts: BrowserFacts): BrowserStep {
  const [installed] = facts.installed;
  if (installed !== undefined) return { kind: 'use', executable: installed, source: 'installed' };
  for (const source of browserSources.filter((one) => isPossible(one, facts))) {
    const outcome = facts.outcomes[source];
    if (outcome === 'untried') return { kind: 'try', source };
    if ('path' in outcome) return { kind: 'use', executable: outcome.path, source };
  }
  return { kind: 'give-up', message: giveUpMessage(facts) };
}

function isPossible(source: BrowserSource, facts: BrowserFacts): boolean {
  if (source === 'debian') return facts.canInstallPackages;
  return source === 'playwright' || facts.npmFits;
}

function giveUpMessage({ outcomes }: BrowserFacts): string {
  const failures = browserSources.flatMap((source) => {
    const outcome = outcomes[source];
    return typeof outcome === 'object' && 'failed' in outcome ? [`${source}: ${outcome.failed}`] : [];
  });
  return `No Chrome or Chromium to drive (${failures.join('; ')}). Install Chrome or Chromium, or set SESSION_LOOM_BROWSER to its program.`;
}
