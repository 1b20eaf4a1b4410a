/**
 * The facts of a session's journal. An event is written once and never changed; what the events add up to is in `reduce.ts`.
 * A field that is added later is optional; a meaning is never changed.
 */
import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { Location, PromptPart, TextRef } from './content.ts';
import { Controls, Usage } from './controls.ts';
import { Entry, FileCount, Id, Instant, PermissionAnswer, PlanItem, Review, ToolContent } from './entries.ts';
import { Hold } from './hold.ts';
import { LoginChoice } from './logins.ts';
import { QuestionAnswer } from './questions.ts';
import { SessionRule } from './permissionRules.ts';
import { ToolKind } from './toolKind.ts';
import { TaskState } from './states.ts';
import { SessionWorktree } from './worktree.ts';

/** Why a turn ended. `interrupted`: the host or the agent died in mid-turn; it can be continued. */
export const StopReason = z.enum(['finished', 'cancelled', 'interrupted', 'failed', 'refused', 'limit']);
export type StopReason = z.infer<typeof StopReason>;

/** The colour of a session's icon, as names of VS Code's chart colours. */
export const SessionColor = z.enum(['none', 'red', 'orange', 'yellow', 'green', 'blue', 'purple']);
export type SessionColor = z.infer<typeof SessionColor>;

/** Where a person has put a session. */
export const Lifecycle = z.enum(['open', 'paused', 'completed', 'closed']);
export type Lifecycle = z.infer<typeof Lifecycle>;

/** Phase of the connection between a session and its agent. */
export const AgentPhase = z.enum(['none', 'starting', 'ready', 'stopped', 'failed']);
export type AgentPhase = z.infer<typeof AgentPhase>;

/** A place in the transcript that a panel returns to: the entry at the top edge, and the pixels by which it is cut; undefined is the end. */
export const ScrollPlace = z.object({ entry: z.string(), offset: z.number() });
export type ScrollPlace = Immutable<z.infer<typeof ScrollPlace>>;

/** A prompt that waits for its turn. */
export const QueuedPrompt = z.object({ id: Id, parts: z.array(PromptPart) });
export type QueuedPrompt = Immutable<z.infer<typeof QueuedPrompt>>;

/** What reading a journal brought to light. All that can be read is there; the damaged bytes stay where they are, and in the quarantine. */
export const JournalFlaws = z.object({
  /** Stretches of the journal that are no record any more. */
  damaged: z.number().int().nonnegative(),
  /** Stored contents that are not what their names say. */
  damagedBlobs: z.number().int().nonnegative(),
  /** Epochs whose hosts wrote although another one had gone on from an earlier point: two hosts wrote at once, and both parts are there. */
  mergedEpochs: z.array(z.number().int()),
});
export type JournalFlaws = Immutable<z.infer<typeof JournalFlaws>>;

const turn = { turn: Id };
const entry = { turn: Id, entry: Id };

