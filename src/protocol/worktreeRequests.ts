import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { SessionSummary } from '../model/summary.ts';
import { request } from './contract.ts';

const SessionRef = z.object({ sessionId: Id });
const Nothing = z.object({});
/** The absolute path of a worktree, as `worktree/list` names it. */
const AtPath = z.object({ path: z.string() });

/** A file in which a worktree differs from its base. Paths are from the root of the worktree, with forward slashes. */
export const WorktreeFile = z.object({
  path: z.string(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed']),
  /** Where a renamed file was before. */
  from: z.string().optional(),
  added: z.number().int(),
  removed: z.number().int(),
});
export type WorktreeFile = z.infer<typeof WorktreeFile>;

/** A working tree of the repository. */
export const WorktreeRow = z.object({
  path: z.string(),
  branch: z.string().optional(),
  isMain: z.boolean(),
  /** It was made for a session, and can be removed here. */
  isOurs: z.boolean(),
  locked: z.boolean(),
  /** The sessions that work in it, closed ones too. */
  sessions: z.array(z.object({ id: Id, title: z.string(), isOpen: z.boolean() })),
});
export type WorktreeRow = z.infer<typeof WorktreeRow>;

/** What a rescue holds; see `worktree/restore`. */
export const RescueRow = z.object({
  ref: z.string(),
  at: z.string(),
  session: z.string(),
  title: z.string(),
  branch: z.string(),
  base: z.string(),
  holds: z.string(),
  /** The commit that the ref names. */
  commit: z.string().optional(),
  /** Bytes on the disk that nothing else keeps, where they were asked for and could be counted. */
  bytes: z.number().int().optional(),
});
export type RescueRow = z.infer<typeof RescueRow>;

/** The ways in which a worktree's changes come back. */
export const BringWay = z.enum(['apply', 'merge', 'squash', 'rebase']);
export type BringWay = z.infer<typeof BringWay>;

/** What can be asked of a host about the worktrees of its sessions. */
export const worktreeRequests = {
  'worktree/list': request(
    'The working trees of the repository, the main one first.',
    Nothing,
    z.object({ worktrees: z.array(WorktreeRow) }),
  ),
  'worktree/retry': request('Makes the worktree of a session anew, after it could not be made.', SessionRef, Nothing),
  'worktree/cancel': request(
    'Stops the making of a worktree; what was made of it is undone.',
    SessionRef,
    z.object({ cancelled: z.boolean() }),
  ),
  'worktree/useFolder': request('Has a session work in its folder, whose worktree could not be made or was removed.', SessionRef, Nothing),
  'worktree/changes': request(
    'All in which the worktree of a session differs from its base: committed, uncommitted and untracked. `root` is its path, `baseCommit` what it is compared with.',
    SessionRef,
    z.object({ root: z.string(), base: z.string(), baseCommit: z.string(), commits: z.number().int(), files: z.array(WorktreeFile) }),
  ),
  'worktree/baseText': request(
    'What a file of the worktree was in its base; no text where it was none, or no text.',
    z.object({ sessionId: Id, baseCommit: z.string().regex(/^[0-9a-f]{40,64}$/), path: z.string() }),
    z.object({ text: z.string().optional(), isBinary: z.boolean() }),
  ),
  'worktree/look': request(
    'What is in a worktree that is nowhere else, for the question before it is removed. Changes nothing.',
    AtPath,
    z.object({
      branch: z.string(),
      changed: z.number().int(),
      untracked: z.number().int(),
      ignored: z.array(z.string()),
      commits: z.number().int(),
      isDirty: z.boolean(),
      sessions: z.array(z.object({ id: Id, title: z.string(), isOpen: z.boolean() })),
    }),
  ),
  'worktree/remove': request(
    'Removes a worktree that was made for a session. What is nowhere else is kept under a rescue ref first, which is read back; with such work `force` must be set.',
    z.object({ path: z.string(), force: z.boolean().optional() }),
    z.object({ rescue: z.string().optional(), branchGone: z.boolean() }),
  ),
  'worktree/rescues': request(
    'What removed worktrees left behind, the newest first; with `sizes`, how much of the disk each takes.',
    z.object({ sizes: z.boolean().optional() }),
    z.object({ rescues: z.array(RescueRow) }),
  ),
  'worktree/deleteRescue': request(
    'Deletes a rescue, if it still is the commit that was listed. What only it kept is gone with the next clean-up of git. Needs the right to approve.',
    z.object({ ref: z.string().startsWith('refs/session-loom/rescue/'), commit: z.string().regex(/^[0-9a-f]{40,64}$/) }),
    Nothing,
  ),
  'worktree/restore': request(
    'Makes a worktree out of a rescue again, for the session that it was of, or for a new one. The rescue stays.',
    z.object({ ref: z.string().startsWith('refs/session-loom/rescue/'), folder: z.string() }),
    z.object({ session: SessionSummary }),
  ),
  'worktree/tryBring': request(
    'What bringing the changes of a worktree back would do: the files, or those in conflict, or why it cannot be done. Changes no file and no branch.',
    z.object({ sessionId: Id, way: BringWay }),
    z.object({
      into: z.string(),
      files: z.array(z.string()),
      conflicts: z.array(z.string()),
      commits: z.number().int(),
      /** Files that are not committed yet; a merge needs a message to commit them with. */
      uncommitted: z.number().int(),
      problem: z.string().optional(),
    }),
  ),
  'worktree/bring': request(
    'Brings the changes of a worktree back: as uncommitted changes of the folder, or as commits of the base branch. All of it, or nothing. No hook runs.',
    z.object({ sessionId: Id, way: BringWay, message: z.string().trim().min(1).max(20_000).optional() }),
    z.object({ files: z.number().int(), commit: z.string().optional(), into: z.string(), rescue: z.string().optional() }),
  ),
} as const;
