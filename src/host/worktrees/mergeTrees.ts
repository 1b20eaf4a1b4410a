import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { driversOf } from './gitFacts.ts';

/** What a trial merge came to; the tree is of use only without conflicts. */
export interface MergedTree {
  readonly tree: string;
  /** The files whose changes do not fit, from the root, with forward slashes. */
  readonly conflicts: readonly string[];
}

/** The person of commits that only carry a tree into a trial. */
const nobody = ['user.name=Session Loom', 'user.email=session-loom@localhost'];

/**
 * Merges two trees over a third in the object database alone: no working tree and no index has a part in it, and no merge program of the settings
 * runs. Needs git 2.38.
 */
export async function mergeTrees(
  repository: Repository,
  trees: { readonly base: string; readonly ours: string; readonly theirs: string },
): Promise<MergedTree> {
  const commit = async (tree: string, parent?: string): Promise<string> =>
    repository.text(['commit-tree', ...(parent === undefined ? [] : ['-p', parent]), '-m', 'trial', tree], { config: nobody });
  const base = await commit(trees.base);
  return mergeCommits(repository, await commit(trees.ours, base), await commit(trees.theirs, base));
}

/** Merges two commits in the same way. */
export async function mergeCommits(repository: Repository, ours: string, theirs: string): Promise<MergedTree> {
  const { off } = await driversOf(repository);
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '--allow-unrelated-histories', '-z', ours, theirs];
  const result = await repository.run(args, { config: off, timeoutMs: 120_000 });
  if (result.code !== 0 && result.code !== 1) throw gitFailed('git could not try the merge; version 2.38 or newer is needed', result);
  const [tree = '', ...names] = result.out.toString('utf8').split('\0');
  return { tree: tree.trim(), conflicts: result.code === 0 ? [] : [...new Set(names.filter((name) => name !== ''))] };
}
