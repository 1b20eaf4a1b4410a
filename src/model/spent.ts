import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import type { Usage } from './controls.ts';
import type { BudgetUnit } from './hold.ts';

/** What work has cost: tokens and money as far as agents tell, money in whatever currency they tell it. */
export const Spent = z.object({ tokens: z.number(), cost: z.number(), turns: z.number(), minutes: z.number() });
export type Spent = Immutable<z.infer<typeof Spent>>;

export const nothingSpent: Spent = { tokens: 0, cost: 0, turns: 0, minutes: 0 };

const msPerMinute = 60_000;

/**
 * What is spent after an agent has told its usage. Agents tell sums of their own session, so what grew was spent; a sum that fell is of an agent
 * that began anew, and all of it was spent. Gives the same object back when nothing was.
 */
export function afterUsage(spent: Spent, before: Usage, told: Usage): Spent {
  const tokens = grown(tokensIn(before), tokensIn({ ...before, ...told }));
  const cost = grown(before.cost?.amount, told.cost?.amount);
  return tokens === 0 && cost === 0 ? spent : { ...spent, tokens: spent.tokens + tokens, cost: spent.cost + cost };
}

/** What is spent after a turn that took so many milliseconds. */
export function afterTurn(spent: Spent, tookMs: number): Spent {
  return { ...spent, turns: spent.turns + 1, minutes: spent.minutes + tookMs / msPerMinute };
}

/** What was spent between two looks at the same session. */
export function spentSince(before: Spent | undefined, after: Spent | undefined): Spent {
  const [from, to] = [before ?? nothingSpent, after ?? nothingSpent];
  return {
    tokens: Math.max(0, to.tokens - from.tokens),
    cost: Math.max(0, to.cost - from.cost),
    turns: Math.max(0, to.turns - from.turns),
    minutes: Math.max(0, to.minutes - from.minutes),
  };
}

/** Both together. */
export function addSpent(one: Spent, other: Spent): Spent {
  return {
    tokens: one.tokens + other.tokens,
    cost: one.cost + other.cost,
    turns: one.turns + other.turns,
    minutes: one.minutes + other.minutes,
  };
}

/** The order in which budgets are looked at. */
export const budgetUnits: readonly BudgetUnit[] = ['tokens', 'cost', 'turns', 'minutes'];

function tokensIn({ totalTokens, inputTokens, outputTokens }: Usage): number | undefined {
  if (totalTokens !== undefined) return totalTokens;
  return inputTokens === undefined && outputTokens === undefined ? undefined : (inputTokens ?? 0) + (outputTokens ?? 0);
}

function grown(before: number | undefined, after: number | undefined): number {
  if (after === undefined) return 0;
  return before === undefined || after < before ? after : after - before;
}
