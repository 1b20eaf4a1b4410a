/** The arithmetic of the benchmark: many measurements in, the few numbers that are shown out. */

/** The smallest value that at least this share (0 to 1) of the values does not exceed: the nearest rank, never an interpolation. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('There is nothing to take a percentile of.');
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[index] ?? Number.NaN;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Runs something `warmUps` times for nothing and then `times` times for its results, one after the other. */
export async function repeat<T>(times: number, warmUps: number, run: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = -warmUps; round < times; round++) {
    const result = await run(round + warmUps);
    if (round >= 0) results.push(result);
  }
  return results;
}

/** Milliseconds that something took. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
