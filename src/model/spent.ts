import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import type { Usage } from './controls.ts';
import type { BudgetUnit } from './hold.ts';

/**
 * What work has cost: tokens and money as far as agents tell. `cost` is in `currency`, the first one that was told (none where an older version counted);
 * amounts in others stand beside it, since nobody here knows what one is worth in another.
 */
export const Spent = z.object({
  tokens: z.number(),
  cost: z.number(),
  turns: z.number(),
  minutes: z.number(),
  currency: z.string().optional(),
  otherCosts: z.record(z.string(), z.number()).optional(),
});
export type Spent = Immutable<z.infer<typeof Spent>>;

export const nothingSpent: Spent = { tokens: 0, cost: 0, turns: 0, minutes: 0 };

/** The currency of budgets where a person says none, as ISO 4217 has it. */
export const usualCurrency = 'USD';

const msPerMinute = 60_000;

/**
 * What is spent after an agent has told its usage. Agents tell sums of their own session, so what grew was spent; a sum that fell is of an agent
 * that began anew, and all of it was spent. Gives the same object back when nothing was.
 */
export function afterUsage(spent: Spent, before: Usage, told: Usage): Spent {
  const tokens = grown(tokensIn(before), tokensIn({ ...before, ...told }));
  const isSame = before.cost?.currency === told.cost?.currency;
  const cost = grown(isSame ? before.cost?.amount : undefined, told.cost?.amount);
  return tokens === 0 && cost === 0 ? spent : withCost({ ...spent, tokens: spent.tokens + tokens }, cost, told.cost?.currency);
}

/** What is spent after a turn that took so many milliseconds. */
export function afterTurn(spent: Spent, tookMs: number): Spent {
  return { ...spent, turns: spent.turns + 1, minutes: spent.minutes + tookMs / msPerMinute };
}

/** The same with so many milliseconds of a turn that still runs. */
export function withRunning(spent: Spent, runningMs: number): Spent {
  return { ...spent, minutes: spent.minutes + runningMs / msPerMinute };
}

/** What was spent between two looks at the same session. */
export function spentSince(before: Spent | undefined, after: Spent | undefined): Spent {
  const [from, to] = [before ?? nothingSpent, after ?? nothingSpent];
  const rest: Spent = {
    tokens: Math.max(0, to.tokens - from.tokens),
    cost: 0,
    turns: Math.max(0, to.turns - from.turns),
    minutes: Math.max(0, to.minutes - from.minutes),
  };
  return costsOf(to).reduce((sum, [currency, amount]) => withCost(sum, Math.max(0, amount - costIn(from, currency)), currency), rest);
}

/** Both together. */
export function addSpent(one: Spent, other: Spent): Spent {
  const sum: Spent = {
    ...one,
    tokens: one.tokens + other.tokens,
    turns: one.turns + other.turns,
    minutes: one.minutes + other.minutes,
  };
  return costsOf(other).reduce((both, [currency, amount]) => withCost(both, amount, currency), sum);
}

/** The money that was spent in a currency. */
export function costIn(spent: Spent, currency: string | undefined): number {
  const isOwn = spent.currency === undefined || currency === undefined || spent.currency === currency;
  return isOwn ? spent.cost : (spent.otherCosts?.[currency] ?? 0);
}

/** The money that was spent, by currency; undefined for what an older version counted. */
export function costsOf({ cost, currency, otherCosts }: Spent): readonly (readonly [string | undefined, number])[] {
  return [...(cost === 0 ? [] : [[currency, cost] as const]), ...Object.entries(otherCosts ?? {})];
}

function withCost(spent: Spent, amount: number, currency: string | undefined): Spent {
  if (amount === 0) return spent;
  if (currency === undefined || spent.currency === undefined || spent.currency === currency) {
    const own = spent.currency ?? currency;
    return { ...spent, cost: spent.cost + amount, ...(own === undefined ? {} : { currency: own }) };
  }
  return { ...spent, otherCosts: { ...spent.otherCosts, [currency]: (spent.otherCosts?.[currency] ?? 0) + amount } };
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
