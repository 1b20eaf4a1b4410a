import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { Usage } from './controls.ts';
import { Instant } from './entries.ts';
import { JournalFlaws, Lifecycle, Position, SessionColor } from './events.ts';
import type { SessionState } from './session.ts';
import { statusOf } from './status.ts';
import { WorktreePhase } from './worktree.ts';

export const StatusWord = z.enum([
  'waiting',
  'held',
  'stalled',
  'working',
  'starting',
  'queued',
  'rate-limited',
  'paused',
  'interrupted',
  'failed',
  'finished',
  'idle',
  'hibernating',
  'completed',
  'closed',
]);

/** What a list shows of a session: a cache of its state, kept in the catalogue and sent to trees and status bars. */
export const SessionSummary = z.object({
  id: z.string(),
  title: z.string(),
  status: StatusWord,
  reason: z.string().optional(),
  /** Since and until when the status is so, where that tells something. */
  since: Instant.optional(),
  until: Instant.optional(),
  agent: z.string(),
  agentName: z.string().optional(),
  /** The agent's id for the session, under which it may have stored it, and whether it can delete that. */
  acpSessionId: z.string().optional(),
  agentForgets: z.boolean().optional(),
  /** The agent has the session open, or is being started for it; a host that finds this at its start knows that another one was cut off. */
  hasAgent: z.boolean().optional(),
  folder: z.string(),
  cwd: z.string(),
  branch: z.string().optional(),
  /** The worktree that it runs in. With one, `added` and `removed` are all in which that differs from its base. */
  worktree: z
    .object({
      path: z.string(),
      phase: WorktreePhase,
      isOurs: z.boolean(),
      setupWaits: z.boolean().optional(),
      rescue: z.string().optional(),
    })
    .optional(),
  parent: z.string().optional(),
  parentTitle: z.string().optional(),
  color: SessionColor,
  pinned: z.boolean(),
  lifecycle: Lifecycle,
  archived: z.boolean(),
  unread: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
  lastMessage: z.string(),
  messages: z.number().int(),
  tools: z.number().int(),
  errors: z.number().int(),
  waiting: z.number().int(),
  queued: z.number().int(),
  turns: z.number().int(),
  filesTouched: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
  usage: Usage,
  position: Position,
  /** Where the written pages lay that it was made again from. */
  recoveredFrom: z.string().optional(),
  /** What is wrong with the journal, where something is. */
  flaws: JournalFlaws.optional(),
});
export type SessionSummary = Immutable<z.infer<typeof SessionSummary>>;

export function summaryOf(state: SessionState): SessionSummary {
  const { status, reason, since, until } = statusOf(state);
  return {
    id: state.id,
    title: state.title,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    agent: state.agent,
    ...(state.agentName === undefined ? {} : { agentName: state.agentName }),
    ...(state.acpSessionId === undefined ? {} : { acpSessionId: state.acpSessionId }),
    ...(state.agentForgets === true ? { agentForgets: true } : {}),
    ...(state.agentPhase === 'starting' || state.agentPhase === 'ready' ? { hasAgent: true } : {}),
    folder: state.folder,
    cwd: state.cwd,
    ...(state.branch === undefined ? {} : { branch: state.branch }),
    ...(state.worktree === undefined ? {} : { worktree: worktreeOf(state.worktree) }),
    ...(state.parent === undefined ? {} : { parent: state.parent }),
    ...(state.parentTitle === undefined ? {} : { parentTitle: state.parentTitle }),
    color: state.color,
    pinned: state.pinned,
    lifecycle: state.lifecycle,
    archived: state.archived,
    unread: state.unread,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    lastMessage: state.lastMessage,
    messages: state.counts.messages,
    tools: state.counts.tools,
    errors: state.counts.errors,
    waiting: state.counts.waiting,
    queued: state.queue.length,
    turns: state.turnCount,
    filesTouched: state.counts.filesTouched,
    added: state.worktree?.changes?.added ?? state.files.reduce((sum, file) => sum + file.added, 0),
    removed: state.worktree?.changes?.removed ?? state.files.reduce((sum, file) => sum + file.removed, 0),
    usage: state.usage,
    position: state.position,
    ...(state.recoveredFrom === undefined ? {} : { recoveredFrom: state.recoveredFrom }),
    ...(state.flaws === undefined ? {} : { flaws: state.flaws }),
  };
}

/** Whether two summaries of a session show the same: only how far they go in its journal may differ. */
export function showsTheSame({ position: _one, ...one }: SessionSummary, { position: _other, ...other }: SessionSummary): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function worktreeOf({ path, phase, isOurs, setup, rescue }: NonNullable<SessionState['worktree']>): SessionSummary['worktree'] {
  return { path, phase, isOurs, ...(setup === 'waits' ? { setupWaits: true } : {}), ...(rescue === undefined ? {} : { rescue }) };
}
