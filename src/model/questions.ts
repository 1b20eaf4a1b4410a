/** A question that an agent puts as a form: its fields, what can be answered, and what is wrong with an answer. */
import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

const field = { name: z.string(), label: z.string(), description: z.string().optional(), required: z.boolean() };
const FieldOption = z.object({ id: z.string(), label: z.string(), description: z.string().optional() });

/** One field of a form. */
export const QuestionField = z.discriminatedUnion('type', [
  z.object({
    ...field,
    type: z.literal('text'),
    default: z.string().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    /** A regular expression of the agent's; looked at only where it is simple enough to be safe. */
    pattern: z.string().optional(),
    format: z.enum(['email', 'uri', 'date', 'date-time']).optional(),
  }),
  z.object({
    ...field,
    type: z.literal('number'),
    isWhole: z.boolean(),
    default: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
  z.object({ ...field, type: z.literal('switch'), default: z.boolean().optional() }),
  z.object({ ...field, type: z.literal('choice'), options: z.array(FieldOption), default: z.string().optional() }),
  z.object({
    ...field,
    type: z.literal('choices'),
    options: z.array(FieldOption),
    default: z.array(z.string()).optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
  }),
]);
export type QuestionField = Immutable<z.infer<typeof QuestionField>>;

/** What was put into the fields, by their names. A field that was left empty is missing. */
export const QuestionValues = z.record(z.string(), z.union([z.string().max(100_000), z.number(), z.boolean(), z.array(z.string())]));
export type QuestionValues = Immutable<z.infer<typeof QuestionValues>>;

/** How a question ended. `by` is a window's name, `agent` or `host`. */
export const QuestionAnswer = z.object({
  outcome: z.enum(['answered', 'declined', 'cancelled']),
  values: QuestionValues.optional(),
  by: z.string(),
  at: z.string(),
});
export type QuestionAnswer = Immutable<z.infer<typeof QuestionAnswer>>;

/** The parts of a question's entry beside its id and time. With `url` the answer is given there, and there are no fields. */
export const questionShape = {
  /** The tool entry that asks, where there is one. */
  tool: z.string().optional(),
  title: z.string(),
  description: z.string().optional(),
  fields: z.array(QuestionField),
  url: z.string().optional(),
  answer: QuestionAnswer.optional(),
};

/** What a form begins with. */
export function defaultValues(fields: readonly QuestionField[]): QuestionValues {
  return Object.fromEntries(fields.flatMap((each) => (each.default === undefined ? [] : [[each.name, each.default]])));
}

/** A sentence for each field that cannot be sent as it is, by the names of the fields. */
export function problemsIn(fields: readonly QuestionField[], values: QuestionValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((each) => {
      const problem = problemOf(each, Object.hasOwn(values, each.name) ? values[each.name] : undefined);
      return problem === undefined ? [] : [[each.name, problem]];
    }),
  );
}

type Value = QuestionValues[string] | undefined;

function problemOf(of: QuestionField, value: Value): string | undefined {
  const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0 && of.type === 'choices');
  if (isEmpty) return of.required && !(of.type === 'choices' && value !== undefined && of.minItems === 0) ? 'This is needed.' : undefined;
  switch (of.type) {
    case 'text':
      return typeof value === 'string' ? textProblem(of, value) : 'This must be a text.';
    case 'number':
      return typeof value === 'number' ? numberProblem(of, value) : 'This must be a number.';
    case 'switch':
      return typeof value === 'boolean' ? undefined : 'This must be on or off.';
    case 'choice':
      return of.options.some(({ id }) => id === value) ? undefined : 'This is none of the choices.';
    case 'choices':
      return choicesProblem(of, value);
  }
}

function textProblem(of: Extract<QuestionField, { type: 'text' }>, value: string): string | undefined {
  const length = Array.from(value).length;
  if (of.minLength !== undefined && length < of.minLength) return `This needs at least ${of.minLength} letters.`;
  if (of.maxLength !== undefined && length > of.maxLength) return `This may have at most ${of.maxLength} letters.`;
  if (of.format !== undefined && !formats[of.format].test(value)) return formatWords[of.format];
  if (of.pattern !== undefined && !fits(of.pattern, value)) return `This must look like ${of.pattern}.`;
  return undefined;
}

const formats = {
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
} as const;

const formatWords = {
  email: 'This must be an address such as ada@example.org.',
  uri: 'This must be an address such as https://example.org.',
  date: 'This must be a date such as 2026-01-31.',
  'date-time': 'This must be a time such as 2026-01-31T12:00:00Z.',
} as const;

/** An expression with a repeated group can take for ever; such a one, like a broken one, is left to the agent. */
function fits(pattern: string, value: string): boolean {
  if (pattern.length > 200 || value.length > 1000 || /\)[*+{?]/.test(pattern) || (pattern.match(/[*+{]/g)?.length ?? 0) > 3) return true;
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function numberProblem(of: Extract<QuestionField, { type: 'number' }>, value: number): string | undefined {
  if (!Number.isFinite(value)) return 'This must be a number.';
  if (of.isWhole && !Number.isInteger(value)) return 'This must be a whole number.';
  if (of.minimum !== undefined && value < of.minimum) return `This must be at least ${of.minimum}.`;
  if (of.maximum !== undefined && value > of.maximum) return `This must be at most ${of.maximum}.`;
  return undefined;
}

function choicesProblem(of: Extract<QuestionField, { type: 'choices' }>, value: Value): string | undefined {
  if (!Array.isArray(value)) return 'This must be a list of choices.';
  const ids = new Set(of.options.map(({ id }) => id));
  if ((value as readonly string[]).some((each) => !ids.has(each))) return 'This is none of the choices.';
  if (of.minItems !== undefined && value.length < of.minItems) return `At least ${of.minItems} are needed.`;
  if (of.maxItems !== undefined && value.length > of.maxItems) return `At most ${of.maxItems} can be chosen.`;
  return undefined;
}
