/** Runs a mocha suite in plain Node and reads its results. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { countResults, resultsVariable, runResults } from '../test/support/results.ts';
import { node } from './checks.ts';
import { runCommand } from './command.ts';
import { CoverageSummary, tooLittle } from './coverageLimits.ts';
import { inRoot, outFolder } from './paths.ts';

/** How many tests of a suite passed and failed. A suite that could not run, or ran nothing, has failed once. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
}

const mocha = inRoot('node_modules', 'mocha', 'bin', 'mocha.js');
const c8 = [inRoot('node_modules', 'c8', 'bin', 'c8.js'), '--include=src/**', '--reporter=text', '--reporter=json-summary', '--all=false'];

/** Runs mocha with these arguments; `coverage` prints which lines of `src` ran, and each limit of them that was not reached is a failure. */
export async function runMocha(
  name: string,
  args: readonly string[],
  { coverage = false, env = {} }: { readonly coverage?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Tally> {
  const file = join(outFolder, 'results', `${name}.json`);
  await mkdir(join(outFolder, 'results'), { recursive: true });
  await rm(file, { force: true });
  const reporter = ['--reporter', inRoot('test', 'support', 'reporter.ts')];
  const folders = [`--reports-dir=${join(outFolder, 'coverage')}`, `--temp-directory=${join(outFolder, 'coverage', 'raw')}`];
  const command = [...(coverage ? [...c8, ...folders, node] : []), mocha, ...reporter, ...args];
  const { ok } = await runCommand(node, command, {
    env: { ...env, [resultsVariable]: file, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  if (!existsSync(file)) return { passed: 0, failed: 1, pending: 0 };
  const tally = tallyOf(countResults(runResults.parse(JSON.parse(await readFile(file, 'utf8')))), ok);
  // Where tests failed, less ran for that reason, and nothing new would be said.
  const missing = coverage && tally.failed === 0 ? await missingCoverage() : [];
  for (const text of missing) process.stderr.write(`${text}\n`);
  return { ...tally, failed: tally.failed + missing.length };
}

async function missingCoverage(): Promise<readonly string[]> {
  const file = join(outFolder, 'coverage', 'coverage-summary.json');
  return tooLittle(CoverageSummary.parse(JSON.parse(await readFile(file, 'utf8'))), inRoot());
}

/** Turns counts into a tally: mocha that ended badly although no test failed counts as one failure, and so does a suite without a test. */
export function tallyOf({ passed, failed, pending }: Tally, endedWell: boolean): Tally {
  const unexplained = failed === 0 && (!endedWell || passed === 0);
  return { passed, failed: unexplained ? 1 : failed, pending };
}
