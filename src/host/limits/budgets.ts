import type { BudgetUnit, Hold } from '../../model/hold.ts';
import { amountText } from '../../model/hold.ts';
import type { Spent } from '../../model/spent.ts';
import { budgetUnits, nothingSpent } from '../../model/spent.ts';

/** The most that may be spent, of each unit that a person has set; a unit without a number has no limit. */
export type Budget = Readonly<Partial<Record<BudgetUnit, number | undefined>>>;

/** The budgets of a person. */
export interface Budgets {
  readonly session?: Budget | undefined;
  readonly day?: Budget | undefined;
}

/** Whose budget it is, and how much of what is spent. */
export type UsedUp = Extract<Hold, { kind: 'budget' }>;

/** The share of a budget at which a person hears of it. */
const warnAt = 0.8;

/** The first budget that is used up: that of the session before that of the day. */
export function usedUp(budgets: Budgets, session: Spent | undefined, day: Spent): UsedUp | undefined {
  return firstOver('session', budgets.session, session ?? nothingSpent) ?? firstOver('day', budgets.day, day);
}

function firstOver(scope: UsedUp['scope'], budget: Budget | undefined, spent: Spent): UsedUp | undefined {
  for (const unit of budgetUnits) {
    const limit = budget?.[unit];
    if (limit !== undefined && spent[unit] >= limit) return { kind: 'budget', scope, unit, spent: spent[unit], limit };
  }
  return undefined;
}

/** Sentences for a person about what a turn has used: each budget of which it was the one that reached four fifths, or all of it. */
export function budgetNews(scope: UsedUp['scope'], budget: Budget | undefined, before: Spent, after: Spent): readonly string[] {
  return budgetUnits.flatMap((unit) => {
    const limit = budget?.[unit];
    if (limit === undefined || limit <= 0) return [];
    const reached = (share: number): boolean => before[unit] < limit * share && after[unit] >= limit * share;
    const amounts = `${amountText(after[unit], unit)} of ${amountText(limit, unit)}`;
    const whose = scope === 'day' ? 'today’s budget' : 'the budget of this session';
    if (reached(1))
      return [`${amounts} used: ${whose} is used up. What you send waits until you raise the budget in the settings, or go on once.`];
    return reached(warnAt) ? [`${amounts} used: that is ${Math.floor((after[unit] / limit) * 100)} % of ${whose}.`] : [];
  });
}
