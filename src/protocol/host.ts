import * as z from 'zod';
import { SessionEvent } from '../model/events.ts';
import { Id } from '../model/entries.ts';
import { SessionSummary } from '../model/summary.ts';
import { agentSessionRequests } from './agentSessionRequests.ts';
import { agentRequests } from './agentRequests.ts';
import { approvalRequests } from './approvalRequests.ts';
import { changeRequests } from './changeRequests.ts';
import { notification, request } from './contract.ts';
import { control } from './control.ts';
import { instanceRequests } from './instanceRequests.ts';
import { historyRequests } from './historyRequests.ts';
import { loginRequests } from './loginRequests.ts';
import { questionRequests } from './questionRequests.ts';
import { inboxNotifications, inboxRequests } from './inboxRequests.ts';
import { sessionRequests } from './sessionRequests.ts';
import { HostSettings } from './settings.ts';
import { terminalRequests } from './terminalRequests.ts';
import { specRequests } from './specRequests.ts';
import { worktreeRequests } from './worktreeRequests.ts';

const Nothing = z.object({});

/** All that can be asked of a host. */
export const hostRequests = {
  ...control,
  ...agentRequests,
  ...instanceRequests,
  ...approvalRequests,
  ...inboxRequests,
  ...loginRequests,
  ...terminalRequests,
  ...agentSessionRequests,
  ...questionRequests,
  ...sessionRequests,
  ...changeRequests,
  ...historyRequests,
  ...specRequests,
  ...worktreeRequests,
  'host/configure': request(
    'Tells the host the user settings of a window; the last window that says something wins.',
    HostSettings,
    Nothing,
  ),
  'host/status': request(
    'How the host is: for the log, the health view and the tests.',
    Nothing,
    z.object({
      pid: z.number().int(),
      uptimeSeconds: z.number(),
      memoryBytes: z.number(),
      sessions: z.number().int(),
      loaded: z.number().int(),
      running: z.number().int(),
      clients: z.number().int(),
      agents: z.array(z.object({ agent: z.string(), pid: z.number().int().optional(), sessions: z.number().int() })),
      logFile: z.string(),
      notices: z.array(z.string()),
    }),
  ),
  'data/plain': request(
    'Whether sessions lie in `.session-loom` of a folder that has a repository now. `kind` is where this host keeps its own. Only looks.',
    Nothing,
    z.object({ kind: z.enum(['git', 'plain', 'fallback']), folder: z.string().optional(), sessions: z.number().int() }),
  ),
  'data/move': request(
    'Moves those sessions and their history into the repository: the host leaves, and the next one moves them before it serves. Refused while a turn runs or another host serves them.',
    Nothing,
    z.object({ folder: z.string(), sessions: z.number().int() }),
  ),
} as const;

/** What a host says unasked. */
export const hostNotifications = {
  'session/events': notification('New events of a followed session, in order.', z.object({ sessionId: Id, events: z.array(SessionEvent) })),
  'sessions/changed': notification(
    'Summaries that changed and sessions that are gone; at most one message a frame.',
    z.object({ changed: z.array(SessionSummary), removed: z.array(z.string()) }),
  ),
  'host/notice': notification(
    'Something a person should hear of.',
    z.object({
      level: z.enum(['info', 'warning', 'error']),
      text: z.string(),
      sessionId: z.string().optional(),
      /** What the person can do about it beside reading the log. */
      offers: z.enum(['recover', 'move']).optional(),
    }),
  ),
  ...inboxNotifications,
  'capability/changed': notification('A person has decided whether this client may approve.', z.object({ mayApprove: z.boolean() })),
  'host/leaving': notification('The host ends; a client reconnects by itself.', z.object({ reason: z.string() })),
} as const;

export type HostRequests = typeof hostRequests;
export type HostNotifications = typeof hostNotifications;
