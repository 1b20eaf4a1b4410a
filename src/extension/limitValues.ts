import type { BudgetUnit } from '../model/hold.ts';
import { budgetUnits, usualCurrency } from '../model/spent.ts';
import { limitDefaults } from '../model/limitDefaults.ts';
import type { TimeName } from '../model/times.ts';
import { problemOfTime, timeNames, timeTable } from '../model/times.ts';
import { InstanceMode } from '../protocol/settings.ts';
import type { LimitSettings } from '../protocol/settings.ts';

/** The values of a setting in the places where it can be set: the person's own first, then those of the workspace. What is not set is undefined. */
export type ReadPlaces = (name: string) => readonly unknown[];

/** A setting that is a number. */
interface NumberSetting {
  readonly name: string;
  /** Null where the host decides. */
  readonly default: number | null;
  /** What is wrong with a value, without the name of the setting. */
  readonly problem: (value: unknown) => string | undefined;
  /** Whether a workspace has a say, which can only make the limit tighter; 0 is no limit. */
  readonly canTighten: boolean;
}

const scopes = ['session', 'day'] as const;

const maxActive: NumberSetting = {
  name: 'maxActiveSessions',
  default: limitDefaults.maxActiveSessions,
  problem: (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1000 ? undefined : 'must be a whole number from 1 to 1000',
  canTighten: true,
};
const memory: NumberSetting = {
  name: 'memoryLimit',
  default: null,
  problem: (value) =>
    value === null || value === 0 || (typeof value === 'number' && value >= 256)
      ? undefined
      : 'must be a number of megabytes from 256, or 0 for no limit',
  canTighten: false,
};

function budget(scope: (typeof scopes)[number], unit: BudgetUnit): NumberSetting {
  return {
    name: `budget.${scope}.${unit}`,
    default: 0,
    problem: (value) => (typeof value === 'number' && value >= 0 ? undefined : 'must be a number, or 0 for no limit'),
    canTighten: true,
  };
}

function time(name: TimeName): NumberSetting {
  return { name: `times.${name}`, default: timeTable[name].seconds, problem: (value) => problemOfTime(name, value), canTighten: false };
}

/** All settings of limits that are numbers. */
export const numberSettings: readonly NumberSetting[] = [
  maxActive,
  memory,
  ...scopes.flatMap((scope) => budgetUnits.map((unit) => budget(scope, unit))),
  ...timeNames.map(time),
];

/** The limits for the host, and a sentence for each value that cannot be used. A workspace may only tighten. */
export function limitsFrom(read: ReadPlaces): { readonly limits: LimitSettings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const given = (setting: NumberSetting): number | null => numberFrom(setting, read(setting.name), problems);
  const number = (setting: NumberSetting): number => given(setting) ?? 0;
  const memoryMb = given(memory);
  const instances = read('instances')[0];
  if (instances !== undefined && !InstanceMode.safeParse(instances).success)
    problems.push(`sessionLoom.instances is ${JSON.stringify(instances)}, and must be "shared" or "perSession". "shared" is used.`);
  const ends = read('times.endLongCommands')[0];
  if (ends !== undefined && typeof ends !== 'boolean')
    problems.push(`sessionLoom.times.endLongCommands is ${JSON.stringify(ends)}, and must be true or false. false is used.`);
  const letTurnsEnd = read('budget.letTurnsEnd');
  if (letTurnsEnd[0] !== undefined && typeof letTurnsEnd[0] !== 'boolean')
    problems.push(`sessionLoom.budget.letTurnsEnd is ${JSON.stringify(letTurnsEnd[0])}, and must be true or false. false is used.`);
  const [currency] = read('budget.currency');
  const isCurrency = typeof currency === 'string' && /^[A-Z]{3}$/.test(currency);
  if (currency !== undefined && !isCurrency)
    problems.push(
      `sessionLoom.budget.currency is ${JSON.stringify(currency).slice(0, 60)}, and must be three capital letters, as "EUR". "${usualCurrency}" is used.`,
    );
  const budgetOf = (scope: (typeof scopes)[number]): Partial<Record<BudgetUnit, number>> =>
    Object.fromEntries(budgetUnits.map((unit) => [unit, number(budget(scope, unit))] as const).filter(([, limit]) => limit > 0));
  return {
    limits: {
      maxActiveSessions: number(maxActive),
      instances: InstanceMode.safeParse(instances).data ?? 'shared',
      budget: { session: budgetOf('session'), day: budgetOf('day'), currency: isCurrency ? currency : usualCurrency },
      // A workspace can only have turns stopped that would go on.
      letTurnsEnd: letTurnsEnd[0] === true && !letTurnsEnd.slice(1).includes(false),
      ...(memoryMb === null ? {} : { memoryMb }),
      times: Object.fromEntries(timeNames.map((name) => [name, number(time(name))])),
      endLongCommands: ends === true,
    },
    problems,
  };
}

function numberFrom(setting: NumberSetting, values: readonly unknown[], problems: string[]): number | null {
  const usable = (setting.canTighten ? values : values.slice(0, 1)).flatMap((value) => {
    if (value === undefined || (value === null && setting.default === null)) return [];
    const problem = setting.problem(value);
    if (problem === undefined) return [Number(value)];
    problems.push(`sessionLoom.${setting.name} is ${JSON.stringify(value).slice(0, 60)}, and ${problem}. It is left out.`);
    return [];
  });
  const own = values[0] === undefined || setting.problem(values[0]) !== undefined ? [setting.default] : [];
  const all = [...own, ...usable].filter((value) => value !== null);
  return all.reduce<number | null>(
    (tightest, value) => (tightest === null || tightest === 0 || (value !== 0 && value < tightest) ? value : tightest),
    null,
  );
}
