/** When an agent that keeps ending is started again: a decision over times of a clock that only goes forward, in milliseconds. */

/** So many ends within this time are a loop. */
const most = 3;
const withinMs = 60_000;
/** The first pause, which doubles with each end that follows, up to the longest; after a quiet time all is forgotten. */
const firstPauseMs = 30_000;
const longestPauseMs = 300_000;
const forgetMs = 600_000;

/** The ends of one agent so far. */
export interface Crashes {
  readonly at: readonly number[];
  /** How often in a row it was paused. */
  readonly pauses: number;
  readonly pausedUntil: number;
}

export const noCrashes: Crashes = { at: [], pauses: 0, pausedUntil: 0 };

/** The ends with one more. */
export function afterCrash(before: Crashes, now: number): Crashes {
  const last = before.at.at(-1);
  const known = last !== undefined && now - last > forgetMs ? noCrashes : before;
  const at = [...known.at.filter((each) => now - each < withinMs), now];
  // After a pause one more end is enough: nothing has become better.
  if (at.length < most && known.pauses === 0) return { ...known, at };
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** known.pauses);
  return { at, pauses: known.pauses + 1, pausedUntil: now + pause };
}

/** For how many milliseconds the agent is not started yet; 0 where it may be. */
export function pauseLeft(crashes: Crashes, now: number): number {
  return Math.max(0, crashes.pausedUntil - now);
}
