/**
 * `npm test`: every check and every suite, summed up. `npm test -- unit|extension|e2e [files or mocha options]` runs one suite, or these
 * files of it; `--server` and `--download` choose the VS Code of the extension tests, `e2e --vsix` drives what is shipped.
 */
import { join } from 'node:path';
import { vsixVariable } from '../test/e2e/harness.ts';
import { describeResults, countResults } from '../test/support/results.ts';
import { obtainBrowser } from '../test/support/browser.ts';
import { obtainVsCode } from '../test/support/vscode/obtain.ts';
import { runExtensionTests } from '../test/support/vscode/extensionTests.ts';
import { build } from './build.ts';
import { checks } from './checks.ts';
import { secondsSince } from './command.ts';
import { bundleExtensionTests } from './extensionBundles.ts';
import { runMocha, tallyOf } from './mochaRun.ts';
import type { Tally } from './mochaRun.ts';
import { packExtension } from './package.ts';
import { distFolder, outFolder } from './paths.ts';
import { runSideBySide } from './sideBySide.ts';
import type { CheckEnd } from './sideBySide.ts';

interface Step {
  readonly name: string;
  run(): Promise<Tally>;
}

const oneOf = (ok: boolean): Tally => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, pending: 0 });

const sum = (a: Tally, b: Tally): Tally => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, pending: a.pending + b.pending });

const buildStep: Step = {
  name: 'build',
  async run() {
    await build({ production: false });
    return { passed: 0, failed: 0, pending: 0 };
  },
};

/** Beside tests in a window, which wait most of the time, so it takes what is left of the processors. */
const checkStep: Step = {
  name: 'types, lint, format',
  async run() {
    const told = ({ name, ok, seconds, output }: CheckEnd): void => {
      console.log(`${ok ? '✔' : '✘'} ${name} (${seconds.toFixed(1)} s)`);
      if (!ok) console.log(output);
    };
    const ends = await runSideBySide(checks({ cached: false }), told, { yields: true });
    return ends.map(({ ok }) => oneOf(ok)).reduce(sum);
  },
};

const unitFiles = 'test/**/*.test.{ts,tsx}';

const suites = {
  async unit(args: readonly string[]): Promise<Tally> {
    if (args.length > 0) return runMocha('unit', withFiles(args, unitFiles));
    // Before two files ask for it at once; where there is none, each test that needs it says why.
    await obtainBrowser(console.log).catch((error: unknown) => console.error(error));
    // Most of these tests wait for processes and disks, so two files at a time take not much more than half the time.
    return runMocha('unit', ['--parallel', '--jobs', '2', unitFiles], { coverage: true, env: { SESSION_LOOM_PROGRAMS: distFolder } });
  },
  async extension(args: readonly string[]): Promise<Tally> {
    const forced = args.includes('--server') ? 'server' : args.includes('--download') ? 'download' : undefined;
    const bundles = await bundleExtensionTests(args.filter((argument) => !argument.startsWith('--')));
    const results = await runExtensionTests({ ...bundles, ...(forced !== undefined && { forced }) });
    console.log(describeResults(results));
    return tallyOf(countResults(results), true);
  },
  async e2e(args: readonly string[]): Promise<Tally> {
    const rest = args.filter((argument) => argument !== '--vsix');
    // These tests wait for windows most of the time. Each file has a server and a browser of its own.
    const beside = rest.length === 0 ? ['--parallel', '--jobs', '2'] : [];
    const mocha = ['--config', '.mocharc.e2e.json', ...beside, ...withFiles(rest, 'test/e2e/**/*.test.ts')];
    // Without a wish the whole suite runs against what is shipped; single files run from the checkout, which is quicker to change.
    if (args.length > 0 && !args.includes('--vsix')) return runMocha('e2e', mocha);
    // Before two files ask for them at once.
    await obtainBrowser(console.log);
    await obtainVsCode({ virtualScreen: false, forced: 'server', say: console.log });
    const vsix = join(outFolder, 'e2e.vsix');
    await packExtension(vsix);
    return runMocha('e2e', mocha, { env: { [vsixVariable]: vsix } });
  },
};

/** Options of mocha alone, such as `--grep`, go with all files of a suite. */
function withFiles(args: readonly string[], pattern: string): string[] {
  return args.some((argument) => /\.tsx?$/.test(argument)) ? [...args] : [...args, pattern];
}

function isSuite(name: string | undefined): name is keyof typeof suites {
  return name !== undefined && name in suites;
}

/** What is run one after the other; the steps of a group run side by side. */
function groupsOf([name, ...args]: readonly string[]): Step[][] {
  if (isSuite(name)) return [...(name === 'unit' && args.length > 0 ? [] : [[buildStep]]), [{ name, run: () => suites[name](args) }]];
  if (name !== undefined) throw new Error(`There is no suite "${name}": say unit, extension or e2e.`);
  const suite = (each: keyof typeof suites): Step => ({ name: each, run: () => suites[each]([]) });
  return [[buildStep], [suite('unit')], [suite('extension')], [suite('e2e'), checkStep]];
}

/** A step that could not even run has failed once. */
async function attempt(step: Step): Promise<Tally> {
  try {
    return await step.run();
  } catch (error) {
    console.error(error);
    return oneOf(false);
  }
}

async function main(): Promise<void> {
  const started = Date.now();
  const lines: string[] = [];
  const total = { passed: 0, failed: 0 };
  for (const group of groupsOf(process.argv.slice(2))) {
    console.log(`\n=== ${group.map(({ name }) => name).join(' · ')}`);
    const since = Date.now();
    const ran = group.map(async (step) => ({ step, tally: await attempt(step), took: secondsSince(since) }));
    for (const { step, tally, took } of await Promise.all(ran)) {
      total.passed += tally.passed;
      total.failed += tally.failed;
      const skipped = tally.pending === 0 ? '' : `, ${String(tally.pending)} skipped`;
      const mark = tally.failed === 0 ? '✔' : '✘';
      lines.push(`${mark} ${step.name}: ${String(tally.passed)} passed, ${String(tally.failed)} failed${skipped} (${took})`);
    }
  }
  console.log(`\n=== all of it (${secondsSince(started)})\n${lines.join('\n')}\n`);
  // Exactly this form, whatever was skipped: programs read it. What was skipped stands in the lines above.
  console.log(`${String(total.passed)} passed, ${String(total.failed)} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

await main();
