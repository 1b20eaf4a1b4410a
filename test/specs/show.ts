import type { Problem } from '../../src/specs/problems.ts';
import type { Reference } from '../../src/specs/references.ts';
import { readRequirements } from '../../src/specs/requirements.ts';
import type { OutlineSymbol } from '../../src/specs/outline.ts';
import { readTasks, dependencyReferences, requirementReferences } from '../../src/specs/tasks.ts';
import type { Range } from '../../src/specs/text.ts';

/** One token as a short word: `2.3`, `FR-2!` (prefixed), `1.1…1.3`, `all`, `"words"`. */
export function showReference(reference: Reference): string {
  if (reference.kind === 'id') return reference.id + (reference.isPrefixed ? '!' : '');
  if (reference.kind === 'span') return reference.isOpen ? reference.ids.join('→') : reference.ids.join('…');
  return reference.kind === 'all' ? 'all' : JSON.stringify(reference.text);
}

/** The text that a range covers on its first line. */
export function textAt(document: string, range: Range): string {
  const line = document.split(/\r\n|\n|\r/)[range.start.line] ?? '';
  return line.slice(range.start.character, range.end.line === range.start.line ? range.end.character : undefined);
}

/** The tasks of a file, one a line: id, title, state and marks, parent, references, dependencies, what else is under them. */
export function showTasks(text: string): readonly string[] {
  const { tasks } = readTasks(text);
  return tasks.map((task) => {
    const marks = [
      task.mark === undefined ? 'group' : task.mark.state === 'other' ? `other:${task.mark.text}` : task.mark.state,
      task.isOptional ? 'optional' : '',
      task.isParallel ? 'parallel' : '',
      task.isCheckpoint ? 'checkpoint' : '',
      task.isRepeat ? 'repeat' : '',
      ...task.tags.filter((tag) => tag !== 'P'),
    ].filter((mark) => mark !== '');
    const parent = task.parent === undefined ? '' : ` < ${tasks[task.parent]?.id ?? tasks[task.parent]?.title ?? ''}`;
    const upward = requirementReferences(task).map(showReference);
    const sideward = dependencyReferences(task).map(showReference);
    const others = task.values.filter((value) => value.kind === 'boundary' || value.kind === 'other' || value.kind === 'property');
    return [
      `${task.id ?? '-'} | ${task.title} | ${marks.join(' ')}${parent}`,
      upward.length === 0 ? '' : `requirements ${upward.join(' ')}`,
      sideward.length === 0 ? '' : `after ${sideward.join(' ')}`,
      ...others.map((value) => `${value.label}=${value.value}`),
      task.items.length === 0 ? '' : `${task.items.length} items`,
      task.details.length === 0 ? '' : `${task.details.length} details`,
    ]
      .filter((part) => part !== '')
      .join(' | ');
  });
}

/** The requirements of a file: a line each for the requirement and for every criterion. */
export function showRequirements(text: string): readonly string[] {
  return readRequirements(text).requirements.flatMap((requirement) => [
    `${requirement.id} | ${requirement.label} | ${requirement.title}${requirement.story === undefined ? '' : ` | ${requirement.story.text}`}`,
    ...requirement.criteria.map((criterion) => {
      const extra = [
        criterion.label ?? '',
        criterion.isCounted ? 'counted' : '',
        criterion.details.length === 0 ? '' : `+${criterion.details.length}`,
      ];
      return `  ${[criterion.id, criterion.text, ...extra.filter((part) => part !== '')].join(' | ')}`;
    }),
  ]);
}

/** Problems as `line:column severity code`, in the order of the document. */
export function showProblems(problems: readonly Problem[]): readonly string[] {
  return problems
    .toSorted((left, right) => left.range.start.line - right.range.start.line || left.range.start.character - right.range.start.character)
    .map((problem) => `${problem.range.start.line + 1}:${problem.range.start.character + 1} ${problem.severity} ${problem.code}`);
}

/** An outline, indented. */
export function showOutline(symbols: readonly OutlineSymbol[], indent = ''): readonly string[] {
  return symbols.flatMap((symbol) => [
    `${indent}${symbol.kind}: ${symbol.name}${symbol.detail === '' ? '' : ` (${symbol.detail})`}`,
    ...showOutline(symbol.children, `${indent}  `),
  ]);
}
