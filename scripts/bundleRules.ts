/** What a bundle must not contain, judged from esbuild's metafile. */
import type { Metafile } from 'esbuild';

/** Packages of which two copies in one bundle break things at run time: their objects do not know each other. */
const singleCopies = ['vscode-jsonrpc', 'zod', 'preact', '@preact/signals-core'];

/** Returns one sentence for each rule that a bundle of this metafile breaks. */
export function bundleProblems(metafile: Pick<Metafile, 'outputs'>): string[] {
  return Object.entries(metafile.outputs).flatMap(([output, { inputs }]) => {
    const files = Object.keys(inputs);
    const doubled = singleCopies.flatMap((name) => {
      const copies = copiesOf(name, files);
      return copies.length > 1 ? [`${output} holds ${String(copies.length)} copies of ${name}: ${copies.join(', ')}`] : [];
    });
    const locales = files.filter((file) => /zod\/v4\/locales\/(?!en\.|index\.)/.test(file));
    return locales.length === 0
      ? doubled
      : [...doubled, `${output} holds every zod locale: something imports zod by name, not as a namespace`];
  });
}

function copiesOf(name: string, files: readonly string[]): string[] {
  const marker = `node_modules/${name}/`;
  const folders = files.flatMap((file) => {
    const at = file.lastIndexOf(marker);
    return at === -1 ? [] : [file.slice(0, at + marker.length)];
  });
  return [...new Set(folders)];
}
