import { visibleLine } from './clean.ts';

type Scalar = string | number | boolean;
/** What a line of front matter can hold. A field that is undefined is left out. */
export type FrontMatterValue = Scalar | readonly Scalar[] | Readonly<Record<string, Scalar>> | undefined;

/**
 * A block of YAML between `---` lines. Texts are always in double quotes and on one line, which is the same in YAML and in JSON, so no value
 * can end the block, begin a field or become anything but a text. The names are ours.
 */
export function frontMatter(fields: Readonly<Record<string, FrontMatterValue>>): string {
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${valueOf(value)}`]));
  return `---\n${lines.join('\n')}\n---`;
}

/** A text of the front matter at the top of a page, or undefined where there is none of this name. */
export function frontMatterText(markdown: string, name: string): string | undefined {
  const value = frontMatterValue(markdown, name);
  return typeof value === 'string' ? value : undefined;
}

/** Any value of the front matter at the top of a page as it was written there: text, number, truth, list or table. Undefined where there is none. */
export function frontMatterValue(markdown: string, name: string): unknown {
  if (!markdown.startsWith('---\n')) return undefined;
  const end = markdown.indexOf('\n---', 4);
  const line = markdown
    .slice(4, end === -1 ? undefined : end)
    .split('\n')
    .find((text) => text.startsWith(`${name}: `));
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line.slice(name.length + 2));
  } catch {
    // Somebody else wrote this line; then the page does not say it.
    return undefined;
  }
}

function valueOf(value: Exclude<FrontMatterValue, undefined>): string {
  if (typeof value !== 'object') return scalar(value);
  if (isList(value)) return `[${value.map(scalar).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([name, inner]) => `${scalar(name)}: ${scalar(inner)}`)
    .join(', ')}}`;
}

function isList(value: object): value is readonly Scalar[] {
  return Array.isArray(value);
}

function scalar(value: Scalar): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '0';
  return typeof value === 'boolean' ? String(value) : JSON.stringify(visibleLine(value));
}
