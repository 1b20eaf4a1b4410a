import type { Translate } from '../translate.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago an instant (ISO 8601) was, in the fewest words: "now", "5 min", "3 h", "2 d", "4 wk". Empty for what is no instant. */
export function ageOf(instant: string, now: number, t: Translate): string {
  const since = now - Date.parse(instant);
  if (Number.isNaN(since)) return '';
  if (since < minute) return t('now');
  if (since < hour) return t('{0} min', Math.floor(since / minute));
  if (since < day) return t('{0} h', Math.floor(since / hour));
  if (since < 28 * day) return since < 7 * day ? t('{0} d', Math.floor(since / day)) : t('{0} wk', Math.floor(since / (7 * day)));
  return t('{0} mo', Math.floor(since / (30 * day)) || 1);
}

/** The days of a list by date. */
export type DayGroup = 'today' | 'yesterday' | 'week' | 'month' | 'older';

/** Which group of days an instant belongs to, by the local calendar of `now`. */
export function dayGroupOf(instant: string, now: number): DayGroup {
  const today = new Date(now);
  today.setHours(0, 0, 0, 0);
  const before = today.getTime() - Date.parse(instant);
  if (Number.isNaN(before)) return 'older';
  if (before <= 0) return 'today';
  if (before <= day) return 'yesterday';
  if (before <= 7 * day) return 'week';
  return before <= 30 * day ? 'month' : 'older';
}
