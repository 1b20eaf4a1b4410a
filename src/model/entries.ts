import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { BlobId, Location, TextRef } from './content.ts';
import { AskReason, PermissionRule } from './permissionRules.ts';
import { questionShape } from './questions.ts';
import { TaskState } from './states.ts';
import { ToolKind } from './toolKind.ts';

/** Ids of ours: letters, digits and dashes, so that they are safe in a path, in an attribute and in markdown. */
export const Id = z.string().regex(/^[A-Za-z0-9-]{1,80}$/);

/** An instant: ISO 8601 in UTC with milliseconds. */
export const Instant = z.string();

/** One change of a file. `before` is missing for a new file; of one that was `deleted`, `after` is empty. `added` and `removed` count lines. */
export const FileDiff = z.object({
  path: z.string(),
  before: TextRef.optional(),
  after: TextRef,
  deleted: z.boolean().optional(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type FileDiff = Immutable<z.infer<typeof FileDiff>>;

/** What a tool call shows. */
export const ToolContent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    text: TextRef,
    /** It is the output of a terminal of the host: while that is there it can be watched. How its command ended, once it has. */
    terminal: z.object({ id: z.string(), exitCode: z.number().int().optional(), signal: z.string().optional() }).optional(),
  }),
  z.object({ type: z.literal('diff'), diff: FileDiff }),
  z.object({ type: z.literal('image'), mimeType: z.string(), blob: BlobId, bytes: z.number() }),
  z.object({ type: z.literal('resource'), uri: z.string(), name: z.string(), text: TextRef.optional() }),
  /** Something that is neither text nor picture, such as a sound. */
  z.object({ type: z.literal('file'), name: z.string(), mimeType: z.string(), blob: BlobId, bytes: z.number() }),
]);
export type ToolContent = Immutable<z.infer<typeof ToolContent>>;

/** What became of a change that a person looked at; `open` is one that nobody has decided on. */
export const Review = z.enum(['open', 'kept', 'undone']);
export type Review = z.infer<typeof Review>;

/** What a stretch of work did to one file: its text before against its text after, in lines. */
export const FileCount = z.object({
  path: z.string(),
  change: z.enum(['created', 'changed', 'deleted']).optional(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type FileCount = Immutable<z.infer<typeof FileCount>>;

/** Why a file was left alone, as a sentence for a person. */
export const LeftFile = z.object({ path: z.string(), reason: z.string() });
export type LeftFile = Immutable<z.infer<typeof LeftFile>>;

export const PlanItem = z.object({ text: z.string(), priority: z.enum(['high', 'medium', 'low']), state: TaskState });
export type PlanItem = Immutable<z.infer<typeof PlanItem>>;

/** A choice on a permission card. `label` is the agent's own words; `role` decides icon and shortcut only. */
export const PermissionOption = z.object({
  id: z.string(),
  label: z.string(),
  role: z.enum(['allow-once', 'allow-always', 'reject-once', 'reject-always', 'other']),
});
export type PermissionOption = Immutable<z.infer<typeof PermissionOption>>;

/** How a permission request ended. `by` is a window's name, `agent` or `host`. */
export const PermissionAnswer = z.object({
  outcome: z.enum(['chosen', 'cancelled']),
  optionId: z.string().optional(),
  label: z.string(),
  role: PermissionOption.shape.role.optional(),
  by: z.string(),
  /** The rule that answered, where one did: what it says, and whose it is. */
  rule: z.object({ text: z.string(), origin: z.enum(['session', 'user', 'workspace']) }).optional(),
  at: Instant,
});
export type PermissionAnswer = Immutable<z.infer<typeof PermissionAnswer>>;

/** What a button of a notice does; the page maps it to a request. */
export const NoticeAction = z.enum(['retry', 'continue', 'restart-agent', 'show-log', 'sign-in', 'open-settings', 'stop', 'wait']);
export type NoticeAction = z.infer<typeof NoticeAction>;

const common = { id: Id, at: Instant };

/** One visible item of a turn, ready to be drawn: the page never knows an agent's or a tool's name. */
export const Entry = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('message'), text: z.string() }),
  z.object({ ...common, kind: z.literal('thought'), text: z.string() }),
  z.object({
    ...common,
    kind: z.literal('tool'),
    title: z.string(),
    toolKind: ToolKind,
    state: TaskState,
    input: TextRef.optional(),
    content: z.array(ToolContent),
    locations: z.array(Location),
    /** Paths that the host itself wrote for this call: those changes are real, however the call ended. */
    wrote: z.array(z.string()).optional(),
    /** When it could begin, where that was later than `at`: it had to wait for its turn or for a permission. */
    startedAt: Instant.optional(),
    /** A person has refused it. */
    refused: z.boolean().optional(),
    endedAt: Instant.optional(),
  }),
  z.object({
    ...common,
    kind: z.literal('plan'),
    items: z.array(PlanItem),
    /** What the plan says that is no list, in markdown. */
    text: z.string().optional(),
    /** The agent has given it up. */
    removed: z.boolean().optional(),
  }),
  z.object({
    ...common,
    kind: z.literal('permission'),
    /** The tool entry that asks, where there is one. */
    tool: Id.optional(),
    title: z.string(),
    toolKind: ToolKind,
    /** The command, verbatim, where the request is about one. */
    command: z.string().optional(),
    content: z.array(ToolContent),
    locations: z.array(Location),
    options: z.array(PermissionOption),
    /** What kept a rule from answering, where it is more than that there is none. */
    reasons: z.array(AskReason).optional(),
    /** Paths that it is about and that lie outside of the session's folder. */
    outside: z.array(z.string()).optional(),
    /** Rules that would allow just this, and wider ones; none where no rule could. */
    offers: z.array(z.array(PermissionRule)).optional(),
    answer: PermissionAnswer.optional(),
  }),
  z.object({
    ...common,
    kind: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
    detail: z.string().optional(),
    action: NoticeAction.optional(),
    /** What else can be done about it. */
    more: z.array(NoticeAction).optional(),
  }),
  /** A person had files put back. `files` says what was done, so that it can be taken back as well; `left` what was left alone. */
  z.object({
    ...common,
    kind: z.literal('restore'),
    /** All changes since before a turn; those of files in a turn or, without one, in the session; a part of one; or an earlier restore that was taken back. */
    what: z.enum(['turn', 'file', 'part', 'restore']),
    /** The turn that it is about, where it is about one, and its number from 0. */
    turn: Id.optional(),
    turnIndex: z.number().int().nonnegative().optional(),
    /** The restore that this one took back. */
    of: Id.optional(),
    /** A window's name, or `host` where files of a restore then could not be written. */
    by: z.string(),
    files: z.array(FileDiff),
    left: z.array(LeftFile),
  }),
  z.object({ ...common, kind: z.literal('image'), mimeType: z.string(), blob: BlobId, bytes: z.number() }),
  z.object({ ...common, kind: z.literal('file'), name: z.string(), mimeType: z.string(), blob: BlobId, bytes: z.number() }),
  /** A question with a form, or with an address at which it is answered. */
  z.object({ ...common, kind: z.literal('question'), ...questionShape }),
]);
export type Entry = Immutable<z.infer<typeof Entry>>;
export type EntryKind = Entry['kind'];
export type ToolEntry = Extract<Entry, { kind: 'tool' }>;
export type PermissionEntry = Extract<Entry, { kind: 'permission' }>;
export type QuestionEntry = Extract<Entry, { kind: 'question' }>;
export type RestoreEntry = Extract<Entry, { kind: 'restore' }>;
export type NoticeEntry = Extract<Entry, { kind: 'notice' }>;
