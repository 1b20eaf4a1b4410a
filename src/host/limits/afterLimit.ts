import type { AgentLimit } from '../agents/agentPort.ts';

/** Milliseconds to the next try where the provider says no time; doubled with each try. */
const firstWait = 30_000;
/** How often in a row a provider may say no before a person decides: with a time, and without one. */
const mostWithTime = 6;
const mostWithoutTime = 3;

/**
 * When to send again what the provider of an agent did not take (milliseconds since 1970), `undefined` when only a person can do something about it,
 * `give-up` when it was tried often enough. `inARow` counts this refusal as well.
 */
export function waitAfterLimit(limit: AgentLimit, inARow: number, now: number): number | undefined | 'give-up' {
  if (limit.kind === 'quota') return undefined;
  if (inARow > (limit.until === undefined ? mostWithoutTime : mostWithTime)) return 'give-up';
  return limit.until ?? now + firstWait * 2 ** (inARow - 1);
}
