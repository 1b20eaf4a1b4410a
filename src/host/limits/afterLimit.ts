import type { PromptPart } from '../../model/content.ts';
import type { Entry } from '../../model/entries.ts';
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

/** What to send then: the message itself, or where the agent had begun to work on it, that it shall go on. */
export function againAfterLimit(parts: readonly PromptPart[], entries: readonly Entry[]): readonly PromptPart[] {
  const hasBegun = entries.some(({ kind }) => kind === 'message' || kind === 'tool' || kind === 'plan');
  return hasBegun ? [{ type: 'text', text: 'You were stopped by a limit of your provider. Please continue where you left off.' }] : parts;
}
