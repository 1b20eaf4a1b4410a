import { messageOf } from '../../base/errors.ts';
import type { AgentLimit } from './agentPort.ts';
import { fieldsOf, listOf } from './fields.ts';

/** What an error of an agent says in all its parts. */
interface Said {
  /** Messages, codes and names, one a line. */
  readonly text: string;
  /** When to try again, as far as a field says it; milliseconds since 1970. */
  readonly until: number | undefined;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A time that is further away is nothing that one waits for. */
const longest = 7 * day;
/** How deep an error is looked into, and how much of its text. */
const deepest = 5;
const mostText = 20_000;

const units: Readonly<Record<string, number>> = { ms: 1, s: second, m: minute, h: hour, d: day };

/** Where a number of seconds or a text as `20s` may stand, beside fields whose unit is in their name. */
const inFields: Readonly<Record<string, number>> = {
  retryafter: second,
  retryafterseconds: second,
  retryafterms: 1,
  retrydelay: second,
  retrydelayms: 1,
  retryinfo: second,
};
const atFields = new Set(['resetsat', 'resetat', 'resettime', 'retryat', 'ratelimitreset']);

const quotaWords =
  /insufficient[_ ]quota|quota[_ ]exceeded|exceeded (?:your|the) (?:current |monthly |daily )?quota|credit balance is too low|out of credits|insufficient (?:credits?|funds|balance)|billing[_ ](?:hard[_ ])?limit|payment required|(?:monthly|weekly|daily|spending|usage) limit (?:is |was |has been )?(?:reached|exceeded)/i;
const rateWords = /rate[_ -]?limit|too many requests|resource[_ ]exhausted|\b429\b/i;

/** `in 20s`, `in 1m30s`, `after 20 seconds`, `in 2 hours`. */
const inText =
  /(?:in|after|for)\s+(?:about\s+|approximately\s+)?((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])\s*)+)/i;
const part = /(\d+(?:\.\d+)?)\s*([a-z]+)/gi;
/** `at 10:30`, `at 10:30 pm`, `until 10:30 UTC`, `at 3pm`. */
const atText = /(?:at|until)\s+(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*(am|pm)?(?:\s*\(?(utc|gmt|z)\b)?/i;
const instantText = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})/;
/** `usage limit reached|1764000000`: seconds since 1970 behind a bar. */
const epochText = /\|\s*(\d{10}|\d{13})\b/;

/**
 * Whether an error says that the provider of an agent takes nothing more for now, and until when. Agents pass on what their providers say, in
 * words and fields of many kinds, so the words are all there is to go by. A time counts more than the word "quota": who says one takes more then.
 * `now` in milliseconds since 1970.
 */
export function limitIn(thrown: unknown, now: number): AgentLimit | undefined {
  const { text, until: told } = saidIn(thrown, now, deepest);
  const isQuota = quotaWords.test(text);
  if (!isQuota && !rateWords.test(text)) return undefined;
  const until = told ?? untilIn(text, now);
  if (until !== undefined && until - now <= longest) return { kind: 'rate', until: Math.max(now, until) };
  return isQuota ? { kind: 'quota' } : { kind: 'rate' };
}

function saidIn(value: unknown, now: number, depth: number): Said {
  if (typeof value === 'string' || typeof value === 'number') return { text: String(value).slice(0, mostText), until: undefined };
  const isError = value instanceof Error;
  const fields: Readonly<Record<string, unknown>> | undefined = isError
    ? { message: messageOf(value), code: 'code' in value ? value.code : undefined, data: 'data' in value ? value.data : undefined }
    : (fieldsOf(value) ?? (Array.isArray(value) ? Object.fromEntries(listOf(value).slice(0, 20).entries()) : undefined));
  if (fields === undefined || depth === 0) return { text: '', until: undefined };
  let text = '';
  let until: number | undefined;
  for (const [name, inside] of Object.entries(fields)) {
    until ??= untilOf(name, inside, now);
    const said = saidIn(inside, now, depth - 1);
    until ??= said.until;
    if (text.length < mostText) text += `${said.text}\n`;
  }
  return { text, until };
}

function untilOf(name: string, value: unknown, now: number): number | undefined {
  const plain = name.toLowerCase().replace(/[-_]/g, '');
  const unit = inFields[plain];
  if (unit !== undefined && (typeof value === 'number' || typeof value === 'string')) {
    const number = Number(value);
    if (Number.isFinite(number) && String(value).trim() !== '') return now + number * unit;
    return typeof value === 'string' ? (lengthIn(value) === 0 ? undefined : now + lengthIn(value)) : undefined;
  }
  if (!atFields.has(plain)) return undefined;
  if (typeof value === 'number') return value < 1e12 ? value * second : value;
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function untilIn(text: string, now: number): number | undefined {
  const length = inText.exec(text)?.[1];
  if (length !== undefined) return now + lengthIn(length);
  const instant = instantText.exec(text)?.[0];
  if (instant !== undefined && !Number.isNaN(Date.parse(instant))) return Date.parse(instant);
  const epoch = epochText.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * (epoch.length === 10 ? second : 1);
  return clockIn(text, now);
}

function lengthIn(text: string): number {
  let length = 0;
  for (const [, number, word = ''] of text.matchAll(part)) {
    const unit = units[word.startsWith('ms') || word.startsWith('milli') ? 'ms' : (word[0] ?? '').toLowerCase()];
    length += Number(number) * (unit ?? 0);
  }
  return length;
}

/** The next time that a clock shows so: the machine's own, unless UTC is named. */
function clockIn(text: string, now: number): number | undefined {
  const found = atText.exec(text);
  if (found === null || (found[2] === undefined && found[3] === undefined)) return undefined;
  const half = found[3]?.toLowerCase();
  const hours = (Number(found[1]) % (half === undefined ? 24 : 12)) + (half === 'pm' ? 12 : 0);
  const at = new Date(now);
  if (found[4] === undefined) at.setHours(hours, Number(found[2] ?? 0), 0, 0);
  else at.setUTCHours(hours, Number(found[2] ?? 0), 0, 0);
  return at.getTime() <= now ? at.getTime() + day : at.getTime();
}
