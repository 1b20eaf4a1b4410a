import { totalmem } from 'node:os';
import type { Log } from '../base/log.ts';
import type { AgentPool } from './instances/agentPool.ts';
import { Care } from './care/care.ts';
import { Instances } from './live/instances.ts';
import { Limits } from './limits/limits.ts';
import type { LiveSession } from './live/liveSessions.ts';
import type { SessionHost } from './sessionHost.ts';

/** What decides over what runs: what may start, the running agents, and the care for both. */
export interface RunControl {
  readonly limits: Limits;
  readonly instances: Instances;
  readonly care: Care;
}

/** Of the machine, or of the container that this process may not leave. */
function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < totalmem() ? allowed : totalmem();
}

/** Puts it together. `host` and `live` are asked only once all is there. */
export function openRunControl(options: {
  readonly dataFolder: string;
  readonly pool: AgentPool;
  readonly live: () => readonly LiveSession[];
  readonly host: () => SessionHost;
  readonly now: () => string;
  readonly log: Log;
}): RunControl {
  const { dataFolder, pool, live, host, now, log } = options;
  const clock = (): number => performance.now();
  const settings = (): SessionHost['limitSettings'] => host().limitSettings;
  const limits = new Limits({
    dataFolder,
    settings,
    spentBy: (id) => live().find(({ session }) => session.id === id)?.session.state.spent,
    tell: (text, session) => {
      if (session === undefined) host().notice('warning', text);
      else host().tell(session.id, 'warning', text, 'open-settings');
    },
    log,
  });
  const care = new Care({
    pool,
    live,
    settings,
    clock,
    ownMemory: () => process.memoryUsage.rss(),
    machineMemory,
    instant: (agoMs) => new Date(Date.now() - agoMs).toISOString(),
    review: () => limits.look(),
    tell: (text) => host().notice('warning', text),
    log,
  });
  const mode = (agent: string): ReturnType<SessionHost['instanceMode']> => host().instanceMode(agent);
  const instances = new Instances({ pool, live, settings: mode, clock, now, isOld: (id) => care.isOld(id) });
  return { limits, instances, care };
}
