/** Bundles the tests that run inside VS Code: one file for each test file, and the runner. */
import { build } from 'esbuild';
import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { nodeOptions } from './entries.ts';
import { inRoot, root } from './paths.ts';

const sourceFolder = inRoot('test', 'extension');
const bundleFolder = inRoot('out', 'test', 'extension');

/** Bundles what `patterns` match (all tests without any) and returns the runner and the test bundles, as absolute paths. */
export async function bundleExtensionTests(
  patterns: readonly string[],
): Promise<{ readonly runner: string; readonly files: readonly string[] }> {
  const all = globSync('test/extension/**/*.test.ts', { cwd: root });
  const wanted = patterns.length === 0 ? all : globSync([...patterns], { cwd: root }).map((file) => relative(root, inRoot(file)));
  if (wanted.length === 0) throw new Error(`No test file matches ${patterns.join(' ')}.`);
  await rm(bundleFolder, { recursive: true, force: true });
  await build({
    ...nodeOptions,
    absWorkingDir: root,
    entryPoints: [join('test', 'extension', 'index.ts'), ...wanted],
    outbase: sourceFolder,
    outdir: bundleFolder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    sourcemap: 'inline',
    external: [...nodeOptions.external, 'mocha'],
    logLevel: 'warning',
  });
  const bundleOf = (file: string): string => join(bundleFolder, relative(sourceFolder, inRoot(file)).replace(/\.ts$/, '.cjs'));
  return { runner: join(bundleFolder, 'index.cjs'), files: wanted.toSorted().map(bundleOf) };
}
