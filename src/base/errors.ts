/**
 * The one error class of the product. `base` knows nothing of the product, of Node or of a browser.
 */

/** Every reason for which a promise of this product can be broken. A caller branches on the code, never on the message. */
export type ErrorCode =
  | 'invalid-input'
  | 'not-found'
  | 'not-allowed'
  | 'conflict'
  | 'unavailable'
  | 'disconnected'
  | 'timeout'
  | 'cancelled'
  | 'damaged'
  | 'storage'
  | 'git'
  | 'agent'
  | 'version'
  | 'running-elsewhere'
  | 'internal';

/** An error that a person can act on: `message` says what happened and what to do, `data` is JSON for programs. */
export class LoomError extends Error {
  override readonly name = 'LoomError';
  readonly code: ErrorCode;
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, options: { readonly data?: unknown; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data;
  }
}

/** The text of anything that was thrown, for a log line or as context of another error. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : JSON.stringify(thrown);
}

/** Closes a switch over a union: a new member without a case is a type error, and at run time says what came. */
export function assertNever(value: never): never {
  throw new LoomError('internal', `No case handles ${JSON.stringify(value)}.`);
}
