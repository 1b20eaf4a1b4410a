import * as z from 'zod';
import { SessionSummary } from '../model/summary.ts';
import { request } from './contract.ts';

/** What can be asked of a host about sessions that an agent itself has stored. */
export const agentSessionRequests = {
  'agent/sessions': request(
    'The sessions that an agent has stored for a folder, in pages. `offered` is false where it does not tell. The agent is started to be asked. `known` is our session that goes on with one.',
    z.object({ agent: z.string(), folder: z.string(), cursor: z.string().optional() }),
    z.object({
      offered: z.boolean(),
      sessions: z.array(
        z.object({
          acpSessionId: z.string(),
          title: z.string().optional(),
          cwd: z.string(),
          updatedAt: z.string().optional(),
          known: z.string().optional(),
        }),
      ),
      next: z.string().optional(),
    }),
  ),
  'agent/import': request(
    'Makes a session of ours out of one that an agent has stored: it is loaded, and what the agent repeats of it is written down. Answers when that is done.',
    z.object({
      agent: z.string(),
      folder: z.string(),
      acpSessionId: z.string().min(1),
      cwd: z.string(),
      title: z.string().max(200).optional(),
    }),
    z.object({ session: SessionSummary }),
  ),
} as const;
