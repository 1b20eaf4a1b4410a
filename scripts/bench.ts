/**
 * `npm run bench [-- name … --json --reuse]`: measures the figures of the product, or those that are named, on what ships, and prints one table.
 * It leaves `results.json` and `table.md` in `out/bench`. `--json` prints the results in place of the table, `--reuse` does not pack anew.
 * Ends with 1 when a figure could not be measured, a ratio is missed, or an absolute goal is missed twofold.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { figures } from '../test/bench/all.ts';
import type { Figure } from '../test/bench/figure.ts';
import { Ground, commitOf } from '../test/bench/ground.ts';
import type { Outcome, Surroundings } from '../test/bench/report.ts';
import { asJson, markdownTable, mayPass, terminalTable } from '../test/bench/report.ts';
import { secondsSince } from './command.ts';
import { outFolder, root } from './paths.ts';

/** How long one figure may take before it counts as failed, in milliseconds. */
const figureLimit = 240_000;

async function main(): Promise<void> {
  const options = process.argv.slice(2);
  const isJson = options.includes('--json');
  const names = options.filter((option) => !option.startsWith('--'));
  const chosen = choose(names);
  // What is printed besides the results goes where it does not mix with them.
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const started = Date.now();
  const ground = await Ground.open({ reuse: options.includes('--reuse') });
  const outcomes: Outcome[] = [];
  try {
    for (const figure of chosen) {
      say(`${figure.name} …`);
      const outcome = await measure(figure, ground);
      outcomes.push(outcome);
      say(`${figure.name}: ${outcome.failure ?? 'measured'} (${outcome.seconds.toFixed(0)} s)`);
    }
  } finally {
    await ground.close();
  }
  const around = surroundings();
  const folder = join(outFolder, 'bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), asJson(outcomes, around));
  writeFileSync(join(folder, 'table.md'), markdownTable(outcomes, around));
  console.log(isJson ? asJson(outcomes, around) : `\n${terminalTable(outcomes)}\n`);
  say(`All of it took ${secondsSince(started)}. The table as markdown is in ${join(folder, 'table.md')}.`);
  process.exitCode = mayPass(outcomes) ? 0 : 1;
}

function choose(names: readonly string[]): readonly Figure[] {
  const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no figure ${unknown.join(', ')}. There are: ${figures.map(({ name }) => name).join(', ')}.`);
  return names.length === 0 ? figures.filter(({ onlyByName }) => onlyByName !== true) : figures.filter(({ name }) => names.includes(name));
}

/** A figure that fails, or hangs, is shown as failed; the others are measured all the same. */
async function measure(figure: Figure, ground: Ground): Promise<Outcome> {
  const started = Date.now();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`it took longer than ${String(figureLimit / 1000)} s`)),
    figure.onlyByName === true ? 2 ** 31 - 1 : figureLimit,
  );
  const outcome = { figure: figure.name, readings: [] };
  try {
    const readings = await Promise.race([figure.measure(ground), late]);
    return { ...outcome, readings, seconds: (Date.now() - started) / 1000 };
  } catch (error) {
    return { ...outcome, failure: error instanceof Error ? error.message : String(error), seconds: (Date.now() - started) / 1000 };
  } finally {
    clearTimeout(timer);
  }
}

function surroundings(): Surroundings {
  const processors = cpus();
  const commit = commitOf(root);
  return {
    at: new Date().toISOString(),
    cores: processors.length,
    processor: processors[0]?.model ?? 'unknown processor',
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.version,
    ...(commit === undefined ? {} : { commit }),
  };
}

await main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
