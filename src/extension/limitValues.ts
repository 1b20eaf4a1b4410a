import type { BudgetUnit } from '../model/hold.ts';
import { budgetUnits } from '../model/spent.ts';
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
  readonly default: number;
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
  default: limitDefaults.memoryMb,
  problem: (value) =>
    value === 0 || (typeof value === 'number' && value >= 256) ? undefined : 'must be a number of megabytes from 256, or 0 for no limit',
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
  const number = (setting: NumberSetting): number => numberFrom(setting, read(setting.name), problems);
  const instances = read('instances')[0];
  if (instances !== undefined && !InstanceMode.safeParse(instances).success)
    problems.push(`sessionLoom.instances is ${JSON.stringify(instances)}, and must be "shared" or "perSession". "shared" is used.`);
  const ends = read('times.endLongCommands')[0];
  if (ends !== undefined && typeof ends !== 'boolean')
    problems.push(`sessionLoom.times.endLongCommands is ${JSON.stringify(ends)}, and must be true or false. false is used.`);
  const budgetOf = (scope: (typeof scopes)[number]): Partial<Record<BudgetUnit, number>> =>
    Object.fromEntries(budgetUnits.map((unit) => [unit, number(budget(scope, unit))] as const).filter(([, limit]) => limit > 0));
  return {
    limits: {
      maxActiveSessions: number(maxActive),
      instances: InstanceMode.safeParse(instances).data ?? 'shared',
      budget: { session: budgetOf('session'), day: budgetOf('day') },
      memoryMb: number(memory),
      times: Object.fromEntries(timeNames.map((name) => [name, number(time(name))])),
      endLongCommands: ends === true,
    },
    problems,
  };
}

function numberFrom(setting: NumberSetting, values: readonly unknown[], problems: string[]): number {
  const usable = (setting.canTighten ? values : values.slice(0, 1)).flatMap((value) => {
    if (value === undefined) return [];
    const problem = setting.problem(value);
    if (problem === undefined) return [Number(value)];
    problems.push(`sessionLoom.${setting.name} is ${JSON.stringify(value).slice(0, 60)}, and ${problem}. It is left out.`);
    return [];
  });
  const own = values[0] === undefined || setting.problem(values[0]) !== undefined ? [setting.default] : [];
  return [...own, ...usable].reduce((tightest, value) => (tightest === 0 || (value !== 0 && value < tightest) ? value : tightest));
}
