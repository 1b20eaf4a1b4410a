import * as z from 'zod';
import { BlobId, PromptPart, PromptPartInput } from '../model/content.ts';
import { Id, LeftFile, Review } from '../model/entries.ts';
import { ScrollPlace, SessionColor, SessionEvent } from '../model/events.ts';
import { SessionFile, Turn, TurnFile } from '../model/session.ts';
import { SessionSummary } from '../model/summary.ts';
import { notification, request } from './contract.ts';
import { control } from './control.ts';

const SessionRef = z.object({ sessionId: Id });
const Nothing = z.object({});

/** An agent that a session can be made with. */
export const AgentChoice = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  /** What is wrong with its settings, where something is. */
  problem: z.string().optional(),
});

/** How an agent is started: from user or machine settings only. */
export const AgentLaunch = z.object({
  id: Id,
  name: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
});

/** Where a session's history is written. */
export const HistoryMode = z.enum(['ref', 'branch', 'folder', 'off']);

/** What a window tells the host of the user's settings; the host never reads settings itself. */
export const HostSettings = z.object({
  agents: z.array(AgentLaunch),
  defaultAgent: z.string(),
  history: HistoryMode,
  redactionPatterns: z.array(z.string()),
});

/** Something found in a session: the entry or prompt, and a piece of text around the place. */
export const Match = z.object({
  turn: z.number().int(),
  entry: z.number().int(),
  entryId: z.string().optional(),
  excerpt: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  /** How often the text stands in the entry. */
  count: z.number().int().optional(),
});

/** A session that only the written history tells of: of another machine, or of one that is not here any more. */
export const WrittenSession = z.object({
  id: Id,
  title: z.string(),
  agent: z.string(),
  agentName: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  turns: z.number().int(),
  /** Where its pages lie, for a person: a ref, or a folder. */
  place: z.string(),
});
export type WrittenSession = z.infer<typeof WrittenSession>;

/** A page of the written history: markdown and where it lies. */
export const HistoryPage = z.object({ path: z.string(), markdown: z.string() });

/** One part of a change, as a hunk of a unified diff; `lines` begin with a blank, `+`, `-` or a backslash. Numbers of lines count from 1. */
export const ChangePart = z.object({
  id: z.string(),
  review: Review,
  oldStart: z.number().int(),
  newStart: z.number().int(),
  lines: z.array(z.string()),
});

/** What was put back: the entry that tells of it, and the files that were left alone. */
const RestoreResult = z.object({ entry: Id.optional(), restored: z.number().int(), left: z.array(LeftFile) });

