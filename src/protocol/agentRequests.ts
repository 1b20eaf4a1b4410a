import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { request } from './contract.ts';

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

/** What can be asked of a host about agents. */
export const agentRequests = {
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
  'session/pick': request(
    'Changes a picker (mode, model, option) of the agent.',
    z.object({ sessionId: Id, picker: z.string(), value: z.string() }),
    Nothing,
  ),
} as const;
