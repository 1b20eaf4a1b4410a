import { join } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { withScratch } from '../history/specIndex.ts';
import type { Repository } from '../git/repository.ts';
import { applyTree } from './applyTree.ts';
import { commonBase } from './changes.ts';
import type { BasedTree } from './changes.ts';
import { driversOf } from './gitFacts.ts';
import { mergeTrees } from './mergeTrees.ts';
import type { TreeChange } from './putTree.ts';
import { treeChanges } from './putTree.ts';
import type { Snapshot } from './snapshot.ts';
import { takeSnapshot } from './snapshot.ts';

/** What applying a worktree to a folder would do. Nothing was written when this is known. */
export interface ApplyPlan {
  readonly files: readonly string[];
  readonly conflicts: readonly string[];
  readonly problem: string | undefined;
  /** The folder as it was looked at, and what it is to become. */
  readonly target: Snapshot;
  readonly tree: string;
  readonly changes: readonly TreeChange[];
}

/** What applying works on. */
export interface ApplyRequest {
  readonly worktree: BasedTree;
  /** The root of the working tree that gets the changes. */
  readonly target: string;
  readonly runsFilters: boolean;
}

/** Merges all that is in a worktree with all that is in a folder, over what both began with, in the object database alone. */
export async function planApply(repository: Repository, { worktree, target, runsFilters }: ApplyRequest): Promise<ApplyPlan> {
  const take = (cwd: string): Promise<Snapshot> => withScratch((scratch) => takeSnapshot(repository, cwd, { scratch, bytes: 'git' }));
  const ours = await take(target);
  const theirs = await take(worktree.path);
  const common = await repository.run(['merge-base', theirs.status.head ?? 'HEAD', ours.status.head ?? 'HEAD']);
  const base = common.code === 0 ? common.out.toString('utf8').trim() : await commonBase(repository, worktree);
  const tree = await repository.text(['rev-parse', `${base}^{tree}`]);
  const merged = await mergeTrees(repository, { base: tree, ours: ours.tree, theirs: theirs.tree });
  const changes = merged.conflicts.length > 0 ? [] : await treeChanges(repository, ours.tree, merged.tree);
  const files = changes.map(({ path }) => path);
  return {
    files,
    conflicts: merged.conflicts,
    problem: problemOf(ours, target, changes) ?? (runsFilters ? undefined : await filterProblem(repository, target, files)),
    target: ours,
    tree: merged.tree,
    changes,
  };
}

function problemOf(target: Snapshot, root: string, changes: readonly TreeChange[]): string | undefined {
  if (target.status.unmerged.length > 0) return `${root} is in the middle of a merge. Finish it, then apply the changes.`;
  const submodule = changes.find(({ before, after }) => before?.mode === '160000' || after?.mode === '160000');
  return submodule === undefined
    ? undefined
    : `${submodule.path} is a submodule that was changed, which can only be merged. Commit, then merge the worktree.`;
}

/** Files that a program of the settings would change on their way out: without it they would be wrong, and it does not run unasked. */
export async function filterProblem(repository: Repository, cwd: string, paths: readonly string[]): Promise<string | undefined> {
  if (paths.length === 0) return undefined;
  const result = await repository.run(['check-attr', '-z', '--stdin', 'filter'], { cwd, stdin: paths.map((path) => `${path}\0`).join('') });
  const fields = result.out.toString('utf8').split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', , value = ''] = fields.slice(at, at + 3);
    if (!['unspecified', 'unset', 'set', ''].includes(value))
      return `${path} passes through the filter "${value}" of git, which does not run unasked. Merge with git yourself, or set sessionLoom.worktrees.runFilters.`;
  }
  return undefined;
}

/** Applies a worktree to a folder as uncommitted changes: all of it, or nothing. Rejects with `conflict` where the plan has conflicts or a problem. */
export async function applyWorktree(repository: Repository, request: ApplyRequest, stagingFolder: string): Promise<readonly string[]> {
  const plan = await planApply(repository, request);
  const { target } = request;
  if (plan.problem !== undefined) throw new LoomError('conflict', plan.problem);
  const [first] = plan.conflicts;
  if (first !== undefined)
    throw new LoomError(
      'conflict',
      `${first}${plan.conflicts.length > 1 ? ` and ${String(plan.conflicts.length - 1)} more were` : ' was'} changed in both places. Nothing was applied.`,
      {
        data: { conflicts: plan.conflicts },
      },
    );
  if (plan.changes.length === 0) return [];
  const config = request.runsFilters ? [] : (await driversOf(repository, target)).off;
  await applyTree(repository, {
    root: target,
    tree: plan.tree,
    changes: plan.changes,
    staging: join(stagingFolder, 'applying'),
    config,
    assertSame: async () => {
      const now = await withScratch((scratch) => takeSnapshot(repository, target, { scratch, bytes: 'git', isLook: true }));
      if (now.tree !== plan.target.tree)
        throw new LoomError('conflict', `Files of ${target} were changed in this very moment. Nothing was applied; try again.`);
    },
  });
  return plan.files;
}
