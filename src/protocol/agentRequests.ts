import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { request } from './contract.ts';
import { AgentRow } from './settings.ts';

const SessionRef = z.object({ sessionId: Id });
const Nothing = z.object({});

/** An agent that a session can be made with. */
export const AgentChoice = AgentRow.extend({
  builtIn: z.boolean(),
  /** What is wrong with its settings, where something is. */
  problem: z.string().optional(),
});

/** What can be asked of a host about agents. */
export const agentRequests = {
  'agents/list': request(
    'The agents that are known, the default first, then those that are ready. A session can be made with those that are ready or need a login.',
    Nothing,
    z.object({ agents: z.array(AgentChoice) }),
  ),
  'agent/start': request(
    'Starts the agent of a session where it does not run, as after a start that failed. How it goes is told by the events of the session.',
    SessionRef,
    Nothing,
  ),
  'session/switchAgent': request(
    'Gives a session to another agent, which is told with the next message what was said and done. Refused while a turn runs.',
    z.object({ sessionId: Id, agent: z.string() }),
    Nothing,
  ),
  'session/pick': request(
    'Changes a picker (mode, model, option) of the agent.',
    z.object({ sessionId: Id, picker: z.string(), value: z.string() }),
    Nothing,
  ),
} as const;