export const Fact = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session.created'),
    id: Id,
    title: z.string(),
    agent: z.string(),
    /** The agent's name in the settings. */
    agentName: z.string().optional(),
    /** Absolute path of the workspace folder it was made in. */
    folder: z.string(),
    /** Absolute path where the agent works. */
    cwd: z.string(),
    /** Variables that its agent gets beside those of its settings, as the ports of a worktree. */
    variables: z.record(z.string(), z.string()).optional(),
    branch: z.string().optional(),
    /** The worktree that is made for it, or that it shares. */
    worktree: SessionWorktree.optional(),
    parent: Id.optional(),
    /** The parent's title when this session was made from it. */
    parentTitle: z.string().optional(),
    /** A sub-agent works in it, led by the agent of the parent: it takes no messages. */
    isSubAgent: z.boolean().optional(),
    color: SessionColor.optional(),
    /** Where the written pages lay that it was made again from: a ref, or a folder. */
    recoveredFrom: z.string().optional(),
  }),
  z.object({ type: z.literal('session.renamed'), title: z.string(), by: z.enum(['person', 'agent', 'prompt']) }),
  z.object({ type: z.literal('session.moved'), lifecycle: Lifecycle, archived: z.boolean(), by: z.string() }),
  z.object({ type: z.literal('session.marked'), pinned: z.boolean().optional(), color: SessionColor.optional() }),
  z.object({
    type: z.literal('session.viewed'),
    draft: z.string().optional(),
    /** What goes with the draft beside its words; told apart from them, since it changes more rarely and can be large. */
    draftParts: z.array(PromptPart).optional(),
    scroll: ScrollPlace.nullable().optional(),
    read: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('agent.changed'),
    phase: AgentPhase,
    /** The agent's own name and version, as it said them. */
    name: z.string().optional(),
    version: z.string().optional(),
    /** The agent's id for this session; it is what load and resume ask for. */
    acpSessionId: z.string().optional(),
    /** Parts that the agent takes beside text. */
    accepts: z.object({ image: z.boolean(), embedded: z.boolean() }).optional(),
    /** The agent can delete what it stores of a session. */
    forgets: z.boolean().optional(),
    reason: z.string().optional(),
    /** It failed because the agent wants a login first: how one can sign in. */
    logins: z.array(LoginChoice).optional(),
  }),
  /** The session goes on with another agent, which knows nothing of it yet. `by` is a window's name. */
  z.object({ type: z.literal('agent.switched'), agent: z.string(), agentName: z.string(), by: z.string() }),
  z.object({ type: z.literal('controls.changed'), controls: Controls }),
  z.object({ type: z.literal('usage.changed'), usage: Usage }),
  z.object({ type: z.literal('queue.changed'), queue: z.array(QueuedPrompt) }),
  /** What keeps the host from sending what waits; null when nothing does any more. */
  z.object({ type: z.literal('hold.changed'), hold: Hold.nullable() }),
  /** Nothing happens in the session, so its agent will close it then; whatever happens before takes that back. */
  z.object({ type: z.literal('rest.noted'), until: Instant }),
  /** The permission rules that people have made for this session, all of them. */
  z.object({ type: z.literal('rules.changed'), rules: z.array(SessionRule) }),
  z.object({ type: z.literal('branch.changed'), branch: z.string().optional() }),
  /** What became of the session's worktree; null: it runs in its folder now. What else is given has changed with it, null where there is none any more. */
  z.object({
    type: z.literal('worktree.changed'),
    worktree: SessionWorktree.nullable(),
    cwd: z.string().optional(),
    branch: z.string().nullable().optional(),
    variables: z.record(z.string(), z.string()).nullable().optional(),
  }),
  z.object({
    type: z.literal('turn.started'),
    ...turn,
    prompt: z.array(PromptPart),
  }),
  z.object({
    type: z.literal('turn.ended'),
    ...turn,
    reason: StopReason,
    error: z.string().optional(),
    /** It failed because the agent wants a login first: what was sent waits, and goes out again after one. */
    wantsLogin: z.boolean().optional(),
    /** Commits that appeared on HEAD while the turn ran, oldest first. */
    commits: z.array(z.string()).optional(),
    /** Milliseconds that the turn took, by a clock that nobody sets. */
    tookMs: z.number().optional(),
  }),
  /** The agent gives no sign in a turn that runs, since then; without `since` it does again. */
  z.object({ type: z.literal('turn.stalled'), ...turn, since: Instant.optional() }),
  /** A turn of the session that this one was forked from, as it was; `startedAt` and `endedAt` are its own times. */
  z.object({
    type: z.literal('turn.copied'),
    ...turn,
    prompt: z.array(PromptPart),
    entries: z.array(Entry),
    startedAt: Instant,
    endedAt: Instant,
    reason: StopReason,
    error: z.string().optional(),
    commits: z.array(z.string()).optional(),
    tookMs: z.number().optional(),
  }),
  /** The finished turn as a whole: what it says replaces the streamed events before it, which a rolled segment then drops. */
  z.object({ type: z.literal('turn.sealed'), ...turn, entries: z.array(Entry) }),
  /** Streamed text; the first one makes the entry. */
  z.object({ type: z.literal('text.added'), ...entry, kind: z.enum(['message', 'thought']), text: z.string() }),
  z.object({
    type: z.literal('tool.changed'),
    ...entry,
    title: z.string().optional(),
    toolKind: ToolKind.optional(),
    state: TaskState.optional(),
    input: TextRef.optional(),
    content: z.array(ToolContent).optional(),
    locations: z.array(Location).optional(),
    wrote: z.array(z.string()).optional(),
  }),
  /** Text that a tool's content at `index` grew by; kept apart from `tool.changed` so that a long output is not written again and again. */
  z.object({ type: z.literal('output.added'), ...entry, index: z.number().int().nonnegative(), text: z.string() }),
  /** A plan as a whole; see the entry for its fields. */
  z.object({
    type: z.literal('plan.changed'),
    ...entry,
    items: z.array(PlanItem),
    text: z.string().optional(),
    removed: z.boolean().optional(),
  }),
  z.object({ type: z.literal('entry.added'), turn: Id, added: Entry }),
  /**
   * What changes of files add up to, text against text, as of the end of a turn or of a restore told in it. `of`, where it is given, is all that
   * this turn changed. `session` says the same of the whole session for the files in question, and `same` names those that are as before it.
   */
  z.object({
    type: z.literal('files.counted'),
    ...turn,
    of: z.array(FileCount).optional(),
    session: z.array(FileCount),
    same: z.array(z.string()),
  }),
  /** A person decided on what a turn did to a file, or on parts of it (`parts` names those by their ids). */
  z.object({
    type: z.literal('change.reviewed'),
    ...turn,
    path: z.string(),
    review: Review,
    parts: z.array(z.object({ id: z.string(), review: Review })).optional(),
    by: z.string(),
  }),
  z.object({ type: z.literal('permission.answered'), ...entry, answer: PermissionAnswer }),
  z.object({ type: z.literal('question.answered'), ...entry, answer: QuestionAnswer }),
  /** Something is wrong with the journal itself; found by whoever read it, and told once. */
  z.object({ type: z.literal('journal.flawed'), flaws: JournalFlaws }),
]);
export type Fact = Immutable<z.infer<typeof Fact>>;
export type FactType = Fact['type'];

/** Where an event stands in its journal. Order is (epoch, seq), never the clock. */
export const Position = z.object({ epoch: z.number().int().nonnegative(), seq: z.number().int().nonnegative() });
export type Position = Immutable<z.infer<typeof Position>>;

/** A fact with its place and time, as it stands in the journal and as it is sent to followers. */
export const SessionEvent = z.object({ epoch: z.number().int(), seq: z.number().int(), at: z.string(), fact: Fact });
export type SessionEvent = Immutable<z.infer<typeof SessionEvent>>;
