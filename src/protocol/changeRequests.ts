import * as z from 'zod';
import { Id, LeftFile, Review } from '../model/entries.ts';
import { SessionFile, TurnFile } from '../model/session.ts';
import { request } from './contract.ts';

const SessionRef = z.object({ sessionId: Id });

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

/** What can be asked of a host about the files that a session changed. */
export const changeRequests = {
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
      /** Files among them that other sessions in the same folder changed too; what those did is kept, or the file is among `left`. */
      shared: z.array(z.object({ path: z.string(), titles: z.array(z.string()) })).optional(),
      /** Other sessions that are at work in the same folder now. */
      working: z.array(z.string()).optional(),
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
} as const;
