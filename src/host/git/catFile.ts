import { LoomError } from '../../base/errors.ts';
import { gitFailed } from './gitPort.ts';
import type { Repository } from './repository.ts';

/** An object as `git cat-file --batch` gives it. */
export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads objects by any name that git knows (`ref`, `ref:path`), in one process and in order; undefined for each that is not there. Names hold no line end. */
export async function readObjects(repository: Repository, names: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
  if (names.length === 0) return [];
  const result = await repository.run(['cat-file', '--batch'], { stdin: `${names.map(oneLine).join('\n')}\n` });
  if (result.code !== 0) throw gitFailed('The history could not be read', result);
  return parseBatch(result.out, names.length);
}

/** The entries of a tree object: names, with whether each is a folder. Source of the format: `git help mktree` and the loose object itself, `mode name NUL id`. */
export function parseTree(tree: GitObject): readonly { readonly name: string; readonly isFolder: boolean }[] {
  const idLength = tree.id.length / 2;
  const entries: { name: string; isFolder: boolean }[] = [];
  let at = 0;
  while (at < tree.bytes.length) {
    const space = tree.bytes.indexOf(0x20, at);
    const end = tree.bytes.indexOf(0, space);
    if (space === -1 || end === -1) break;
    entries.push({ name: tree.bytes.toString('utf8', space + 1, end), isFolder: tree.bytes.toString('latin1', at, space) === '40000' });
    at = end + 1 + idLength;
  }
  return entries;
}

function parseBatch(out: Buffer, count: number): readonly (GitObject | undefined)[] {
  const objects: (GitObject | undefined)[] = [];
  let at = 0;
  while (objects.length < count) {
    const end = out.indexOf(0x0a, at);
    if (end === -1) throw new LoomError('git', 'git gave fewer objects than it was asked for.');
    const [, id, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(out.toString('utf8', at, end)) ?? [];
    at = end + 1;
    if (id === undefined || type === undefined || size === undefined) {
      objects.push(undefined);
      continue;
    }
    const length = Number(size);
    objects.push({ id, type, bytes: out.subarray(at, at + length) });
    at += length + 1;
  }
  return objects;
}

function oneLine(name: string): string {
  if (/[\n\0]/.test(name)) throw new LoomError('invalid-input', 'A name in the history holds a line end.');
  return name;
}
