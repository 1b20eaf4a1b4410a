import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../git/repository.ts';

/** The file in a worktree's own git folder that says which record it belongs to. */
const markerFile = 'session-loom.json';

/** Marks a worktree as ours. */
export async function markWorktree(repository: Repository, path: string, id: string): Promise<void> {
  await writeFile(join(await gitFolderOf(repository, path), markerFile), JSON.stringify({ id }), { flag: 'wx' });
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
