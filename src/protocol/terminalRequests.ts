import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { request } from './contract.ts';

/** What can be asked of a host about the terminals of agents. */
export const terminalRequests = {
  'terminal/read': request(
    'What a terminal of an agent has printed since `from` (0 for all that is kept). Waits for more, at most some seconds, where there is none yet and the command still runs. `next` is where to read on.',
    z.object({ sessionId: Id, terminal: z.string(), from: z.number().int().nonnegative() }),
    z.object({
      command: z.string(),
      text: z.string(),
      next: z.number().int(),
      /** Missing while it runs. */
      ended: z.object({ exitCode: z.number().int().optional(), signal: z.string().optional() }).optional(),
    }),
  ),
} as const;
