/** The table of the benchmark, for a terminal and for the README. */
import type { Goal, Reading, Unit, Verdict } from './figure.ts';
import { judge, numbersOf } from './figure.ts';

/** What came of one figure: its readings, or why there are none. */
export interface Outcome {
  readonly figure: string;
  readonly seconds: number;
  readonly readings: readonly Reading[];
  readonly failure?: string;
}

/** When and on what the figures were taken. */
export interface Surroundings {
  readonly at: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly commit?: string;
}

const columns = ['quantity', 'p50', 'p95', 'anchor of the same run', 'ratio', 'goal', ''] as const;

const marks: Readonly<Record<Verdict, string>> = { met: 'met', missed: 'missed', far: 'MISSED', none: '' };

/** A number with its unit, with about three digits that mean something. */
export function formatNumber(value: number, unit: Unit): string {
  const digits = unit === '' || value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  const number = new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value);
  return unit === '' ? number : `${number}${unit === '%' || unit === '/s' ? unit : ` ${unit}`}`;
}

function formatGoal(goal: Goal, unit: Unit, isSampled: boolean): string {
  const sign = goal.least === true ? '≥' : '≤';
  if (goal.of === 'ratio') return `ratio ${sign} ${String(goal.limit)}`;
  const amount = `${sign} ${formatNumber(goal.limit, unit)}`;
  return isSampled ? `${goal.of} ${amount}` : amount;
}

function cells(reading: Reading): readonly string[] {
  const { p50, p95, value, ratio } = numbersOf(reading);
  const { unit, anchor, goals } = reading;
  const shown = (number: number | undefined): string => (number === undefined ? '' : formatNumber(number, unit));
  return [
    reading.note === undefined ? reading.quantity : `${reading.quantity} (${reading.note})`,
    shown(value ?? p50),
    shown(p95),
    anchor === undefined ? '' : `${formatNumber(anchor.value, unit)} ${anchor.what}`,
    ratio === undefined ? '' : ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0),
    goals.map((goal) => formatGoal(goal, unit, reading.samples !== undefined)).join(', '),
    marks[judge(reading)],
  ];
}

function rows(outcomes: readonly Outcome[]): readonly (readonly string[])[] {
  return outcomes.flatMap(({ figure, readings, failure }) => [
    ...readings.map(cells),
    ...(failure === undefined ? [] : [[`${figure}: could not be measured: ${failure.split('\n')[0] ?? ''}`, '', '', '', '', '', 'FAILED']]),
  ]);
}

/** The table with columns of equal width. */
export function terminalTable(outcomes: readonly Outcome[]): string {
  const all = [columns, ...rows(outcomes)];
  const widths = columns.map((_, column) => Math.min(72, Math.max(...all.map((row) => (row[column] ?? '').length))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(columns), widths.map((width) => '─'.repeat(width)).join('  '), ...all.slice(1).map(line)].join('\n');
}

/** The table as markdown, with a line below that says where the figures come from. */
export function markdownTable(outcomes: readonly Outcome[], around: Surroundings): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const { processor, cores, memoryGb, system, node, at } = around;
  const place = [`${String(cores)} × ${processor}`, `${String(memoryGb)} GB`, system, `Node ${node}`];
  const align = columns.map((_, column) => (column === 0 || column === 3 || column === 5 ? '---' : '---:'));
  return [
    line(columns),
    line(align),
    ...rows(outcomes).map(line),
    '',
    `Measured ${at.slice(0, 10)} with \`npm run bench\`: ${place.join(', ')}.`,
    '',
  ].join('\n');
}

/** Everything as data: the numbers, the samples behind them, and how they stand to their goals. */
export function asJson(outcomes: readonly Outcome[], around: Surroundings): string {
  const figures = outcomes.map((outcome) => ({
    ...outcome,
    readings: outcome.readings.map((reading) => ({ ...reading, ...numbersOf(reading), verdict: judge(reading) })),
  }));
  return `${JSON.stringify({ surroundings: around, figures }, undefined, 1)}\n`;
}

/** Whether a check of changes may pass: everything was measured, no ratio is missed, no absolute goal is missed twofold. */
export function mayPass(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ readings, failure }) => failure === undefined && readings.every((reading) => judge(reading) !== 'far'));
}
