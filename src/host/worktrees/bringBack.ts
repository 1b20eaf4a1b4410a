import { LoomError } from '../../base/errors.ts';
import type { Repository } from '../git/repository.ts';
import { withScratch } from '../history/specIndex.ts';
import type { BringRequest } from './bringCommits.ts';
import { carryOutCommits, catchUp, commitAll, planCommits } from './bringCommits.ts';
import type { ApplyRequest } from './bringTree.ts';
import { applyWorktree, planApply } from './bringTree.ts';
import type { BasedTree } from './changes.ts';
import type { WorktreeRecord } from './records.ts';
import { makeRescue, ownWork } from './rescue.ts';
import { unreachable } from './snapshot.ts';
import type { Ground } from './undoMaking.ts';

/** The ways in which changes come back: as files of the folder, or as commits of the base branch. */
type Way = 'apply' | BringRequest['way'];

/** A worktree whose changes come back. */
export interface Bringing {
  readonly session: string;
  readonly worktree: BasedTree & { readonly branch?: string | undefined };
  /** Its record, where it is one of ours: then it goes on from the base branch afterwards. */
  readonly record: WorktreeRecord | undefined;
  /** The root of the working tree that changes are applied to. */
  readonly target: string;
  readonly runsFilters: boolean;
  readonly stagingFolder: string;
}

/** What would happen. Nothing was changed when this is known. */
export interface Tried {
  readonly into: string;
  readonly files: string[];
  readonly conflicts: string[];
  readonly commits: number;
  readonly uncommitted: number;
  readonly problem: string | undefined;
}

/** Tries to bring changes back, in the object database alone. */
export async function tryBringing(repository: Repository, bringing: Bringing, way: Way): Promise<Tried> {
  if (way === 'apply') {
    const plan = await planApply(repository, applying(bringing));
    return {
      into: bringing.target,
      files: [...plan.files],
      conflicts: [...plan.conflicts],
      commits: 0,
      uncommitted: 0,
      problem: plan.problem,
    };
  }
  const plan = await planCommits(repository, committing(bringing, way));
  return {
    into: plan.into,
    files: [...plan.files],
    conflicts: [...plan.conflicts],
    commits: plan.commits.length,
    uncommitted: plan.uncommitted,
    problem: plan.problem,
  };
}

/**
 * Brings changes back: all of them, or none. What is not committed yet is committed with the message before a merge; of a rebase or squash the commits as
 * they were are kept under a rescue ref. Rejects with `conflict` and the reason; then nothing but such a commit was made.
 */
export async function bringBack(
  ground: Ground,
  bringing: Bringing,
  way: Way,
  message: string | undefined,
): Promise<{ readonly files: number; readonly commit?: string; readonly into: string; readonly rescue?: string }> {
  const { repository } = ground;
  const { target, stagingFolder, worktree, record } = bringing;
  if (way === 'apply') return { files: (await applyWorktree(repository, applying(bringing), stagingFolder)).length, into: target };
  const request = committing(bringing, way);
  let plan = await planCommits(repository, request);
  refuse(plan.problem, plan.conflicts);
  if (plan.uncommitted > 0) {
    if (message === undefined)
      throw new LoomError(
        'conflict',
        `${String(plan.uncommitted)} files of the worktree are not committed. Give a message to commit them with.`,
        { data: { uncommitted: plan.uncommitted } },
      );
    await commitAll(repository, worktree.path, message);
    plan = await planCommits(repository, request);
    refuse(plan.problem, plan.conflicts);
  }
  if (plan.commits.length === 0) throw new LoomError('conflict', `${request.base} has all of it already.`);
  const commit = await carryOutCommits(repository, request, plan, message);
  const rescue = record === undefined ? undefined : await goOnFrom(ground, record, plan.tip, commit);
  return { files: plan.files.length, commit, into: plan.into, ...(rescue === undefined ? {} : { rescue }) };
}

function refuse(problem: string | undefined, conflicts: readonly string[]): void {
  if (problem !== undefined) throw new LoomError('conflict', problem);
  const [first] = conflicts;
  if (first === undefined) return;
  const more = conflicts.length > 1 ? ` and ${String(conflicts.length - 1)} more were` : ' was';
  throw new LoomError('conflict', `${first}${more} changed in both places. Nothing was changed.`, { data: { conflicts } });
}

/** The worktree goes on from the base as it is now; commits that the base has only as copies are kept first. */
async function goOnFrom({ repository }: Ground, record: WorktreeRecord, tip: string, commit: string): Promise<string | undefined> {
  if ((await repository.headOf(record.path)) !== tip) return undefined;
  const isCopied = (await unreachable(repository, [tip], { but: record.branch, rescues: true })).length > 0;
  const rescue = isCopied
    ? await withScratch(async (scratch) =>
        makeRescue(repository, record, await ownWork(repository, record.path, { ignored: [], scratch, isLook: false }), new Date()),
      )
    : undefined;
  await catchUp(repository, record.path, commit);
  return rescue;
}

function applying({ worktree, target, runsFilters }: Bringing): ApplyRequest {
  if (worktree.path === target)
    throw new LoomError('not-allowed', 'The session works in this folder itself, so there is nothing to apply.');
  return { worktree, target, runsFilters };
}

function committing({ worktree, runsFilters }: Bringing, way: BringRequest['way']): BringRequest {
  const { path, base, branch } = worktree;
  if (branch === undefined || branch === base)
    throw new LoomError('not-allowed', 'The worktree is on no branch of its own. Apply its changes to the folder instead.');
  return { path, base, branch, way, runsFilters };
}
