import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { SessionSummary } from '../model/summary.ts';
import { request } from './contract.ts';
import { Match } from './match.ts';

const Nothing = z.object({});

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

/** What can be asked of a host about the written history. */
export const historyRequests = {
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
  'history/share': request(
    'Publishes the history to an ordinary branch, joined with those of other machines that it holds; with `remote` it is pushed there.',
    z.object({ branch: z.string().min(1), remote: z.string().min(1).optional() }),
    z.object({ branch: z.string(), commit: z.string(), pushed: z.string().optional() }),
  ),
} as const;
