import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { PromptPart } from './content.ts';
import { Controls, Usage } from './controls.ts';
import { Entry, FileCount, Id, Instant, Review } from './entries.ts';
import { AgentPhase, JournalFlaws, Lifecycle, Position, QueuedPrompt, ScrollPlace, SessionColor, StopReason } from './events.ts';
import { Hold } from './hold.ts';
import { Spent } from './spent.ts';
import { SessionRule } from './permissionRules.ts';
import { LoginChoice } from './logins.ts';
import { TaskState } from './states.ts';
import { SessionWorktree } from './worktree.ts';

/** What a turn did to a file, and what a person decided about it. `parts` holds those parts that were decided on singly. */
export const TurnFile = FileCount.extend({
  review: Review,
  parts: z.array(z.object({ id: z.string(), review: Review })).optional(),
});
export type TurnFile = Immutable<z.infer<typeof TurnFile>>;

/** What the session did to a file. `open` names the turns whose change of it nobody has decided on. */
export const SessionFile = FileCount.extend({ open: z.array(Id).optional() });
export type SessionFile = Immutable<z.infer<typeof SessionFile>>;

/** One prompt and everything until the agent stops. */
export const Turn = z.object({
  id: Id,
  /** 0 for the first turn of the session. */
  index: z.number().int().nonnegative(),
  state: TaskState,
  prompt: z.array(PromptPart),
  startedAt: Instant,
  endedAt: Instant.optional(),
  /** Milliseconds that it took, also where the clock was set meanwhile. */
  tookMs: z.number().optional(),
  reason: StopReason.optional(),
  /** It was not this session's work: it was copied from the session that this one was forked from. */
  isCopy: z.boolean().optional(),
  /** The agent that made it, where the session went on with another one since. */
  madeBy: z.object({ agent: z.string(), name: z.string(), version: z.string().optional() }).optional(),
  error: z.string().optional(),
  /** It failed because the agent wants a login first. */
  wantsLogin: z.boolean().optional(),
  commits: z.array(z.string()).optional(),
  /** The files that this turn changed, in the order of first touch. */
  files: z.array(TurnFile).optional(),
  /** How many entries of this turn come before `entries[0]`; not 0 only where a window cuts a long turn. */
  skipped: z.number().int().nonnegative(),
  entries: z.array(Entry),
});
export type Turn = Immutable<z.infer<typeof Turn>>;

/** What the events of a session add up to. `turns` can be a window on the end of the conversation; the counts are always of the whole. */
export const SessionState = z.object({
  id: z.string(),
  title: z.string(),
  titledBy: z.enum(['default', 'person', 'agent', 'prompt']),
  agent: z.string(),
  agentName: z.string().optional(),
  agentVersion: z.string().optional(),
  agentPhase: AgentPhase,
  agentReason: z.string().optional(),
  /** The agent wants a login before it can be used. */
  logins: z.array(LoginChoice).optional(),
  acpSessionId: z.string().optional(),
  /** The agent can delete what it stores of the session. */
  agentForgets: z.boolean().optional(),
  accepts: z.object({ image: z.boolean(), embedded: z.boolean() }),
  folder: z.string(),
  cwd: z.string(),
  /** Variables that its agent gets beside those of its settings; a session with other variables has an agent instance of its own. */
  variables: z.record(z.string(), z.string()).optional(),
  branch: z.string().optional(),
  /** The git worktree that it runs in, or was to run in. */
  worktree: SessionWorktree.optional(),
  parent: z.string().optional(),
  parentTitle: z.string().optional(),
  /** A sub-agent works in it, led by the agent of the parent. */
  isSubAgent: z.boolean().optional(),
  color: SessionColor,
  pinned: z.boolean(),
  lifecycle: Lifecycle,
  archived: z.boolean(),
  createdAt: Instant,
  /** When something last happened that a person would call news. */
  updatedAt: Instant,
  position: Position,
  controls: Controls,
  usage: Usage,
  queue: z.array(QueuedPrompt),
  /** What keeps the host from sending what waits in the queue. */
  hold: Hold.optional(),
  /** Since when the agent gives no sign in the turn that runs. */
  stalledSince: Instant.optional(),
  /** When the session will hibernate if nothing happens until then. */
  hibernatesAt: Instant.optional(),
  /** What the work of this session has cost so far, as far as the agent tells; copied turns are none of it. */
  spent: Spent.optional(),
  /** Permission rules that people have made for this session. */
  rules: z.array(SessionRule).optional(),
  draft: z.string(),
  /** What goes with the draft beside its words, where there is something: files that it mentions, images, long texts. */
  draftParts: z.array(PromptPart).optional(),
  scroll: ScrollPlace.optional(),
  unread: z.boolean(),
  turnCount: z.number().int(),
  turns: z.array(Turn),
  counts: z.object({
    messages: z.number().int(),
    tools: z.number().int(),
    errors: z.number().int(),
    waiting: z.number().int(),
    filesTouched: z.number().int(),
  }),
  /** The files that this session changed, by absolute path, in the order of first touch. */
  files: z.array(SessionFile),
  /** The beginning of the last thing said, in plain text. */
  lastMessage: z.string(),
  /** Where the written pages lay that it was made again from. */
  recoveredFrom: z.string().optional(),
  /** What is wrong with the journal, where something is. */
  flaws: JournalFlaws.optional(),
});
export type SessionState = Immutable<z.infer<typeof SessionState>>;

/** The state before the first event. */
export const emptySession: SessionState = {
  id: '',
  title: '',
  titledBy: 'default',
  agent: '',
  agentPhase: 'none',
  accepts: { image: false, embedded: false },
  folder: '',
  cwd: '',
  color: 'none',
  pinned: false,
  lifecycle: 'open',
  archived: false,
  createdAt: '',
  updatedAt: '',
  position: { epoch: 0, seq: 0 },
  controls: { commands: [], pickers: [] },
  usage: {},
  queue: [],
  draft: '',
  unread: false,
  turnCount: 0,
  turns: [],
  counts: { messages: 0, tools: 0, errors: 0, waiting: 0, filesTouched: 0 },
  files: [],
  lastMessage: '',
};
