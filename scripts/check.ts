/** The loop while one works: types, lint, format and the fast tests, side by side, from caches. */
import { checks, node } from './checks.ts';
import { runCommand, secondsSince } from './command.ts';
import type { Check } from './checks.ts';
import { inRoot } from './paths.ts';

/** Tests of what does no I/O and needs no browser, and of the house rules. */
const fastTests = ['base', 'model', 'specs', 'protocol', 'webview/text', 'scripts', 'support'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

const unitTests: Check = {
  name: 'fast tests',
  args: [inRoot('node_modules', 'mocha', 'bin', 'mocha.js'), '--reporter', 'dot', 'test/architecture.test.ts', ...fastTests],
};

/** How many commands run at once: more would not be faster on a small machine. */
const width = 2;

async function main(): Promise<void> {
  const started = Date.now();
  // The slow ones first, so that none of them runs alone at the end.
  const waiting = checks({ cached: true }).toSorted((left) => (left.name === 'lint' ? -1 : 0));
  waiting.push(unitTests);
  const failed: string[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const since = Date.now();
      const { ok, output } = await runCommand(node, check.args, { capture: true, env: { FORCE_COLOR: '1' } });
      console.log(`${ok ? '✔' : '✘'} ${check.name} (${secondsSince(since)})`);
      if (ok) continue;
      console.log(output);
      failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  console.log(
    failed.length === 0 ? `All is well (${secondsSince(started)}).` : `Not well: ${failed.join(', ')} (${secondsSince(started)}).`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

await main();
