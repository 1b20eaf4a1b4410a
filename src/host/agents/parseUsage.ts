import type { Usage } from '../../model/controls.ts';
import type { Tokens } from '../../model/tokens.ts';
import type { Fields } from './fields.ts';
import { countOf, cut, fieldsOf, wordsOf } from './fields.ts';

/** Reads a `usage_update`: how full the agent's window is, and what the session has cost so far. */
export function contextUsageOf(raw: Fields): Usage {
  const used = countOf(raw['used']);
  const size = countOf(raw['size']);
  const cost = fieldsOf(raw['cost']);
  const amount = countOf(cost?.['amount']);
  const currency = wordsOf(cost?.['currency']);
  return {
    ...(used === undefined ? {} : { contextUsed: used }),
    ...(size === undefined ? {} : { contextSize: size }),
    ...(amount === undefined || currency === undefined ? {} : { cost: { amount, currency: cut(currency, 10) } }),
  };
}

/**
 * The tokens of one turn, from the answer to its prompt: `usage`, as Claude's and Codex's adapters, OpenCode and Kilo send it, else
 * `_meta.quota.token_count` of Gemini CLI. All of them begin from zero with each prompt.
 */
export function turnTokensOf(answer: Fields | undefined): Tokens {
  const quota = fieldsOf(fieldsOf(fieldsOf(answer?.['_meta'])?.['quota'])?.['token_count']);
  return tokensOf(fieldsOf(answer?.['usage']) ?? quota);
}

/** The tokens of one answer of a model, which Qwen Code puts into `_meta.usage` of an update; undefined where there are none. */
export function chunkTokensOf(update: unknown): Tokens | undefined {
  const usage = fieldsOf(fieldsOf(fieldsOf(update)?.['_meta'])?.['usage']);
  return usage === undefined ? undefined : tokensOf(usage);
}

function tokensOf(raw: Fields | undefined): Tokens {
  const inputTokens = countOf(raw?.['inputTokens'] ?? raw?.['input_tokens']);
  const outputTokens = countOf(raw?.['outputTokens'] ?? raw?.['output_tokens']);
  const sum = inputTokens === undefined && outputTokens === undefined ? undefined : (inputTokens ?? 0) + (outputTokens ?? 0);
  const totalTokens = countOf(raw?.['totalTokens'] ?? raw?.['total_tokens']) ?? sum;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(totalTokens === undefined ? {} : { totalTokens }),
  };
}
