import type { Log } from '../../base/log.ts';
import type { TimeSettings } from '../../model/times.ts';
import { limitIn } from '../../model/times.ts';
import type { StartAgent } from './agentPool.ts';
import { builtInAgentId } from '../agents/builtInAgent.ts';
import { LoopShares } from '../agents/loopShare.ts';
import { startAgent } from '../agents/startAgent.ts';

/** What every start of an agent looks up. */
export interface StarterOptions {
  /** The environment of the window, with the mark of this host. */
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  /** What a person has stored for an agent. */
  readonly secrets: (agent: string, signal?: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly times: () => TimeSettings | undefined;
  readonly clientVersion: string;
  readonly token: string;
  readonly log: Log;
}

/** Starts agents as this host does: with the window's environment, a person's secrets and the set times. */
export function agentStarter({ environment, secrets, times, ...rest }: StarterOptions): StartAgent {
  const shares = new LoopShares();
  return async (program, signal) =>
    startAgent(
      program,
      {
        ...rest,
        shares,
        environment: environment(),
        secrets: program.id === builtInAgentId ? {} : await secrets(program.id, signal),
        initializeTimeoutMs: limitIn(times(), 'initialize'),
        openTimeoutMs: limitIn(times(), 'open'),
        cancelTimeoutMs: limitIn(times(), 'cancel'),
      },
      signal,
    );
}
