import assert from 'node:assert/strict';
import { limitIn } from '../../../src/host/agents/agentLimit.ts';

const now = new Date(2026, 10, 21, 10, 0, 0).getTime();
const seconds = (count: number): { kind: 'rate'; until: number } => ({ kind: 'rate', until: now + count * 1000 });
const failed = (message: string, data?: unknown): Error => Object.assign(new Error(message), { code: -32603, data });

function check(thrown: unknown, expected: unknown): void {
  assert.deepEqual(limitIn(thrown, now), expected);
}

describe('R6.9 R6.12 What an agent says of the limits of its provider', () => {
  it('is read with its time, whether that stands in words or in fields', () => {
    check(failed('Rate limit reached for requests. Please try again in 20s.'), seconds(20));
    check(failed('429 Too Many Requests: retry after 1m30s'), seconds(90));
    check(failed('rate_limit_error: try again in 1.5 seconds'), seconds(1.5));
    check(failed('Internal error', { error: { type: 'rate_limit_error' }, retry_after: '30' }), seconds(30));
    check(failed('Internal error', { status: 429, headers: { 'retry-after': 12 } }), seconds(12));
    check(failed('Resource exhausted', { details: [{ '@type': 'RetryInfo', retryDelay: '41.5s' }] }), seconds(41.5));
    check(failed('You exceeded your current quota. Please retry in 2 minutes.'), seconds(120));
  });

  it('is read with the time of a clock, today or tomorrow', () => {
    check(failed('Usage limit reached. Try again at 10:30.'), seconds(1800));
    check(failed('Usage limit reached, it resets at 9:30 am'), seconds(23.5 * 3600));
    check(failed('Rate limited until 3pm'), seconds(5 * 3600));
    check(failed(`usage limit reached|${String((now + 60_000) / 1000)}`), seconds(60));
    check(failed(`Too many requests, try again at ${new Date(now + 5000).toISOString()}`), seconds(5));
    check(failed('Too many requests', { resetsAt: (now + 7000) / 1000 }), seconds(7));
  });

  it('is a limit without a time where it names none, and a used up quota needs a person', () => {
    check(failed('Too many requests'), { kind: 'rate' });
    check(failed('insufficient_quota: check your plan and billing details'), { kind: 'quota' });
    check(failed('Your credit balance is too low to access the API.'), { kind: 'quota' });
    check(failed('Monthly limit reached. Try again in 20 days.'), { kind: 'quota' });
  });

  it('is not seen in any other failure, however large or deep', () => {
    check(failed('The file at line 429x was not found at 10:30'), undefined);
    check(failed('Internal error', { a: { b: { c: { d: { e: { f: 'rate limit' } } } } } }), undefined);
    check(failed('The model is overloaded'), undefined);
    check('x'.repeat(200_000), undefined);
    check(undefined, undefined);
  });
});
