import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  ExponentialBackoff,
  circuitBreaker,
  handleWhen,
  noJitterGenerator,
  retry,
  wrap,
} from 'cockatiel';
import { LoomError } from '../../base/errors.ts';
import { unlessAborted } from '../unlessAborted.ts';
import { isLoginFailure } from './failures.ts';
import { fieldsOf } from './fields.ts';

/** How often and how patiently a login is tried. Milliseconds. */
export interface LoginTimes {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Logins in a row that may fail before none is tried for a while. */
  readonly failures: number;
  readonly pauseMs: number;
}

/** R5.2: three attempts, 1 s between the first two and then twice as long, 30 s at most. */
export const loginTimes: LoginTimes = { attempts: 3, firstDelayMs: 1000, longestDelayMs: 30_000, failures: 3, pauseMs: 60_000 };

/** Runs logins of one agent. */
export type LoginPolicy = <T>(login: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * Tries a login again where that can help, and lets none through for a while after several in a row have failed. Rejects with the last error, or
 * with `unavailable` while none is let through. Never goes on by itself: each login has at most so many attempts.
 */
export function loginPolicy(name: string, times: LoginTimes = loginTimes): LoginPolicy {
  const again = retry(handleWhen(isRetryable), {
    maxAttempts: times.attempts - 1,
    backoff: new ExponentialBackoff({
      initialDelay: times.firstDelayMs,
      maxDelay: times.longestDelayMs,
      exponent: 2,
      generator: noJitterGenerator,
    }),
  }).dangerouslyUnref();
  const breaker = circuitBreaker(
    // That a person has given up says nothing of the agent.
    handleWhen((error) => !isCancelled(error)),
    { halfOpenAfter: times.pauseMs, breaker: new ConsecutiveBreaker(times.failures) },
  );
  const policy = wrap(breaker, again);
  return async (login, signal) => {
    try {
      const running = policy.execute(({ signal: stop }) => {
        if (stop.aborted) throw new LoomError('cancelled', 'The login was cancelled.');
        return login(stop);
      }, signal);
      // Between two attempts the library does not hear the signal.
      return await unlessAborted(running, signal);
    } catch (error) {
      if (signal?.aborted === true) throw new LoomError('cancelled', 'The login was cancelled.', { cause: error });
      if (!(error instanceof BrokenCircuitError)) throw error;
      const seconds = Math.round(times.pauseMs / 1000);
      throw new LoomError(
        'unavailable',
        `Signing in to the agent “${name}” has failed ${times.failures} times in a row. Check its account, and try again in ${seconds} seconds.`,
        { cause: error },
      );
    }
  };
}

/** JSON-RPC's codes for what will be answered in the same way again: no such method, wrong parameters. */
const finalCodes: ReadonlySet<unknown> = new Set([-32600, -32601, -32602]);

/** Whether another attempt can end otherwise: a time limit and an error inside of the agent can, a refusal or an agent that has ended cannot. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof LoomError)) return false;
  if (error.code === 'timeout') return true;
  return error.code === 'agent' && !isLoginFailure(error) && !finalCodes.has(fieldsOf(error.data)?.['rpc']);
}

function isCancelled(error: unknown): boolean {
  return error instanceof LoomError && error.code === 'cancelled';
}
