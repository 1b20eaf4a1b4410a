import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { LoginChoice } from '../model/logins.ts';
import { request } from './contract.ts';

const Nothing = z.object({});

/** What can be asked of a host about signing in to agents. Needs the right to approve. */
export const loginRequests = {
  'agent/logins': request(
    'The ways in which one can sign in to an agent. The agent is started to be asked.',
    z.object({ agent: z.string() }),
    z.object({ methods: z.array(LoginChoice) }),
  ),
  'agent/login': request(
    'Signs in to an agent, and starts it again in the sessions that wanted a login. With a session its forms are shown there. Answers when it is done; rejects when it failed.',
    z.object({ agent: z.string(), method: z.string(), sessionId: Id.optional() }),
    Nothing,
  ),
  'agent/logout': request(
    'Signs out of an agent: what is stored for it is removed, and the agent is asked to forget. `asked` says whether the agent can.',
    z.object({ agent: z.string() }),
    z.object({ asked: z.boolean() }),
  ),
} as const;
