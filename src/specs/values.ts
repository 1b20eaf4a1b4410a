import type { Reference } from './references.ts';
import { readReferences } from './references.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';
import { dependsLabel, referenceLabel, validatesLabel } from './words.ts';

/** What a `label: value` line is for. Labels that are not known are kept as `other`. */
export type ValueKind = 'requirements' | 'validates' | 'depends' | 'boundary' | 'property' | 'other';

/**
 * A `label: value` line under a task, such as `_Requirements: 1.1, 2.3_`. `form` tells `_…_` and `*…*` (italic) from `**…**` (bold) and
 * from bare text (plain), which counts for a few labels only. `references` are the tokens of lines that name requirements or tasks.
 */
export interface KeyValue {
  readonly kind: ValueKind;
  readonly form: 'italic' | 'bold' | 'plain';
  readonly label: string;
  readonly value: string;
  readonly range: Range;
  readonly labelRange: Range;
  readonly valueRange: Range;
  readonly references: readonly Reference[];
}

const longestLabel = 60;
const propertyLabel = /^(?:property|プロパティ|属性|性质|свойство|propiedad|propriedade)\s*\d+(?:\.\d+)*$/iu;
const plainLabel = /^(?:files?|purpose|test files?)$/iu;

function kindOf(label: string): ValueKind {
  if (referenceLabel.test(label)) return 'requirements';
  if (validatesLabel.test(label)) return 'validates';
  if (dependsLabel.test(label)) return 'depends';
  if (/^boundar(?:y|ies)$/iu.test(label)) return 'boundary';
  return propertyLabel.test(label) ? 'property' : 'other';
}

function keyValue(
  text: string,
  line: number,
  form: KeyValue['form'],
  at: { start: number; end: number; label: number; labelEnd: number; value: number; valueEnd: number },
): KeyValue {
  const label = text.slice(at.label, at.labelEnd).trim();
  const rawValue = text.slice(at.value, Math.max(at.value, at.valueEnd));
  const value = rawValue.trim();
  const valueStart = at.value + (value === '' ? 0 : rawValue.indexOf(value));
  const kind = kindOf(label);
  const namesIds = kind === 'requirements' || kind === 'validates' || kind === 'depends';
  return {
    kind,
    form,
    label,
    value,
    range: rangeOnLine(line, at.start, at.end),
    labelRange: rangeOnLine(line, at.label, at.labelEnd),
    valueRange: rangeOnLine(line, valueStart, valueStart + value.length),
    references: namesIds ? readReferences(value, line, valueStart) : [],
  };
}

/** Where the closing mark of `_label: value_` stands; the end of the text when there is none. */
function closingMark(text: string, mark: string, from: number): number {
  const trimmed = text.trimEnd();
  if (trimmed.length - mark.length >= from && trimmed.endsWith(mark)) return trimmed.length - mark.length;
  const last = trimmed.lastIndexOf(mark);
  const follows = last < 0 ? '' : trimmed.charAt(last + mark.length);
  return last >= from && !/[\p{L}\p{N}]/u.test(follows) ? last : trimmed.length;
}

/** The next mark that is none of a word's own letters: in `_Bug_Condition: x_` the second underscore is. */
function nextMark(text: string, mark: string, from: number): number {
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + 1)) {
    const isInWord = mark === '_' && /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) && /[\p{L}\p{N}]/u.test(text.charAt(at + 1));
    if (!isInWord) return at;
  }
  return -1;
}

function readMarked(text: string, line: number, start: number, mark: string): KeyValue | undefined {
  const label = start + mark.length;
  const colon = text.slice(label, label + longestLabel + 1).search(/[:：]/u);
  if (colon < 0) return undefined;
  const colonAt = label + colon;
  const markAt = nextMark(text, mark, label);
  const form = mark.length === 1 ? 'italic' : 'bold';
  const end = text.trimEnd().length;
  const at = { start, end, label, labelEnd: colonAt, value: colonAt + 1, valueEnd: end };
  if (text.slice(label, colonAt).trim() === '') return undefined;
  if (markAt >= 0 && markAt < colonAt) {
    // `**Label**: value`: nothing but space may stand between the mark and the colon.
    if (text.slice(markAt + mark.length, colonAt).trim() !== '' || markAt === label) return undefined;
    return keyValue(text, line, form, { ...at, labelEnd: markAt });
  }
  if (/\*|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u.test(text.slice(label, colonAt))) return undefined;
  if (text.startsWith(mark, colonAt + 1)) return keyValue(text, line, form, { ...at, value: colonAt + 1 + mark.length });
  return keyValue(text, line, form, { ...at, valueEnd: closingMark(text, mark, colonAt + 1) });
}

/** `_Requirements: 1.1_ _Boundary: X_` on one line is two values. A prompt is left whole: it quotes such labels. */
function splitMarked(text: string): readonly number[] {
  if (/^\s*(?:[-*+]\s+)?_+\s*prompt/iu.test(text)) return [];
  return [...text.matchAll(/(?<=[^\s_]_[,;|·.]?\s+)_(?=[^_\s:：][^_:：]{0,40}[:：])/gu)].map((match) => match.index);
}

/** Reads the values of a line; none when the line is something else. Labels count at the start of a line (after a bullet) only. */
export function readKeyValues(text: string, line: number): readonly KeyValue[] {
  const start = /^\s*(?:[-*+•]\s+)?(?!\s)/u.exec(text)?.[0].length ?? 0;
  const mark = /^(?:\*\*|__|\*|_)(?![\s*_])/u.exec(text.slice(start, start + 3))?.[0];
  if (mark !== undefined) {
    if (mark !== '_') return [readMarked(text, line, start, mark)].filter((value) => value !== undefined);
    const starts = [start, ...splitMarked(text)];
    return starts.flatMap((from, index) => readMarked(text.slice(0, starts[index + 1] ?? text.length), line, from, mark) ?? []);
  }
  const colon = text.slice(start, start + longestLabel).search(/[:：]/u);
  const label = colon < 0 ? '' : text.slice(start, start + colon).trim();
  if (label === '' || (kindOf(label) === 'other' && !plainLabel.test(label)) || kindOf(label) === 'property') return [];
  const end = text.trimEnd().length;
  return [keyValue(text, line, 'plain', { start, end, label: start, labelEnd: start + colon, value: start + colon + 1, valueEnd: end })];
}
