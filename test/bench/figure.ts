/** What a figure of the benchmark is: something that is measured on a ground, and the readings that come of it. */
import type { Ground } from './ground.ts';
import { median, percentile } from './samples.ts';

/** The unit of a reading, as it is shown. */
export type Unit = 'ms' | 's' | 'MB' | 'kB' | '%' | '/s' | '';

/** A promise of the product about one number of a reading. A ratio is the number over its anchor. `least`: the number must not be smaller. */
export interface Goal {
  readonly of: 'p50' | 'p95' | 'value' | 'ratio';
  readonly limit: number;
  readonly least?: boolean;
}

/** Something that was measured in the same run, so that the reading can be judged on any machine. Same unit as the reading. */
export interface Anchor {
  readonly what: string;
  readonly value: number;
}

/** One line of the table. It has `samples`, of which the median and the 95th percentile are shown, or one `value`. */
export interface Reading {
  readonly quantity: string;
  readonly unit: Unit;
  readonly samples?: readonly number[];
  readonly value?: number;
  readonly anchor?: Anchor;
  readonly goals: readonly Goal[];
  /** What one must know to read the number rightly. */
  readonly note?: string;
}

/** A measurement. `name` is what is said on the command line; `needs` orders the run: what needs a window comes last. */
export interface Figure {
  readonly name: string;
  readonly needs: 'programs' | 'window';
  /** Left out unless it is asked for by name. */
  readonly onlyByName?: boolean;
  measure(ground: Ground): Promise<readonly Reading[]>;
}

/** How a reading stands to its goals. `far` is what a check of changes fails on: a ratio that is missed, or an absolute goal missed twofold. */
export type Verdict = 'met' | 'missed' | 'far' | 'none';

/** The numbers of a reading by the names that goals use. */
export function numbersOf(reading: Reading): Readonly<Partial<Record<Goal['of'], number>>> {
  const { samples, value, anchor } = reading;
  const p50 = samples === undefined ? undefined : median(samples);
  const main = value ?? p50;
  return {
    ...(samples === undefined || p50 === undefined ? {} : { p50, p95: percentile(samples, 0.95) }),
    ...(value === undefined ? {} : { value }),
    ...(anchor === undefined || main === undefined || anchor.value === 0 ? {} : { ratio: main / anchor.value }),
  };
}

/** Judges one goal. A number that is missing, or no number, misses its goal by far. */
export function judgeGoal(reading: Reading, goal: Goal): Exclude<Verdict, 'none'> {
  const number = numbersOf(reading)[goal.of];
  if (number === undefined || Number.isNaN(number)) return 'far';
  const least = goal.least === true;
  if (least ? number >= goal.limit : number <= goal.limit) return 'met';
  if (goal.of === 'ratio') return 'far';
  return (least ? number * 2 >= goal.limit : number <= goal.limit * 2) ? 'missed' : 'far';
}

/** Judges all goals of a reading: the worst counts. */
export function judge(reading: Reading): Verdict {
  const verdicts = reading.goals.map((goal) => judgeGoal(reading, goal));
  return (['far', 'missed', 'met'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'none';
}
