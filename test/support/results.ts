/** What came of a mocha run, as a file that another process can read. */
import { writeFileSync } from 'node:fs';
import * as z from 'zod';

const testResult = z.object({
  /** The suites around the test, outermost first, and then its own title. */
  path: z.array(z.string()),
  state: z.enum(['passed', 'failed', 'pending']),
  /** Milliseconds. */
  duration: z.number(),
  /** The stack of a failure. */
  error: z.optional(z.string()),
});

/** One test, or a hook that failed. */
export type TestResult = z.infer<typeof testResult>;

/** A whole run. */
export const runResults = z.object({ tests: z.array(testResult) });

/** A whole run. */
export type RunResults = z.infer<typeof runResults>;

/** The variable that names the file for the results. */
export const resultsVariable = 'SESSION_LOOM_TEST_RESULTS';

/** Listens to a mocha run and writes its results to the file that the environment names, if it names one. */
export function recordResults(runner: Mocha.Runner): void {
  const file = process.env[resultsVariable];
  if (file === undefined) return;
  const tests: TestResult[] = [];
  runner.on('pass', (test) => tests.push({ path: test.titlePath(), state: 'passed', duration: test.duration ?? 0 }));
  runner.on('pending', (test) => tests.push({ path: test.titlePath(), state: 'pending', duration: 0 }));
  runner.on('fail', (test, error: unknown) => {
    tests.push({ path: test.titlePath(), state: 'failed', duration: test.duration ?? 0, error: describeError(error) });
  });
  runner.on('end', () => writeFileSync(file, JSON.stringify({ tests } satisfies RunResults)));
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The stack of an assertion leaves its difference out.
  return error.stack?.includes(error.message) === true ? error.stack : `${error.message}\n${error.stack ?? ''}`;
}

/** How many tests passed, failed and were skipped. */
export function countResults({ tests }: RunResults): { readonly passed: number; readonly failed: number; readonly pending: number } {
  const count = (state: TestResult['state']): number => tests.filter((test) => test.state === state).length;
  return { passed: count('passed'), failed: count('failed'), pending: count('pending') };
}

/** Draws a run as a person reads it: suites indented, failures with their stacks at the end. */
export function describeResults({ tests }: RunResults): string {
  const lines: string[] = [];
  let shown: readonly string[] = [];
  for (const { path, state } of tests) {
    const suites = path.slice(0, -1);
    for (const [depth, title] of suites.entries()) {
      if (shown.slice(0, depth + 1).join('\0') !== suites.slice(0, depth + 1).join('\0')) lines.push(`${indent(depth)}${title}`);
    }
    shown = suites;
    lines.push(`${indent(suites.length)}${marks[state]} ${path.at(-1) ?? ''}`);
  }
  const failures = tests.filter((test) => test.state === 'failed').map(({ path, error }) => `\n  ${path.join(' › ')}\n${error ?? ''}`);
  return [...lines, ...failures].join('\n');
}

const marks: Readonly<Record<TestResult['state'], string>> = { passed: '✔', failed: '✘', pending: '-' };

function indent(depth: number): string {
  return '  '.repeat(depth + 1);
}
