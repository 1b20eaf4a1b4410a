import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Repository } from '../git/repository.ts';

/** The file in a worktree's own git folder that says which record it belongs to. */
const markerFile = 'session-loom.json';

/** Marks a worktree as ours. `runsFilters`: its files came through the filter programs of git, so they have to be looked at through them as well. */
export async function markWorktree(repository: Repository, path: string, id: string, runsFilters: boolean): Promise<void> {
  const mark = JSON.stringify(runsFilters ? { id, runsFilters } : { id });
  await writeFile(join(await gitFolderOf(repository, path), markerFile), mark, { flag: 'wx' });
}

/** Whether the files of a working tree came through the filter programs of git since a person wanted that for a worktree of ours. */
export async function cameThroughFilters(path: string): Promise<boolean> {
  try {
    const [, folder] = /^gitdir: (.+)$/m.exec(await readFile(join(path, '.git'), 'utf8')) ?? [];
    if (folder === undefined) return false;
    const value: unknown = JSON.parse(await readFile(join(resolve(path, folder), markerFile), 'utf8'));
    return typeof value === 'object' && value !== null && 'runsFilters' in value && value.runsFilters === true;
  } catch {
    // The main working tree has a folder there, and no other has a mark.
    return false;
  }
}

/** The id of the record that a worktree says it belongs to; undefined for a worktree that we did not make, and for what is none. */
export async function markOf(repository: Repository, path: string): Promise<string | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(await gitFolderOf(repository, path), markerFile), 'utf8'));
    return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : undefined;
  } catch {
    return undefined;
  }
}

/** The folder that git keeps of one worktree, inside of the common folder. */
async function gitFolderOf(repository: Repository, path: string): Promise<string> {
  return repository.text(['rev-parse', '--absolute-git-dir'], { cwd: path });
}
