import { LoomError } from '../../base/errors.ts';

/** Takes values that nobody may read out of a text. */
export type Mask = (text: string) => string;

/** Shorter values are words, and would be taken out of every sentence. */
const shortest = 6;

/** Replaces these values by dots wherever they stand. */
export function maskOf(values: readonly string[]): Mask {
  const secrets = values.filter((value) => value.length >= shortest).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '•••'), text);
}

/** The error with a masked message, where that changes it. What caused it is left out then, since it says the same. */
export function maskedError<Thrown>(error: Thrown, mask: Mask): Thrown | LoomError {
  if (!(error instanceof LoomError)) return error;
  const message = mask(error.message);
  return message === error.message ? error : new LoomError(error.code, message, { data: error.data });
}
