import type { QuestionEntry } from '../entries.ts';
import type { QuestionField, QuestionValues } from '../questions.ts';
import { excerptOf } from './cut.ts';
import { code, fenced, plain } from './inline.ts';
import { timeOf } from './words.ts';

const valueBounds = { lines: 20, characters: 2_000, line: 500 };

/** A question that the agent put as a form, with what was answered, as blocks of markdown. */
export function questionMarkdown(entry: QuestionEntry): string {
  const { answer } = entry;
  return [
    `**Question: ${plain(entry.title, 1000)}**`,
    ...(entry.description === undefined ? [] : [plain(entry.description, 1000)]),
    ...(entry.url === undefined ? [] : [`To be answered at ${code(entry.url)}.`]),
    ...entry.fields.flatMap((field) => fieldMarkdown(field, answer?.values)),
    answerLine(entry),
  ].join('\n\n');
}

function fieldMarkdown(field: QuestionField, values: QuestionValues | undefined): readonly string[] {
  const value = values?.[field.name];
  if (value === undefined) return [];
  const shown = typeof value === 'object' ? value.map((each) => wordOf(field, each)).join(', ') : wordOf(field, String(value));
  if (!shown.includes('\n')) return [`${plain(field.label, 200)}: ${plain(shown, 1000)}`];
  return [`${plain(field.label, 200)}:`, fenced(excerptOf(shown, valueBounds).text, 'text')];
}

/** A choice reads as its label. */
function wordOf(field: QuestionField, value: string): string {
  if (field.type === 'switch') return value === 'true' ? 'yes' : 'no';
  return field.type === 'choice' || field.type === 'choices' ? (field.options.find(({ id }) => id === value)?.label ?? value) : value;
}

function answerLine({ answer, at }: QuestionEntry): string {
  if (answer === undefined) return `Asked at ${timeOf(at)}; nobody has answered.`;
  const word = { answered: '**Answered**', declined: '**Declined**', cancelled: '**Withdrawn** without an answer' }[answer.outcome];
  return `${word}, by ${plain(answer.by) || 'unknown'} at ${timeOf(answer.at)}.`;
}
