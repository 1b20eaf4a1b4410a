/** What a bundle must not contain, judged from esbuild's metafile. */
import type { Metafile } from 'esbuild';

/** Packages of which two copies in one bundle break things at run time: their objects do not know each other. */
const singleCopies = ['vscode-jsonrpc', 'zod', 'preact', '@preact/signals-core'];

/** What is read before a window has opened: our own code and nothing of npm. The rest comes by `import()`, see `src/extension/late.ts`. */
const bare = ['dist/extension.cjs'];

/** Returns one sentence for each rule that a bundle of this metafile breaks. */
export function bundleProblems({ outputs }: Pick<Metafile, 'outputs'>): string[] {
  return [...Object.entries(outputs).flatMap(problemsOf), ...bare.flatMap((output) => packagesIn(output, outputs))];
}

function problemsOf([output, { inputs }]: [string, Metafile['outputs'][string]]): string[] {
  const files = Object.keys(inputs);
  const doubled = singleCopies.flatMap((name) => {
    const copies = copiesOf(name, files);
    return copies.length > 1 ? [`${output} holds ${String(copies.length)} copies of ${name}: ${copies.join(', ')}`] : [];
  });
  const locales = files.filter((file) => /zod\/v4\/locales\/(?!en\.|index\.)/.test(file));
  return locales.length === 0
    ? doubled
    : [...doubled, `${output} holds every zod locale: something imports zod by name, not as a namespace`];
}

/** The packages that come along when a bundle is read, with those of the files that it requires at once. */
function packagesIn(output: string, outputs: Metafile['outputs']): string[] {
  const read = new Set<string>([output]);
  for (const file of read) for (const { path, kind } of outputs[file]?.imports ?? []) if (kind !== 'dynamic-import') read.add(path);
  const files = [...read].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const names = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return names.length === 0
    ? []
    : [`${output} reads ${[...new Set(names)].join(', ')} at once: load it later, as src/extension/late.ts does`];
}

function copiesOf(name: string, files: readonly string[]): string[] {
  const marker = `node_modules/${name}/`;
  const folders = files.flatMap((file) => {
    const at = file.lastIndexOf(marker);
    return at === -1 ? [] : [file.slice(0, at + marker.length)];
  });
  return [...new Set(folders)];
}
