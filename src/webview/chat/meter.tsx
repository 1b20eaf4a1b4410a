import type { JSX } from 'preact';
import { usePage, useSession } from '../page/page.ts';
import { short, t } from '../page/words.ts';

/** How full the agent's window is, and what the session has cost, as far as the agent tells. */
export function Meter(): JSX.Element | null {
  const page = usePage();
  const usage = useSession((state) => state.usage);
  const { contextUsed, contextSize, cost, inputTokens, outputTokens, totalTokens } = usage;
  const lines: string[] = [];
  if (inputTokens !== undefined) lines.push(t('{0} tokens in', short(inputTokens)));
  if (outputTokens !== undefined) lines.push(t('{0} tokens out', short(outputTokens)));
  if (totalTokens !== undefined) lines.push(t('{0} tokens in all', short(totalTokens)));
  const part =
    contextUsed !== undefined && contextSize !== undefined && contextSize > 0 ? Math.min(1, contextUsed / contextSize) : undefined;
  if (part !== undefined) lines.unshift(t('{0} of {1} tokens of context', short(contextUsed ?? 0), short(contextSize ?? 0)));
  const price = cost === undefined ? undefined : money(cost.amount, cost.currency, page.settings.value.locale);
  if (part === undefined && price === undefined && lines.length === 0) return null;
  const percent = part === undefined ? undefined : Math.round(part * 100);
  return (
    <span class="meter" title={[...lines, ...(price === undefined ? [] : [t('Cost: {0}', price)])].join('\n')}>
      {percent !== undefined && (
        <>
          <meter min={0} max={100} high={80} value={percent} aria-label={t('Context used')} />
          <span>{`${percent} %`}</span>
        </>
      )}
      {percent === undefined && totalTokens !== undefined && <span>{short(totalTokens)}</span>}
      {price !== undefined && <span>{price}</span>}
    </span>
  );
}

function money(amount: number, currency: string, locale: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: amount < 1 ? 3 : 2 }).format(amount);
  } catch {
    return `${amount.toFixed(2)} ${currency.slice(0, 10)}`;
  }
}
