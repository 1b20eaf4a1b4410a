/** What the figures stand on: the product as it ships, packed once, and one window of a real VS Code with it installed. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RunnablePrograms } from '../../src/client/programs.ts';
import { packExtension } from '../../scripts/package.ts';
import { distFolder, outFolder } from '../../scripts/paths.ts';
import { Harness } from '../e2e/harness.ts';
import { testAgents } from './agents/settings.ts';

/** The programs of a production build, away from `dist`, where another build may replace them while they run. */
export interface ShippedPrograms extends RunnablePrograms {
  readonly specs: string;
  /** The VSIX that they were packed into. */
  readonly vsix: string;
  readonly vsixBytes: number;
}

const folder = join(outFolder, 'bench');

/** Settings of the window: messages of VS Code may not lie over what is measured, and the agents of the benchmark are those of a person. */
export const windowSettings = {
  'sessionLoom.agents': testAgents,
  'sessionLoom.notifications.needsYou': false,
  'sessionLoom.notifications.finished': false,
  'sessionLoom.notifications.failed': false,
};

/** The ground of one run. Whoever opens it closes it. */
export class Ground {
  readonly programs: ShippedPrograms;
  #harness: Promise<Harness> | undefined;

  private constructor(programs: ShippedPrograms) {
    this.programs = programs;
  }

  /** Packs the product for production. With `reuse` what an earlier run has packed is taken again. */
  static async open(options: { readonly reuse: boolean }): Promise<Ground> {
    mkdirSync(folder, { recursive: true });
    const vsix = join(folder, 'session-loom.vsix');
    const copies = ['host.cjs', 'agent.cjs', 'specs.cjs', 'sql-wasm.wasm'].map((name) => join(folder, 'programs', name));
    if (!options.reuse || ![vsix, ...copies].every((file) => existsSync(file))) {
      await packExtension(vsix);
      mkdirSync(join(folder, 'programs'), { recursive: true });
      for (const copy of copies) copyFileSync(join(distFolder, basename(copy)), copy);
    }
    const [host = '', agent = '', specs = '', wasm = ''] = copies;
    return new Ground({ host, agent, specs, wasm, compiled: join(folder, 'programs', 'compiled'), vsix, vsixBytes: statSync(vsix).size });
  }

  /** A VS Code server and a browser with the VSIX installed, opened when the first figure asks for it. */
  harness(): Promise<Harness> {
    this.#harness ??= Harness.open({ vsix: this.programs.vsix, settings: windowSettings });
    return this.#harness;
  }

  async close(): Promise<void> {
    await (await this.#harness?.catch(() => undefined))?.close();
  }
}

/** The commit that the checkout is at, or undefined outside of git. */
export function commitOf(checkout: string): string | undefined {
  try {
    return execFileSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
