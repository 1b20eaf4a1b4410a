/** The loop while one works: types, lint, format and the fast tests, side by side, from caches. */
import { checks } from './checks.ts';
import type { Check } from './checks.ts';
import { secondsSince } from './command.ts';
import { inRoot } from './paths.ts';
import { runSideBySide } from './sideBySide.ts';

/** Tests of what does no I/O and needs no browser, and of the house rules. */
const fastTests = ['base', 'model', 'specs', 'protocol', 'webview/text', 'scripts', 'support'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

const unitTests: Check = {
  name: 'fast tests',
  args: [inRoot('node_modules', 'mocha', 'bin', 'mocha.js'), '--reporter', 'dot', 'test/architecture.test.ts', ...fastTests],
};

async function main(): Promise<void> {
  const started = Date.now();
  const ends = await runSideBySide([...checks({ cached: true }), unitTests], ({ name, ok, seconds, output }) => {
    console.log(`${ok ? '✔' : '✘'} ${name} (${seconds.toFixed(1)} s)`);
    if (!ok) console.log(output);
  });
  const failed = ends.flatMap(({ name, ok }) => (ok ? [] : [name]));
  console.log(
    failed.length === 0 ? `All is well (${secondsSince(started)}).` : `Not well: ${failed.join(', ')} (${secondsSince(started)}).`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

await main();
