/** The translations that the extension may put into the page as `<script type="application/json" id="l10n">`: English text to local text. */
function readBundle(): Readonly<Record<string, string>> {
  const element = document.getElementById('l10n');
  if (element === null) return {};
  try {
    return JSON.parse(element.textContent) as Readonly<Record<string, string>>;
  } catch {
    return {};
  }
}

const bundle = readBundle();

/** A text in the person's language; `{0}` and so on are replaced by the values. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  return (bundle[text] ?? text).replace(/\{(\d)\}/g, (_match, index: string) => String(values[Number(index)] ?? ''));
}

/** A length of time such as `4 s`, `2 min 5 s` or `1 h 3 min`. Undefined where an end is missing or nonsense. */
export function duration(from: string | undefined, to: string | undefined): string | undefined {
  if (from === undefined || to === undefined) return undefined;
  const milliseconds = Date.parse(to) - Date.parse(from);
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? length(milliseconds) : undefined;
}

/** The same for a length in milliseconds. */
export function length(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('{0} min {1} s', minutes, seconds % 60);
  return t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

/** Date and time in the person's language. */
export function instant(at: string, locale: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  try {
    return date.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  } catch {
    return date.toLocaleString();
  }
}

/** The time of day in the person's language, without seconds; the text itself where it is no instant. */
export function timeOfDay(at: string, locale: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  try {
    return date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  } catch {
    return date.toLocaleTimeString();
  }
}

/** A number of bytes or tokens, shortened: `950`, `12k`, `1.2M`. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  if (count < 1_000_000) return `${String(Math.round(count / 100) / 10).replace(/\.0$/, '')}k`;
  return `${String(Math.round(count / 100_000) / 10)}M`;
}
