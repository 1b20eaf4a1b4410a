import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitFailed } from '../git/gitPort.ts';
import type { DiffFile } from '../git/diffFiles.ts';
import { parseDiff } from '../git/diffFiles.ts';
import type { Repository } from '../git/repository.ts';
import type { SpecPlace } from './specPlace.ts';

/** A private index that holds HEAD and the files of the working tree that were put on top. The user's index has no part in it. */
export interface PrivateIndex {
  readonly files: readonly DiffFile[];
  /** The tree that a commit of it would have. */
  readonly tree: string;
  /** The tree of HEAD; the empty tree before the first commit. */
  readonly headTree: string;
}

/** Runs `use` with a scratch folder that is gone afterwards. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'session-loom-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Puts files of the working tree, or their absence, on top of HEAD. With `keep` false the objects that are made for it go into the scratch folder, so
 * that a look leaves nothing in the repository.
 */
export async function stage(
  repository: Repository,
  place: SpecPlace,
  options: { readonly scratch: string; readonly head: string | undefined; readonly paths: readonly string[]; readonly keep: boolean },
): Promise<PrivateIndex> {
  const { scratch, head, paths, keep } = options;
  const objectsFolder = join(scratch, 'objects');
  await mkdir(objectsFolder, { recursive: true });
  const objects = keep ? undefined : { folder: objectsFolder, others: join(repository.commonFolder, 'objects') };
  const call = { cwd: place.top, index: join(scratch, `index-${keep ? 'kept' : 'look'}`), objects };
  await repository.text(['read-tree', ...(head === undefined ? ['--empty'] : [head])], call);
  const headTree = await repository.text(['write-tree'], call);
  if (paths.length > 0) {
    const added = await repository.run(['update-index', '--add', '--remove', '--replace', '--verbose', '-z', '--stdin'], {
      ...call,
      stdin: `${paths.join('\0')}\0`,
    });
    if (added.code !== 0) throw gitFailed('The spec documents could not be read', added);
  }
  const tree = await repository.text(['write-tree'], call);
  const diff = await repository.run(
    ['diff-index', '--cached', '--raw', '--numstat', '--find-renames', '--no-ext-diff', '--no-textconv', '-z', headTree],
    call,
  );
  if (diff.code !== 0) throw gitFailed('The changes of the spec documents could not be read', diff);
  return { files: parseDiff(diff.out.toString('utf8')), tree, headTree };
}

/** Files below the spec folders whose working copy, index and HEAD are not all the same, and those that are in conflict. */
export async function changedPaths(
  repository: Repository,
  place: SpecPlace,
): Promise<{ readonly changed: readonly string[]; readonly unmerged: readonly string[] }> {
  const args = [
    'status',
    '--porcelain=v2',
    '-z',
    '--untracked-files=all',
    '--ignore-submodules=all',
    '--no-renames',
    '--',
    ...place.folders,
  ];
  const status = await repository.run(args, { cwd: place.top });
  if (status.code !== 0) throw gitFailed('The state of the spec documents could not be read', status);
  const changed: string[] = [];
  const unmerged: string[] = [];
  for (const record of status.out.toString('utf8').split('\0')) {
    const ordinary = /^1 .. (....) (?:\S+ ){5}([^]+)$/.exec(record);
    if (ordinary?.[1]?.startsWith('N') === true && ordinary[2] !== undefined) changed.push(ordinary[2]);
    // A folder in this place is a repository of its own.
    if (record.startsWith('? ') && !record.endsWith('/')) changed.push(record.slice(2));
    const conflict = /^u (?:\S+ ){9}([^]+)$/.exec(record)?.[1];
    if (conflict !== undefined) unmerged.push(conflict);
  }
  return { changed, unmerged };
}

/** Files that a program named in the settings of git would change on their way in. We run no such program, so these are not ours to commit. */
export async function filteredPaths(repository: Repository, place: SpecPlace, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const result = await repository.run(['check-attr', '-z', '--stdin', 'filter'], { cwd: place.top, stdin: `${paths.join('\0')}\0` });
  if (result.code !== 0) throw gitFailed('The attributes of the spec documents could not be read', result);
  const fields = result.out.toString('utf8').split('\0');
  const filtered: string[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    if (!['unspecified', 'unset', ''].includes(fields[index + 2] ?? '')) filtered.push(fields[index] ?? '');
  }
  return filtered;
}
