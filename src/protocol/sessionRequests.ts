import * as z from 'zod';
import { BlobId, PromptPart, PromptPartInput } from '../model/content.ts';
import { Id } from '../model/entries.ts';
import { ScrollPlace, SessionColor } from '../model/events.ts';
import { Turn } from '../model/session.ts';
import { SessionSummary } from '../model/summary.ts';
import { request } from './contract.ts';
import { Match } from './match.ts';
import { Isolation } from './settings.ts';

const SessionRef = z.object({ sessionId: Id });
const Nothing = z.object({});

/** What can be asked of a host about sessions, beside the control subset. */
export const sessionRequests = {
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
      /** Where it works: in the folder, in a worktree that is made for it, or in one that is there (an absolute path). The setting decides where nothing is said. */
      isolation: z.union([Isolation, z.object({ worktree: z.string() })]).optional(),
      /** What a new worktree begins with: a branch, tag or commit; HEAD of the folder by default. */
      base: z.string().min(1).max(400).optional(),
      /** The branch of a new worktree, made or there already; named after the session by default. */
      branchName: z.string().min(1).max(200).optional(),
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
  'session/goOn': request(
    'Sends what waits in a session although a budget is used up or the provider of its agent takes nothing; for one turn.',
    SessionRef,
    Nothing,
  ),
  'session/retry': request(
    'Sends the prompt of a turn again, or changed parts in its place; without `turn` that of the last one.',
    z.object({ sessionId: Id, turn: Id.optional(), parts: z.array(PromptPartInput).optional() }),
    Nothing,
  ),
  'session/fork': request(
    'Makes a session that begins with what was said in another one, up to the end of a turn, or all of it; a turn that runs is left out.',
    z.object({
      sessionId: Id,
      turn: Id.optional(),
      title: z.string().trim().min(1).max(200).optional(),
      /** With `worktree` it gets one of its own, which begins with the files of the other session as they are. */
      isolation: Isolation.optional(),
    }),
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
} as const;
