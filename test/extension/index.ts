/** Runs mocha inside the extension host. VS Code, on the desktop or as a server, loads this file and calls `run`. */
import { recordResults } from '../support/results.ts';

/** The variable that holds the test bundles to run, as a JSON list of absolute paths. */
const filesVariable = 'SESSION_LOOM_TEST_FILES';

/** Rejects when a test failed or none ran, which gives VS Code its exit code. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const { default: Mocha } = await import('mocha');
  // Nobody reads the console of an extension host: the results go to a file, and whoever started VS Code prints them.
  const SilentReporter = class extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      recordResults(runner);
    }
  };
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: process.env['CI'] !== undefined, reporter: SilentReporter });
  for (const file of JSON.parse(process.env[filesVariable] ?? '[]') as string[]) mocha.addFile(file);
  const ran = await new Promise<{ readonly failures: number; readonly tests: number }>((resolve) => {
    const runner = mocha.run((failures) => resolve({ failures, tests: runner.stats?.tests ?? 0 }));
  });
  if (ran.failures > 0) throw new Error(`${String(ran.failures)} tests failed.`);
  if (ran.tests === 0) throw new Error('No test ran.');
}
