import { LoomError } from '../base/errors.ts';

/** A JSON value with its place: offsets (UTF-16) into the text that was read. Numbers keep their spelling, so that `1.10` stays `1.10`. */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode>; readonly start: number; readonly end: number }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[]; readonly start: number; readonly end: number }
  | { readonly kind: 'string' | 'number'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'word'; readonly text: string; readonly start: number; readonly end: number };

/** What reading JSON gave: a value, or what was wrong and where. */
export type JsonResult =
  { readonly isValid: true; readonly node: JsonNode } | { readonly isValid: false; readonly message: string; readonly offset: number };

/** What is wrong and where; thrown inside this file only, and caught in it. */
function stop(message: string, offset: number): LoomError {
  return new LoomError('invalid-input', message, { data: offset });
}

const deepest = 64;
const token = /\s*(?:([{}[\],:])|("(?:[^"\\\r\n]|\\.)*")|(-?\d+(?:\.\d+)*(?:[eE][+-]?\d+)?(?![\w.]))|(true|false|null)(?!\w))/uy;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #next(expected: string): { readonly text: string; readonly group: number; readonly start: number; readonly end: number } {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) {
      const offset = this.#at + (/^\s*/u.exec(this.#text.slice(this.#at))?.[0].length ?? 0);
      const found = this.#text.slice(offset, offset + 12).split('\n')[0] ?? '';
      throw stop(
        offset >= this.#text.length ? `The text ends where ${expected} is expected` : `Found "${found}" where ${expected} is expected`,
        offset,
      );
    }
    this.#at = token.lastIndex;
    // The type of a match does not say that a group which took no part is undefined.
    const group = (match as readonly (string | undefined)[]).findIndex((part, index) => index > 0 && part !== undefined);
    const text = match[group] ?? '';
    return { text, group, start: this.#at - text.length, end: this.#at };
  }

  #peek(): string {
    let at = this.#at;
    while (/\s/u.test(this.#text.charAt(at))) at++;
    return this.#text.charAt(at);
  }

  value(depth: number): JsonNode {
    const first = this.#next('a value');
    if (depth > deepest) throw stop('The JSON is nested too deeply', first.start);
    if (first.text === '[') return this.#array(first.start, depth);
    if (first.text === '{') return this.#object(first.start, depth);
    if (first.group === 1) throw stop(`Found "${first.text}" where a value is expected`, first.start);
    if (first.group === 2) return { kind: 'string', text: this.#string(first.text, first.start), start: first.start, end: first.end };
    return { kind: first.group === 3 ? 'number' : 'word', text: first.text, start: first.start, end: first.end };
  }

  #string(quoted: string, start: number): string {
    try {
      return String(JSON.parse(quoted));
    } catch {
      throw stop('This string has an escape that JSON does not know', start);
    }
  }

  #array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    if (this.#peek() === ']') return { kind: 'array', items, start, end: this.#next('"]"').end };
    for (;;) {
      items.push(this.value(depth + 1));
      const after = this.#next('"," or "]"');
      if (after.text === ']') return { kind: 'array', items, start, end: after.end };
      if (after.text !== ',') throw stop(`Found "${after.text}" where "," or "]" is expected`, after.start);
    }
  }

  #object(start: number, depth: number): JsonNode {
    const members = new Map<string, JsonNode>();
    if (this.#peek() === '}') return { kind: 'object', members, start, end: this.#next('"}"').end };
    for (;;) {
      const name = this.#next('a name in quotes');
      if (name.group !== 2) throw stop(`Found "${name.text}" where a name in quotes is expected`, name.start);
      const colon = this.#next('":"');
      if (colon.text !== ':') throw stop(`Found "${colon.text}" where ":" is expected`, colon.start);
      members.set(this.#string(name.text, name.start), this.value(depth + 1));
      const after = this.#next('"," or "}"');
      if (after.text === '}') return { kind: 'object', members, start, end: after.end };
      if (after.text !== ',') throw stop(`Found "${after.text}" where "," or "}" is expected`, after.start);
    }
  }

  end(): void {
    const rest = this.#text.slice(this.#at);
    if (rest.trim() !== '') throw stop('Something follows after the end of the JSON', this.#at + rest.search(/\S/u));
  }
}

/** Reads JSON (RFC 8259) with the place of every value. Never throws; nesting beyond 64 levels is refused. */
export function readJson(text: string): JsonResult {
  try {
    const reader = new Reader(text);
    const node = reader.value(0);
    reader.end();
    return { isValid: true, node };
  } catch (thrown) {
    if (thrown instanceof LoomError) return { isValid: false, message: thrown.message, offset: Number(thrown.data) };
    throw thrown;
  }
}
