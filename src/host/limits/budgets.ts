import type { BudgetUnit, Hold } from '../../model/hold.ts';
import { amountsOf, holdReason, whoseBudget } from '../../model/hold.ts';
import type { Spent } from '../../model/spent.ts';
import { budgetUnits, costIn, costsOf, nothingSpent, usualCurrency } from '../../model/spent.ts';

/** The most that may be spent, of each unit that a person has set; a unit without a number has no limit. */
export type Budget = Readonly<Partial<Record<BudgetUnit, number | undefined>>>;

/** The budgets of a person. */
export interface Budgets {
  readonly session?: Budget | undefined;
  readonly day?: Budget | undefined;
  /** The currency of what may be spent of money. */
  readonly currency?: string | undefined;
}

/** Whose budget it is, and how much of what is spent. */
export type UsedUp = Extract<Hold, { kind: 'budget' }>;

/** The share of a budget at which a person hears of it. */
const warnAt = 0.8;

/** The first budget that is used up: that of the session before that of the day. */
export function usedUp(budgets: Budgets, session: Spent | undefined, day: Spent): UsedUp | undefined {
  return firstOver('session', budgets, session ?? nothingSpent) ?? firstOver('day', budgets, day);
}

function firstOver(scope: UsedUp['scope'], budgets: Budgets, spent: Spent): UsedUp | undefined {
  const currency = budgets.currency ?? usualCurrency;
  for (const unit of budgetUnits) {
    const limit = budgets[scope]?.[unit];
    const amount = amountOf(spent, unit, currency);
    if (limit !== undefined && amount >= limit)
      return { kind: 'budget', scope, unit, spent: amount, limit, ...(unit === 'cost' ? { currency } : {}) };
  }
  return undefined;
}

function amountOf(spent: Spent, unit: BudgetUnit, currency: string): number {
  return unit === 'cost' ? costIn(spent, currency) : spent[unit];
}

/** What a person hears of a budget. */
export interface BudgetNews {
  readonly kind: 'warning' | 'used-up';
  readonly text: string;
}

/** What to tell a person about what was used between two looks: each budget of which four fifths were reached, or all of it. */
export function budgetNews(scope: UsedUp['scope'], budgets: Budgets, before: Spent, after: Spent): readonly BudgetNews[] {
  const currency = budgets.currency ?? usualCurrency;
  return budgetUnits.flatMap((unit): readonly BudgetNews[] => {
    const limit = budgets[scope]?.[unit];
    if (limit === undefined || limit <= 0) return [];
    const [from, to] = [amountOf(before, unit, currency), amountOf(after, unit, currency)];
    const reached = (share: number): boolean => from < limit * share && to >= limit * share;
    const hold: UsedUp = { kind: 'budget', scope, unit, spent: to, limit, ...(unit === 'cost' ? { currency } : {}) };
    if (reached(1)) return [{ kind: 'used-up', text: `${holdReason(hold)} What you send waits until you ${waysOn}.` }];
    const share = `${String(Math.floor((to / limit) * 100))} % of ${whoseBudget(scope)}`;
    return reached(warnAt) ? [{ kind: 'warning', text: `${amountsOf(hold)} used: that is ${share}.` }] : [];
  });
}

const waysOn = 'raise the budget in the settings, or go on once';

/** What a person reads in a session whose turn was stopped for a budget. */
export function stoppedText(used: UsedUp): string {
  return `${holdReason(used)} The turn was stopped; it goes on when you ${waysOn}.`;
}

/** The currencies in which money was spent that no budget counts, where one counts money at all. */
export function uncounted({ session, day, currency = usualCurrency }: Budgets, spent: Spent): readonly string[] {
  if (session?.cost === undefined && day?.cost === undefined) return [];
  return costsOf(spent).flatMap(([each]) => (each === undefined || each === currency ? [] : [each]));
}