/** One file that would go into a commit. */
export const CommitCandidate = z.object({
  path: z.string(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed']),
  added: z.number().int(),
  removed: z.number().int(),
});

/** All that can be asked of a host. */
export const hostRequests = {
  ...control,
  'host/configure': request(
    'Tells the host the user settings of a window; the last window that says something wins.',
    HostSettings,
    Nothing,
  ),
  'host/status': request(
    'How the host is: for the log, the health view and the tests.',
    Nothing,
    z.object({
      pid: z.number().int(),
      uptimeSeconds: z.number(),
      memoryBytes: z.number(),
      sessions: z.number().int(),
      loaded: z.number().int(),
      running: z.number().int(),
      clients: z.number().int(),
      agents: z.array(z.object({ agent: z.string(), pid: z.number().int().optional(), sessions: z.number().int() })),
      logFile: z.string(),
      notices: z.array(z.string()),
    }),
  ),
  'agents/list': request(
    'The agents that a session can be made with, the default first.',
    Nothing,
    z.object({ agents: z.array(AgentChoice) }),
  ),
  'agent/start': request(
    'Starts the agent of a session where it does not run, as after a start that failed. How it goes is told by the events of the session.',
    SessionRef,
    Nothing,
  ),
  'session/create': request(
    'Makes a session, and with `prompt` sends its first message. Its agent starts by itself, and what it offers follows as events.',
    z.object({
      title: z.string().max(200).optional(),
      agent: z.string().optional(),
      /** Absolute path of the workspace folder. */
      folder: z.string(),
      color: SessionColor.optional(),
      parent: Id.optional(),
      prompt: z.array(PromptPartInput).optional(),
    }),
    z.object({ session: SessionSummary }),
  ),
  'session/prompt': request(
    'Sends a message, or queues it while a turn runs. `now` stops the running turn first.',
    z.object({ sessionId: Id, parts: z.array(PromptPartInput).min(1), now: z.boolean().optional() }),
    z.object({ queued: z.boolean() }),
  ),
  'session/queue': request(
    'Changes the queued messages: edits one, moves it to a place, drops it, or sends it now (stops the running turn).',
    z.object({
      sessionId: Id,
      prompt: Id,
      change: z.discriminatedUnion('type', [
        z.object({ type: z.literal('edit'), parts: z.array(PromptPartInput).min(1) }),
        z.object({ type: z.literal('move'), to: z.number().int().nonnegative() }),
        z.object({ type: z.literal('drop') }),
        z.object({ type: z.literal('sendNow') }),
      ]),
    }),
    Nothing,
  ),
  'session/continue': request('Continues an interrupted or failed turn: asks the agent to go on where it was.', SessionRef, Nothing),
  'session/retry': request(
    'Sends the prompt of a turn again, or changed parts in its place; without `turn` that of the last one.',
    z.object({ sessionId: Id, turn: Id.optional(), parts: z.array(PromptPartInput).optional() }),
    Nothing,
  ),
  'session/fork': request(
    'Makes a session that begins with what was said in another one, up to the end of a turn, or all of it; a turn that runs is left out.',
    z.object({ sessionId: Id, turn: Id.optional(), title: z.string().trim().min(1).max(200).optional() }),
    z.object({ session: SessionSummary }),
  ),
  'session/rename': request('Gives a session a title.', z.object({ sessionId: Id, title: z.string().trim().min(1).max(200) }), Nothing),
  'session/mark': request(
    'Pins a session or colours its icon.',
    z.object({ sessionId: Id, pinned: z.boolean().optional(), color: SessionColor.optional() }),
    Nothing,
  ),
  'session/move': request(
    'Puts a session where a person wants it: pause holds its queue, complete and close end it, archive hides it, open brings it back.',
    z.object({ sessionId: Id, to: z.enum(['open', 'paused', 'completed', 'closed', 'archived', 'unarchived']) }),
    Nothing,
  ),
  'session/delete': request(
    'Deletes a session: its journal and blobs. `purgeHistory` also removes its folder from our own history ref.',
    z.object({ sessionId: Id, purgeHistory: z.boolean().optional() }),
    z.object({ keptInHistory: z.string().optional() }),
  ),
  'session/view': request(
    'Keeps what a panel shows: draft, scroll place (null: the end), and that all was read.',
    z.object({ sessionId: Id, draft: z.string().optional(), scroll: ScrollPlace.nullable().optional(), read: z.boolean().optional() }),
    Nothing,
  ),
  'session/draft': request(
    'Keeps what goes with the draft beside its words, in the place of what was kept before, and gives it back as it is kept: bytes and long texts by the ids of their blobs.',
    z.object({ sessionId: Id, parts: z.array(PromptPartInput).max(200) }),
    z.object({ parts: z.array(PromptPart) }),
  ),
  'session/pick': request(
    'Changes a picker (mode, model, option) of the agent.',
    z.object({ sessionId: Id, picker: z.string(), value: z.string() }),
    Nothing,
  ),
  'session/turns': request(
    'Earlier entries, as turns: those just before entry `entry` of turn `turn` (numbers of the whole session).',
    z.object({
      sessionId: Id,
      before: z.object({ turn: z.number().int(), entry: z.number().int() }),
      limit: z.number().int().positive().max(1000),
    }),
    z.object({ turns: z.array(Turn) }),
  ),
  'session/find': request(
    'Searches the whole session: the entries in which a text stands, oldest first. `total` counts those, `occurrences` the places in them.',
    z.object({ sessionId: Id, query: z.string().min(1), limit: z.number().int().positive().max(1000).optional() }),
    z.object({ matches: z.array(Match), total: z.number().int(), occurrences: z.number().int().optional() }),
  ),
  'sessions/find': request(
    'Searches what was said in all sessions, the newest first. Works for a moment and answers with what was found until then; `next` of an answer goes on from there. A new search of the same client ends the one before.',
    z.object({
      query: z.string().min(1).max(1000),
      /** Sessions that one answer gives at most. */
      limit: z.number().int().positive().max(500).optional(),
      /** Matches that are given of each session, the latest first. */
      matches: z.number().int().positive().max(100).optional(),
      next: z.string().optional(),
    }),
    z.object({
      found: z.array(z.object({ session: SessionSummary, matches: z.array(Match), total: z.number().int() })),
      /** Sessions that were looked at since the search began, how many there are, and how many of them could not be read. */
      searched: z.number().int(),
      total: z.number().int(),
      unread: z.number().int(),
      /** Missing when all were searched. */
      next: z.string().optional(),
    }),
  ),
  'session/changes': request(
    'What the session did to files: each file, and each turn that changed one, oldest first. What a command changed without reporting it is not known.',
    SessionRef,
    z.object({
      files: z.array(SessionFile),
      turns: z.array(z.object({ turn: Id, index: z.number().int(), prompt: z.string(), at: z.string(), files: z.array(TurnFile) })),
    }),
  ),
  'session/change': request(
    'The change of one file in a turn, in parts that can be kept or undone. `parts` is missing where comparing the texts takes too long.',
    z.object({ sessionId: Id, turn: Id, path: z.string() }),
    z.object({ review: Review, parts: z.array(ChangePart).optional(), isCut: z.boolean() }),
  ),
  'session/textBefore': request(
    'The text that a file had before a turn, or before the session, reckoned from `now` or from what the file holds; no text where there was no file. `isWhole` is false where not all changes are to be found in it.',
    z.object({ sessionId: Id, path: z.string(), turn: Id.optional(), now: z.string().optional() }),
    z.object({ text: z.string().optional(), isWhole: z.boolean() }),
  ),
  'session/restorePlan': request(
    'What putting the files back to before a turn would do. `left` are files that would be left alone, with the reason.',
    z.object({ sessionId: Id, turn: Id }),
    z.object({
      files: z.array(z.object({ path: z.string(), does: z.enum(['write', 'create', 'delete']), isMerged: z.boolean() })),
      left: z.array(LeftFile),
      isRunning: z.boolean(),
    }),
  ),
  'session/restore': request(
    'Puts the files back to before a turn, or takes an earlier restore back. Refused while a turn of the session runs.',
    z.object({ sessionId: Id, to: z.union([z.object({ turn: Id }), z.object({ restore: Id })]) }),
    RestoreResult,
  ),
  'session/review': request(
    'Keeps or undoes changes: of a turn or of all, of one file or of all, or one part of one. Undoing is refused while a turn of the session runs.',
    z.object({
      sessionId: Id,
      decision: z.enum(['keep', 'undo']),
      turn: Id.optional(),
      path: z.string().optional(),
      part: z.string().optional(),
    }),
    RestoreResult,
  ),
  'session/blob': request(
    'A stored payload, or a part of it, as base64.',
    z.object({
      sessionId: Id,
      blob: BlobId,
      start: z.number().int().nonnegative().optional(),
      length: z.number().int().positive().optional(),
    }),
    z.object({ data: z.string(), bytes: z.number().int() }),
  ),
  'session/transcript': request(
    'The session, or one turn of it, as markdown for people; secrets are redacted.',
    z.object({ sessionId: Id, turn: Id.optional() }),
    z.object({ markdown: z.string(), redacted: z.number().int() }),
  ),
  'history/read': request(
    'The written history: the index page, or the pages of one session. Waits until all is written. Where ours has none, those of others that can be read here.',
    z.object({ sessionId: Id.optional() }),
    z.object({ ref: z.string().optional(), commit: z.string().optional(), pages: z.array(HistoryPage), problem: z.string().optional() }),
  ),
  'history/sessions': request(
    'The sessions that written histories tell of and that are not here, the newest first: on branches, on what was fetched, and in files. Only reads.',
    Nothing,
    z.object({
      sessions: z.array(WrittenSession),
      /** Where histories were found, for a person. */
      places: z.array(z.string()),
      /** The remotes that can be asked for more. */
      remotes: z.array(z.string()),
    }),
  ),
  'history/find': request(
    'Searches the written pages of the sessions that are not here.',
    z.object({ query: z.string().min(1).max(1000) }),
    z.object({ found: z.array(z.object({ session: WrittenSession, matches: z.array(Match) })) }),
  ),
  'history/fetch': request(
    'Fetches the histories that a remote has, beside those that are here. Only when a person asks.',
    z.object({ remote: z.string().min(1) }),
    z.object({ refs: z.array(z.string()) }),
  ),
  'history/recover': request(
    'Makes a session again from its written pages, under its own id, to be read and to be continued.',
    z.object({ sessionId: Id, folder: z.string() }),
    z.object({ session: SessionSummary }),
  ),
  'history/forget': request(
    'Takes the pages of a session that is not here out of our own history, and says where else they still are.',
    z.object({ sessionId: Id }),
    z.object({ keptInHistory: z.string().optional() }),
  ),
  'data/plain': request(
    'Whether sessions lie in `.session-loom` of a folder that has a repository now. `kind` is where this host keeps its own. Only looks.',
    Nothing,
    z.object({ kind: z.enum(['git', 'plain', 'fallback']), folder: z.string().optional(), sessions: z.number().int() }),
  ),
  'data/move': request(
    'Moves those sessions and their history into the repository: the host leaves, and the next one moves them before it serves. Refused while a turn runs or another host serves them.',
    Nothing,
    z.object({ folder: z.string(), sessions: z.number().int() }),
  ),
  'history/share': request(
    'Publishes the history to an ordinary branch, joined with those of other machines that it holds; with `remote` it is pushed there.',
    z.object({ branch: z.string().min(1), remote: z.string().min(1).optional() }),
    z.object({ branch: z.string(), commit: z.string(), pushed: z.string().optional() }),
  ),
  'specs/candidates': request(
    'What a commit of the spec documents would take in: changes under specs/ and .kiro/specs/, and the message.',
    z.object({ folder: z.string() }),
    z.object({
      branch: z.string().optional(),
      files: z.array(CommitCandidate),
      message: z.string(),
      /** Changed files that the person has to commit: a filter of git changes them on their way in, or they are in conflict. */
      leftOut: z.array(z.string()),
    }),
  ),
  'specs/commit': request(
    'Commits these spec documents on the current branch; everything else stays staged or unstaged as it was.',
    z.object({ folder: z.string(), paths: z.array(z.string()).min(1), message: z.string().min(1) }),
    /** `skippedHooks` names the hooks that an ordinary commit would have run; ours run none. */
    z.object({ commit: z.string(), skippedHooks: z.array(z.string()) }),
  ),
} as const;

/** What a host says unasked. */
export const hostNotifications = {
  'session/events': notification('New events of a followed session, in order.', z.object({ sessionId: Id, events: z.array(SessionEvent) })),
  'sessions/changed': notification(
    'Summaries that changed and sessions that are gone; at most one message a frame.',
    z.object({ changed: z.array(SessionSummary), removed: z.array(z.string()) }),
  ),
  'host/notice': notification(
    'Something a person should hear of.',
    z.object({
      level: z.enum(['info', 'warning', 'error']),
      text: z.string(),
      sessionId: z.string().optional(),
      /** What the person can do about it beside reading the log. */
      offers: z.enum(['recover', 'move']).optional(),
    }),
  ),
  'host/leaving': notification('The host ends; a client reconnects by itself.', z.object({ reason: z.string() })),
} as const;

export type HostRequests = typeof hostRequests;
export type HostNotifications = typeof hostNotifications;
