/** The checks that need no test: types, lint, format. Each is one command. */
import { globSync } from 'node:fs';
import { execPath } from 'node:process';
import { outFolder, root } from './paths.ts';
import { join } from 'node:path';

/** A command that says by its exit code whether all is well. */
export interface Check {
  readonly name: string;
  readonly args: readonly string[];
}

const tool = (path: string): string => join(root, 'node_modules', path);

/** What is linted and must be formatted. */
const sources = ['src', 'test', 'scripts', 'eslint.config.mjs'];

/**
 * Types under every configuration of the checkout, then lint, then format. `cached` trusts the results of the last run for files that have
 * not changed: quick, but a change of a type can break a lint rule in a file that stayed the same, so the full run does not.
 */
export function checks({ cached }: { readonly cached: boolean }): Check[] {
  const types = typeConfigurations().map((file) => {
    const incremental = ['--incremental', '--tsBuildInfoFile', join(outFolder, 'types', `${file}.tsbuildinfo`)];
    return { name: `types (${file})`, args: [tool('typescript/bin/tsc'), '--project', file, '--pretty', ...incremental] };
  });
  const lintCache = cached ? ['--cache', '--cache-location', join(outFolder, 'eslint', 'cache'), '--cache-strategy', 'content'] : [];
  const formatCache = cached ? ['--cache', '--cache-location', join(outFolder, 'prettier', 'cache')] : [];
  return [
    ...types,
    { name: 'lint', args: [tool('eslint/bin/eslint.js'), '--max-warnings', '0', ...lintCache, ...sources] },
    { name: 'format', args: [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', ...formatCache, '.'] },
  ];
}

function typeConfigurations(): string[] {
  const files = globSync('tsconfig*.json', { cwd: root }).filter((file) => file !== 'tsconfig.base.json');
  if (files.length < 3) throw new Error(`Expected at least three type configurations, found ${files.join(', ')}.`);
  return files.toSorted();
}

/** Runs on the Node that runs the scripts. */
export const node = execPath;
