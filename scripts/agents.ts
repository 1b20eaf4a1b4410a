/** `npm run test:agents`: the suites with real agents from npm, which are installed into the checkout's cache on first use. Arguments go to mocha. */
import { build } from './build.ts';
import { runMocha } from './mochaRun.ts';

const files = 'test/realAgents/**/*.test.ts';

const args = process.argv.slice(2);
await build({ production: false });
const { passed, failed } = await runMocha('agents', [
  '--config',
  '.mocharc.e2e.json',
  ...args,
  ...(args.some((each) => each.endsWith('.ts')) ? [] : [files]),
]);
console.log(`\n${String(passed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
