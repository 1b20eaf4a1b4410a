import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

/** The steps in which a worktree is made, in their order. */
export const WorktreeStep = z.enum(['check', 'ports', 'branch', 'add', 'copy', 'setup']);
export type WorktreeStep = z.infer<typeof WorktreeStep>;

/** `making`: it is not there yet. `failed`: it could not be made, and what was made of it is gone. `removed`: it was removed; `rescue` says where its work is. */
export const WorktreePhase = z.enum(['making', 'ready', 'failed', 'removed']);
export type WorktreePhase = z.infer<typeof WorktreePhase>;

/** What a worktree differs in from its base: committed, uncommitted and untracked together. */
export const WorktreeCount = z.object({
  files: z.number().int().nonnegative(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type WorktreeCount = Immutable<z.infer<typeof WorktreeCount>>;

/** The git worktree that a session runs in. */
export const SessionWorktree = z.object({
  id: z.string(),
  /** False for a worktree that the person has made: it is used, and never removed. */
  isOurs: z.boolean(),
  path: z.string(),
  branch: z.string().optional(),
  /** The branch, or else the commit, that it was made from. */
  base: z.string(),
  baseCommit: z.string(),
  phase: WorktreePhase,
  step: WorktreeStep.optional(),
  /** What a person should know of how it was made, a sentence each. */
  notes: z.array(z.string()).optional(),
  /** Why it could not be made, which step it was, and what was undone. */
  error: z.string().optional(),
  /** The set-up script of the repository waits for a person's approval. */
  setup: z.enum(['waits', 'done']).optional(),
  changes: WorktreeCount.optional(),
  /** The ref that holds what was in it when it was removed. */
  rescue: z.string().optional(),
});
export type SessionWorktree = Immutable<z.infer<typeof SessionWorktree>>;

/** What a person reads of each step while it goes on. */
export const stepWords: Readonly<Record<WorktreeStep, string>> = {
  check: 'Looking at the repository',
  ports: 'Finding free ports',
  branch: 'Making the branch',
  add: 'Checking out the files',
  copy: 'Copying ignored files',
  setup: 'Running the set-up script',
};

/** Whether a session can work where it is meant to; one without a worktree always can. */
export function isPlaceReady(worktree: SessionWorktree | undefined): boolean {
  return worktree === undefined || worktree.phase === 'ready';
}

/** Why a session cannot work, as a sentence for a person; undefined where it can. */
export function placeProblem(worktree: SessionWorktree | undefined): string | undefined {
  switch (worktree?.phase) {
    case 'making':
      return worktree.setup === 'waits'
        ? 'Its worktree is being made: the set-up script of the repository waits for your approval.'
        : `Its worktree is being made: ${stepWords[worktree.step ?? 'check']}.`;
    case 'failed':
      return worktree.error ?? 'Its worktree could not be made.';
    case 'removed':
      return 'Its worktree was removed. Restore it from its rescue, or run the session in the folder.';
    default:
      return undefined;
  }
}
