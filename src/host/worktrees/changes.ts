import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorktreeCount } from '../../model/worktree.ts';
import { readObjects } from '../git/catFile.ts';
import type { DiffFile } from '../git/diffFiles.ts';
import { parseDiff } from '../git/diffFiles.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { commitOf, driversOf } from './gitFacts.ts';
import { statusOf } from './snapshot.ts';

/** Where a worktree is, and what it was made from. */
export interface BasedTree {
  readonly path: string;
  readonly base: string;
  readonly baseCommit: string;
}

/** All in which a worktree differs from its base: committed, uncommitted and untracked. */
export interface WorktreeChanges {
  /** The commit that it is compared with: the last one that it has in common with its base. */
  readonly base: string;
  /** Commits that the base does not have. */
  readonly commits: number;
  readonly files: readonly DiffFile[];
}

/** Files from which lines are no longer counted, in bytes. */
const largestCounted = 8 * 1024 * 1024;

/** The last commit that a worktree has in common with its base, so that what the base got meanwhile is none of its changes. */
export async function commonBase(repository: Repository, { path, base, baseCommit }: BasedTree): Promise<string> {
  const tip = (await commitOf(repository, base, path)) ?? baseCommit;
  const result = await repository.run(['merge-base', 'HEAD', tip], { cwd: path });
  return result.code === 0 ? result.out.toString('utf8').trim() : baseCommit;
}

/** Compares a worktree with its base. Takes no lock and writes nothing. */
export async function changesOf(repository: Repository, tree: BasedTree): Promise<WorktreeChanges> {
  const cwd = tree.path;
  const { off } = await driversOf(repository, cwd);
  const base = await commonBase(repository, tree);
  const args = [
    'diff',
    '--raw',
    '--numstat',
    '--find-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=dirty',
    '-z',
    base,
    '--',
  ];
  const diff = await repository.run(args, { cwd, config: off, timeoutMs: 60_000 });
  if (diff.code !== 0) throw gitFailed('The worktree could not be compared with its base', diff);
  const { untracked } = await statusOf(repository, cwd, off);
  const known = parseDiff(diff.out.toString('utf8'));
  const more = await Promise.all(
    untracked.map(async (path): Promise<DiffFile> => ({ path, change: 'added', added: await linesIn(join(cwd, path)), removed: 0 })),
  );
  // A file that was removed from the index and is still there is named as deleted, and as untracked.
  const files = [...known.filter(({ path, change }) => change !== 'deleted' || !untracked.includes(path)), ...more];
  const commits = await repository.text(['rev-list', '--count', `${base}..HEAD`, '--'], { cwd });
  return { base, commits: Number(commits), files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The sums that a list shows. */
export function countOf({ files }: WorktreeChanges): WorktreeCount {
  return {
    files: files.length,
    added: files.reduce((sum, { added }) => sum + added, 0),
    removed: files.reduce((sum, { removed }) => sum + removed, 0),
  };
}

/** The bytes that a file has in a commit; undefined where it has none. */
export async function bytesAt(repository: Repository, commit: string, path: string): Promise<Buffer | undefined> {
  if (/[\n\0]/.test(path)) return undefined;
  const [object] = await readObjects(repository, [`${commit}:${path}`]);
  return object?.type === 'blob' ? object.bytes : undefined;
}

/** The lines of a text file; 0 for what is no text, as git counts it too. */
async function linesIn(file: string): Promise<number> {
  try {
    const about = await lstat(file);
    if (!about.isFile() || about.size > largestCounted) return 0;
    const bytes = await readFile(file);
    if (bytes.subarray(0, 8000).includes(0)) return 0;
    const breaks = bytes.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
    return breaks + (bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0);
  } catch {
    // It went meanwhile.
    return 0;
  }
}
