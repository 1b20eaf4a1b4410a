import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { Id } from '../model/entries.ts';
import { request } from './contract.ts';

const SessionRef = z.object({ sessionId: Id });
const InstanceRef = z.object({ instance: z.string() });
const Nothing = z.object({});

/** How a running agent is, with all the processes that it started. What the system does not tell is missing. */
export const InstanceHealth = z.object({
  /** Names it in requests, as long as it runs. */
  instance: z.string(),
  agent: z.string(),
  name: z.string(),
  version: z.string().optional(),
  state: z.enum(['starting', 'running']),
  /** What becomes of it, as a sentence, where it is being replaced. */
  note: z.string().optional(),
  pid: z.number().int().optional(),
  /** Percent of one processor since the last look. */
  cpu: z.number().optional(),
  memoryBytes: z.number().optional(),
  processes: z.number().int().optional(),
  threads: z.number().int().optional(),
  files: z.number().int().optional(),
  startedAt: z.string().optional(),
  /** How often it was started anew since the host began. */
  restarts: z.number().int(),
  /** The ids of the sessions that it carries, and how many of them work. */
  sessions: z.array(z.string()),
  working: z.number().int(),
});
export type InstanceHealth = Immutable<z.infer<typeof InstanceHealth>>;

/** What can be asked of a host about running agents. */
export const instanceRequests = {
  'instances/list': request(
    'The agents that run, and how they are. They are measured for this answer only.',
    Nothing,
    z.object({ instances: z.array(InstanceHealth), host: z.object({ pid: z.number().int(), memoryBytes: z.number() }) }),
  ),
  'instances/restart': request(
    'Ends a running agent and starts it anew. Its sessions stay: turns that run are ended as interrupted, and each session is brought back.',
    InstanceRef,
    Nothing,
  ),
  'instances/stop': request(
    'Ends a running agent. Its sessions stay, and hibernate: the next message starts it again.',
    InstanceRef,
    Nothing,
  ),
  'agent/restart': request(
    'Starts the agent of a session anew, for all sessions that it carries; one that does not run is started.',
    SessionRef,
    Nothing,
  ),
  'turn/wait': request(
    'A person wants to go on waiting for an agent that gives no sign, or for a tool that takes long.',
    SessionRef,
    Nothing,
  ),
  'session/hibernate': request(
    'Has the agent of a session close it; the next message brings it back. Refused while a turn runs.',
    SessionRef,
    Nothing,
  ),
} as const;
