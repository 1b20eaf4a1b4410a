/** The rules about who imports whom, and the search for cycles. */
import { posix } from 'node:path';
import type { ImportOf, Source } from './source.ts';
import { layers, reserved } from './table.ts';

/** What is wrong with the imports of one file. */
export function importProblems({ path, imports }: Source): string[] {
  const layer = layerOf(path);
  if (layer === undefined) return [`${path} lies in no layer of the table`];
  return imports.flatMap((one) => {
    const problem = isRelative(one.module) ? fileProblem(path, layer, one) : moduleProblem(path, layer, one);
    return problem === undefined ? [] : [`${path}:${String(one.line)} ${problem}`];
  });
}

/** The layer of a file, or undefined when the table knows none. */
export function layerOf(path: string): string | undefined {
  const folder = /^src\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && folder in layers ? folder : undefined;
}

function isRelative(module: string): boolean {
  return module.startsWith('.');
}

function fileProblem(path: string, layer: string, { module }: ImportOf): string | undefined {
  const target = posix.join(posix.dirname(path), module);
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) return `imports ${target}, which lies in no layer`;
  if (targetLayer === layer || layers[layer]?.folders.includes(targetLayer) === true) return undefined;
  return `imports ${target}: ${layer} may not know ${targetLayer}`;
}

function moduleProblem(path: string, layer: string, { module }: ImportOf): string | undefined {
  const rule = reserved.find((one) => packageOf(module) === packageOf(one.module));
  if (rule?.files.some((start) => path.startsWith(start)) === false)
    return `imports ${module}, which only ${rule.files.join(' and ')} may know`;
  if (module.startsWith('node:')) return layers[layer]?.node === true ? undefined : `imports ${module}: ${layer} may not know Node`;
  return layers[layer]?.packages.includes(packageOf(module)) === true
    ? undefined
    : `imports ${module}, which is not among the packages of ${layer}`;
}

/** The package of a module: `a/b` is of `a`, `@a/b/c` is of `@a/b`. Node's own modules are packages of their own. */
function packageOf(module: string): string {
  if (module.startsWith('node:')) return module;
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every group of files that import each other in a circle, as one sentence each. Imports of types count too. */
export function cycles(sources: readonly Source[]): string[] {
  return circlesOf(new Map(sources.map(({ path, imports }) => [path, targetsOf(path, imports)])));
}

/** The same for the folders of each layer; a file that stands beside them counts as a folder of its own. */
export function folderCycles(sources: readonly Source[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { path, imports } of sources) {
    const from = folderOf(path);
    const to = targetsOf(path, imports)
      .map(folderOf)
      .filter((folder) => folder !== from);
    graph.set(from, [...(graph.get(from) ?? []), ...to]);
  }
  return circlesOf(graph);
}

/** `src/host/a/b.ts` is of `src/host/a`, `src/host/a.ts` of itself. */
function folderOf(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}

function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) found.push(`${[...trail.slice(start), path].join(' → ')} is a circle`);
    if (start !== -1 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

function targetsOf(path: string, imports: readonly ImportOf[]): string[] {
  return imports.filter(({ module }) => isRelative(module)).map(({ module }) => posix.join(posix.dirname(path), module));
}
