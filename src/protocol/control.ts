/**
 * The control subset, frozen at version 1: a window of any version can read along, answer what is pending, and ask the host to leave.
 * Fields may be added as optional ones; nothing here is ever renamed or removed.
 */
import * as z from 'zod';
import { Id, PermissionAnswer } from '../model/entries.ts';
import { Position, SessionEvent } from '../model/events.ts';
import { PermissionRule } from '../model/permissionRules.ts';
import { SessionState } from '../model/session.ts';
import { SessionSummary } from '../model/summary.ts';
import { CapabilityProof } from './capability.ts';
import { request } from './contract.ts';

/** The version of the control subset. */
export const controlVersion = 1;

const SessionRef = z.object({ sessionId: Id });
const Nothing = z.object({});

export const control = {
  hello: request(
    'The first message of a connection: who comes, with the token of the endpoint file.',
    z.object({
      control: z.literal(controlVersion),
      token: z.string(),
      /** Version of the client program, e.g. "0.1.0". */
      version: z.string(),
      client: z.enum(['window', 'command-line', 'test', 'other']),
      /** How answers and audit lines name this client. */
      name: z.string(),
      /** The environment that agents get; the client has resolved its login shell and left out what is not for agents. */
      environment: z.record(z.string(), z.string()).optional(),
      /** Shows that a person lets this client approve; without it, it can read, send messages, say no and stop. */
      capability: CapabilityProof.optional(),
    }),
    z.object({
      control: z.number().int(),
      version: z.string(),
      pid: z.number().int(),
      epoch: z.number().int(),
      /** Whether requests beyond the control subset can be used: the versions are the same. */
      sameVersion: z.boolean(),
      /** Seconds between heartbeats that the host expects. */
      heartbeatSeconds: z.number(),
      dataFolder: z.string(),
      /** Whether this client may approve; missing from a host that asks nobody for that right. */
      mayApprove: z.boolean().optional(),
    }),
  ),
  'host/heartbeat': request(
    'Says that the client is alive; a client that is silent for three intervals no longer counts as attached.',
    Nothing,
    Nothing,
  ),
  'sessions/list': request(
    'The summaries of all sessions, newest first; with `limit` in pages.',
    z.object({ includeArchived: z.boolean().optional(), limit: z.number().int().positive().optional(), before: z.string().optional() }),
    z.object({ sessions: z.array(SessionSummary), total: z.number().int() }),
  ),
  'session/follow': request(
    'Returns what was missed since `after` and starts delivery of events in one step. Where the host no longer holds all events since then, or without `after`, a checkpoint state comes first.',
    z.object({ sessionId: Id, after: Position.optional(), entries: z.number().int().positive().max(2000).optional() }),
    z.object({ checkpoint: SessionState.optional(), events: z.array(SessionEvent) }),
  ),
  'session/unfollow': request('Ends the delivery of events of a session to this client.', SessionRef, Nothing),
  'permission/answer': request(
    'Answers a pending permission request. The first answer counts; a later one gets the error "conflict".',
    z.object({
      sessionId: Id,
      entry: Id,
      optionId: z.string(),
      /** Rules for this session that the person makes with the answer. */
      rules: z.array(PermissionRule).max(20).optional(),
    }),
    z.object({ answer: PermissionAnswer }),
  ),
  'turn/cancel': request('Asks the agent to stop the running turn.', SessionRef, z.object({ cancelled: z.boolean() })),
  'host/drain': request(
    'Asks the host to accept no new turn, to finish the running ones and to leave. Answers at once.',
    Nothing,
    z.object({ running: z.number().int() }),
  ),
} as const;
