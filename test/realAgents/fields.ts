/** Reading JSON of strangers: what is not there, or is something else, is undefined or empty. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields, or undefined where it is none. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The objects of a list; empty where it is none. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((item) => item !== undefined) : [];
}

/** A text, or undefined where it is none. */
export function wordsOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
