import { LoomError } from '../../base/errors.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { instanceRequests } from '../../protocol/instanceRequests.ts';
import type { Care } from '../care/care.ts';
import type { Instances } from '../live/instances.ts';
import type { LiveSessions } from '../live/liveSessions.ts';

const done = {};

/** What is asked about running agents. */
export function instanceHandlers(options: {
  readonly sessions: LiveSessions;
  readonly instances: Instances;
  readonly care: Care;
}): Handlers<typeof instanceRequests, unknown> {
  const { sessions, instances, care } = options;
  return {
    'instances/list': async () => ({
      instances: await instances.health(),
      host: { pid: process.pid, memoryBytes: process.memoryUsage.rss() },
    }),
    'instances/restart': async ({ instance }) => {
      await instances.restart(instance);
      return done;
    },
    'instances/stop': async ({ instance }) => {
      await instances.stop(instance);
      return done;
    },
    'agent/restart': async ({ sessionId }) => {
      await instances.restartFor(await sessions.get(sessionId));
      return done;
    },
    'turn/wait': async ({ sessionId }) => {
      care.waitOn(await sessions.get(sessionId));
      return done;
    },
    'session/hibernate': async ({ sessionId }) => {
      const { turns, agent } = await sessions.get(sessionId);
      if (turns.isTurnOpen) throw new LoomError('conflict', 'A turn runs in this session. Stop it, or wait for its end, and try again.');
      await agent.close();
      return done;
    },
  };
}
