/** Bundles every program and page into `dist`. `--watch` builds again on each change, `--production` minifies. */
import { context } from 'esbuild';
import type { BuildContext, BuildOptions, Metafile } from 'esbuild';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { bundleProblems } from './bundleRules.ts';
import { assets, entries, nodeOptions, pageOptions, styleOptions } from './entries.ts';
import type { Entry } from './entries.ts';
import { distFolder, inRoot, root } from './paths.ts';
import { splitOptions } from './splitBundle.ts';

const optionsOf = { node: nodeOptions, page: pageOptions, style: styleOptions } satisfies Record<Entry['kind'], BuildOptions>;

/** How to build. A production build is minified and has no source maps. */
export interface BuildRequest {
  readonly production: boolean;
}

function bundleOptions(entry: Entry, { production }: BuildRequest): BuildOptions & { metafile: true } {
  return {
    ...optionsOf[entry.kind],
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    ...(entry.kind === 'page' && { define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' } }),
    ...(entry.splits === true ? splitOptions(entry, production) : { entryPoints: [entry.source], outfile: entry.output }),
  };
}

/** A product without one of its programs would only fail at the person's. */
function assertAllThere(wanted: readonly Entry[]): void {
  const missing = wanted.filter(({ source }) => !existsSync(inRoot(source)));
  if (missing.length === 0) return;
  throw new Error(missing.map(({ source, output }) => `${output} cannot be built: ${source} is missing.`).join('\n'));
}

async function copyAssets(): Promise<void> {
  for (const { from, to } of assets) {
    await mkdir(dirname(inRoot(to)), { recursive: true });
    await copyFile(inRoot(from), inRoot(to));
  }
}

/** Deletes from `dist` what no entry makes any more. The rest is overwritten in place, because a window may be running from it. */
async function deleteStale(outputs: readonly string[]): Promise<void> {
  const made = new Set(outputs.map((output) => inRoot(output)));
  for (const found of await readdir(distFolder, { recursive: true, withFileTypes: true })) {
    const file = resolve(join(found.parentPath, found.name));
    if (found.isFile() && !made.has(file)) await rm(file);
  }
}

async function rebuildAll(contexts: readonly BuildContext[]): Promise<Metafile> {
  const merged: Metafile = { inputs: {}, outputs: {} };
  for (const one of contexts) {
    const { metafile, warnings } = await one.rebuild();
    if (warnings.length > 0) throw new Error('The bundle has warnings, see above: a bundle that warns breaks at run time.');
    Object.assign(merged.inputs, metafile?.inputs);
    Object.assign(merged.outputs, metafile?.outputs);
  }
  return merged;
}

/**
 * Builds everything once into `dist`, deletes there what is not of this build, and leaves esbuild's metafile in `out/bundles.json`.
 * Rejects when an entry is missing, a file does not compile or a bundle breaks a rule of `bundleRules.ts`.
 */
export async function build(request: BuildRequest, wanted: readonly Entry[] = entries): Promise<void> {
  assertAllThere(wanted);
  const started = Date.now();
  const contexts = await Promise.all(wanted.map((entry) => context(bundleOptions(entry, request))));
  try {
    const metafile = await rebuildAll(contexts);
    const problems = bundleProblems(metafile);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    await mkdir(inRoot('out'), { recursive: true });
    await writeFile(inRoot('out', 'bundles.json'), JSON.stringify(metafile));
    await copyAssets();
    const outputs = Object.keys(metafile.outputs);
    // The maps of a split bundle are written after esbuild has told its outputs; a production build has none, and those of another must not ship.
    const maps = request.production ? [] : outputs.map((output) => `${output}.map`);
    await deleteStale([...outputs, ...maps, ...assets.map((asset) => asset.to)]);
  } finally {
    await Promise.all(contexts.map((one) => one.dispose()));
  }
  console.log(`Built ${request.production ? 'for production ' : ''}in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

async function watch(): Promise<void> {
  assertAllThere(entries);
  await copyAssets();
  for (const entry of entries) await (await context({ ...bundleOptions(entry, { production: false }), logLevel: 'info' })).watch();
  // The launch configuration waits for this line.
  console.log('Watching for changes. Press Ctrl+C to stop.');
}

if (import.meta.main) {
  await (process.argv.includes('--watch') ? watch() : build({ production: process.argv.includes('--production') }));
}
