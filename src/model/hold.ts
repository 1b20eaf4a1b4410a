import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { Instant } from './entries.ts';

/** What a budget counts. */
export const BudgetUnit = z.enum(['tokens', 'cost', 'turns', 'minutes']);
export type BudgetUnit = z.infer<typeof BudgetUnit>;

/**
 * Why the host does not send the message that waits in a session although nothing runs there. A person's own pause is none: that is where the
 * session has been put (`Lifecycle`).
 */
export const Hold = z.discriminatedUnion('kind', [
  /** As many sessions as may are active. `place` is 1 for the next one; `since` orders the line across restarts. */
  z.object({
    kind: z.literal('capacity'),
    limit: z.number().int().positive(),
    place: z.number().int().positive(),
    since: Instant,
  }),
  /** The agent's provider takes nothing more until then; it goes on by itself. */
  z.object({ kind: z.literal('rate-limited'), until: Instant, reason: z.string() }),
  /** The agent's provider takes nothing more until a person has done something about it. */
  z.object({ kind: z.literal('quota'), reason: z.string() }),
  /** What a person wants to spend at most is spent. */
  z.object({
    kind: z.literal('budget'),
    scope: z.enum(['session', 'day']),
    unit: BudgetUnit,
    spent: z.number(),
    limit: z.number(),
    /** Of a cost. */
    currency: z.string().optional(),
  }),
]);
export type Hold = Immutable<z.infer<typeof Hold>>;

/** The hold in a sentence; the time of one that ends by itself is told beside it. */
export function holdReason(hold: Hold): string {
  switch (hold.kind) {
    case 'capacity':
      return hold.limit === 1
        ? `Waits for the active session to finish; number ${hold.place} in line.`
        : `Waits for one of ${hold.limit} active sessions to finish; number ${hold.place} in line.`;
    case 'rate-limited':
    case 'quota':
      return hold.reason;
    case 'budget':
      return `${amountsOf(hold)} used: ${whoseBudget(hold.scope)} is used up.`;
  }
}

/** What is used of a budget and how much there is, in words: `900 tokens of 1,000 tokens`. */
export function amountsOf({ spent, limit, unit, currency }: Extract<Hold, { kind: 'budget' }>): string {
  return `${amountText(spent, unit, currency)} of ${amountText(limit, unit, currency)}`;
}

/** Whose budget it is, in words. */
export function whoseBudget(scope: Extract<Hold, { kind: 'budget' }>['scope']): string {
  return scope === 'day' ? 'today’s budget' : 'the budget of this session';
}

/** An amount of a budget in words, as `12,000 tokens`. */
export function amountText(amount: number, unit: BudgetUnit, currency?: string): string {
  if (unit === 'cost') return `${amount.toFixed(2)}${currency === undefined ? '' : ` ${currency}`}`;
  const rounded = unit === 'minutes' ? Math.round(amount * 10) / 10 : Math.round(amount);
  const digits = String(rounded).replace(/\B(?=(\d{3})+(?!\d)(?!.*\.))/g, ',');
  return `${digits} ${rounded === 1 ? unit.slice(0, -1) : unit}`;
}
