import type { ProseLine } from './prose.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';

/**
 * One acceptance criterion. `number` is the number **as written** (`5` in the list `1, 2, 4, 5`), `id` how references name it (`2.5`);
 * `label` is a label of its own (`AC-2.1`). `isCounted` says that no usable number is written and the place in the list is the number.
 * `text` is the first line; `details` are the lines that follow it and belong to it.
 */
export interface Criterion {
  readonly id: string;
  readonly number: string;
  readonly label?: string;
  readonly isCounted: boolean;
  readonly text: string;
  readonly details: readonly string[];
  readonly range: Range;
  readonly idRange: Range;
  readonly textRange: Range;
}

/** The way in which a line is a criterion. Dotted ids are tried first, so that `2.1 The x` is never item 2 of a list. */
export type CriterionForm = 'dotted' | 'labelled' | 'ordered' | 'checkbox' | 'bullet';

/** A line that has the form of a criterion; columns are those of the line. `written` is the id or number, '' for bullets. */
export interface CriterionLine {
  readonly form: CriterionForm;
  readonly indent: number;
  readonly written: string;
  readonly writtenStart: number;
  readonly textStart: number;
}

const forms: readonly (readonly [CriterionForm, RegExp])[] = [
  ['dotted', /^(\s*(?:[-*+]\s+)?(?:\*\*)?)(\d+(?:\.\d+)+[a-z]?)(?:\*\*|\\?[.:：)])*(?![A-Za-z0-9])\s*(?=\S)/u],
  ['labelled', /^(\s*(?:[-*+]\s+)?(?:\*\*)?)(AC[-\s]?\d+(?:\.\d+)*[a-z]?|[A-Z]{1,6}-[A-Z]?\d+(?:\.\d+)*[a-z]?)(?:\*\*|[.:：)])+\s*(?=\S)/u],
  ['ordered', /^(\s*(?:\*\*)?)(\d{1,9})\\?[.)．、](?:\*\*)?\s*(?=[^\d\s])/u],
  ['checkbox', /^(\s*[-*+]\s+\[[^[\]]{0,3}\]\s+)()(?=\S)/u],
  ['bullet', /^(\s*[-*+]\s+)()(?=\S)/u],
];

/** Reads a line as a criterion in the first form that fits; undefined for prose. */
export function readCriterionLine(prose: string): CriterionLine | undefined {
  for (const [form, pattern] of forms) {
    const match = pattern.exec(prose);
    if (match === null) continue;
    const [whole, lead = '', written = ''] = match;
    return { form, indent: /^\s*/u.exec(prose)?.[0].length ?? 0, written, writtenStart: lead.length, textStart: whole.length };
  }
  return undefined;
}

interface Entry {
  readonly form: CriterionForm;
  readonly written: string;
  readonly line: number;
  readonly writtenStart: number;
  readonly textStart: number;
  readonly text: string;
  readonly details: string[];
  lastLine: number;
  lastLength: number;
}

/** Gathers the criteria of one requirement, line by line. `requirementId` is `2`, or `FR-2` where the prefix is part of the id. */
export class CriteriaReader {
  readonly #requirementId: string;
  readonly #number: string;
  #entries: Entry[] = [];
  #indent = 0;

  constructor(requirementId: string, number: string) {
    this.#requirementId = requirementId;
    this.#number = number;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Forgets what was gathered: a list before the real marker was something else. */
  clear(): void {
    this.#entries = [];
  }

  /** Whether a line that stands outside a criteria section may begin one: a number, and, with a dotted id, that of this requirement. */
  canBegin(line: CriterionLine): boolean {
    if (line.form === 'dotted') return line.written.startsWith(`${this.#number}.`);
    return line.form === 'ordered' && line.indent < 2;
  }

  /** Takes the next line of the section: a criterion, or more of the one before it. */
  add(line: ProseLine): void {
    if (line.prose.trim() === '') {
      if (line.fence !== undefined) this.#extend(line);
      return;
    }
    const read = readCriterionLine(line.prose);
    const current = this.#entries[0];
    const isNested = current !== undefined && read !== undefined && read.indent >= this.#indent + 2;
    const isNumbered = (form: CriterionForm): boolean => form !== 'bullet' && form !== 'checkbox';
    if (read === undefined || isNested) return this.#extend(line);
    if (current !== undefined && isNumbered(current.form) && !isNumbered(read.form)) return this.#extend(line);
    // A number at the start of a line of prose ("3.5 seconds after …") is not an id unless it names this requirement or the list is of that form.
    if (read.form === 'dotted' && current?.form !== 'dotted' && !read.written.startsWith(`${this.#number}.`)) return this.#extend(line);
    if (current !== undefined && !isNumbered(current.form) && isNumbered(read.form)) this.clear();
    if (this.isEmpty) this.#indent = read.indent;
    const { form, written, writtenStart, textStart } = read;
    const text = line.prose.slice(textStart).trimEnd();
    this.#entries.push({
      form,
      written,
      writtenStart,
      textStart,
      text,
      line: line.number,
      details: [],
      lastLine: line.number,
      lastLength: line.text.length,
    });
  }

  #extend(line: ProseLine): void {
    const last = this.#entries.at(-1);
    if (last === undefined || /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/u.test(line.prose)) return;
    if (line.fence === undefined) last.details.push(line.prose.trim());
    last.lastLine = line.number;
    last.lastLength = line.text.length;
  }

  /** The criteria so far, with ids. A list in which every number is 1 (Markdown numbers it) is counted. */
  finish(): readonly Criterion[] {
    const isLazy = this.#entries.length > 1 && this.#entries.every((entry) => entry.form === 'ordered' && entry.written === '1');
    return this.#entries.map((entry, index) => this.#criterion(entry, index + 1, isLazy));
  }

  #criterion(entry: Entry, place: number, isLazy: boolean): Criterion {
    const isCounted = isLazy || entry.written === '';
    const digits = /\d+(?:\.\d+)*[a-z]?$/u.exec(entry.written)?.[0] ?? String(place);
    const own = digits.startsWith(`${this.#number}.`) ? digits.slice(this.#number.length + 1) : digits;
    const number = isCounted ? String(place) : own;
    const isForeign = entry.form === 'dotted' && own === digits;
    return {
      id: isForeign ? digits : `${this.#requirementId}.${number}`,
      number,
      ...(entry.form === 'labelled' ? { label: entry.written } : {}),
      isCounted,
      text: entry.text,
      details: entry.details,
      range: { start: { line: entry.line, character: 0 }, end: { line: entry.lastLine, character: entry.lastLength } },
      idRange: rangeOnLine(entry.line, entry.writtenStart, entry.writtenStart + entry.written.length),
      textRange: rangeOnLine(entry.line, entry.textStart, entry.textStart + entry.text.length),
    };
  }
}
