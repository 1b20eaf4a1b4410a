import type { Usage } from './controls.ts';

/** Tokens as agents count them. */
export type Tokens = Pick<Usage, 'inputTokens' | 'outputTokens' | 'totalTokens'>;

/** Both together; what neither counts is missing. */
export function addTokens(one: Tokens, other: Tokens): Tokens {
  const sum = (name: keyof Tokens): Tokens =>
    one[name] === undefined && other[name] === undefined ? {} : { [name]: (one[name] ?? 0) + (other[name] ?? 0) };
  return { ...sum('inputTokens'), ...sum('outputTokens'), ...sum('totalTokens') };
}
