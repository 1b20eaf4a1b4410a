import { checkWaves } from './checkWaves.ts';
import { checkText } from './checkText.ts';
import { nearestIdentifier, taskKey } from './identifiers.ts';
import type { Problem } from './problems.ts';
import type { Reference } from './references.ts';
import type { Task } from './task.ts';
import type { TasksDocument } from './tasks.ts';
import { requirementReferences } from './tasks.ts';
import type { RequirementIndex } from './trace.ts';
import { requirementAbove, resolveReference } from './trace.ts';

function listed(ids: readonly string[]): string {
  return ids.length < 2 ? ids.join('') : `${ids.slice(0, -1).join(', ')} and ${ids.at(-1) ?? ''}`;
}

function missingReference(index: RequirementIndex, reference: Reference, missing: readonly string[], file: string): Problem {
  const [first = ''] = missing;
  const nearest = nearestIdentifier(first, index.ids);
  const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  const isPrefixed = reference.kind === 'id' && reference.isPrefixed;
  const above = requirementAbove(index, first);
  const data = { ids: missing, ...(nearest === undefined ? {} : { nearest }) };
  const related =
    above === undefined
      ? []
      : [
          {
            document: 'requirements' as const,
            range: above.headingRange,
            message: `Requirement ${above.id}${above.title === '' ? '' : `: ${above.title}`}`,
          },
        ];
  if (isPrefixed) {
    const message = `${first} is not found in ${file}.${guess} Change the id, or write it there.`;
    return { code: 'unknown-label', severity: 'information', message, range: reference.range, data };
  }
  if (above?.criteria.length === 0) {
    const message = `Requirement ${above.id} has no numbered acceptance criteria, so ${listed(missing)} leads nowhere. Number the criteria in ${file}, or refer to ${above.id}.`;
    return { code: 'no-criteria', severity: 'information', message, range: reference.range, data, related };
  }
  const subject = missing.length === 1 ? `Requirement ${first} does` : `Requirements ${listed(missing)} do`;
  const numbers = above?.criteria.map((criterion) => criterion.id) ?? [];
  const known =
    above === undefined
      ? ''
      : ` Requirement ${above.id} has ${numbers.length === 1 ? 'only' : `${numbers[0] ?? ''} to`} ${numbers.at(-1) ?? ''}.`;
  const message = `${subject} not exist in ${file}.${known}${guess} Change the number, or add the requirement.`;
  return { code: 'unknown-requirement', severity: 'error', message, range: reference.range, data, related };
}

/** References that lead nowhere. Requirements in a form that cannot be read make no noise. */
function checkReferences(document: TasksDocument, index: RequirementIndex, file: string): readonly Problem[] {
  if (index.document.requirements.length === 0) return [];
  return document.tasks.flatMap((task) =>
    requirementReferences(task).flatMap((reference) => {
      const { missing } = resolveReference(index, reference);
      return missing.length === 0 ? [] : [missingReference(index, reference, missing, file)];
    }),
  );
}

function checkDuplicates(document: TasksDocument): readonly Problem[] {
  return document.tasks.flatMap((task, place): readonly Problem[] => {
    if (task.id === undefined || task.idRange === undefined || task.isRepeat) return [];
    const first = document.byKey.get(taskKey(task.id));
    const other = first === undefined ? undefined : document.tasks[first];
    if (first === undefined || first === place || other === undefined) return [];
    const message = `Task ${task.id} exists already in line ${other.lineRange.start.line + 1}, and that one counts. Give this one another number, or delete it.`;
    const related = [{ document: 'same' as const, range: other.lineRange, message: `Task ${task.id}: ${other.title}` }];
    return [{ code: 'duplicate-task', severity: 'warning', message, range: task.idRange, data: { id: task.id }, related }];
  });
}

/** Unknown tasks in `_Depends: …_`. A plain `Dependencies:` line is free text and may name anything. */
function checkDependencies(document: TasksDocument): readonly Problem[] {
  const ids = document.tasks.flatMap((task) => task.id ?? []);
  return document.tasks.flatMap((task) =>
    task.values
      .filter((value) => value.kind === 'depends' && value.form === 'italic')
      .flatMap((value) => value.references)
      .flatMap((reference): readonly Problem[] => {
        const named = reference.kind === 'id' ? [reference.id] : reference.kind === 'span' ? reference.ids : [];
        const missing = named.filter((id) => !document.byKey.has(taskKey(id)));
        if (missing.length === 0) return [];
        const nearest = nearestIdentifier(missing[0] ?? '', ids);
        const message = `Task ${listed(missing)} does not exist in this file.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} Change the number, or add the task.`;
        return [
          {
            code: 'unknown-task',
            severity: 'warning',
            message,
            range: reference.range,
            data: { ids: missing, ...(nearest === undefined ? {} : { nearest }) },
          },
        ];
      }),
  );
}

function stateMismatch(document: TasksDocument, task: Task): string | undefined {
  const children = task.children
    .map((place) => document.tasks[place])
    .filter((child) => child?.mark !== undefined && child.id !== undefined);
  if (children.length === 0 || task.mark === undefined) return undefined;
  const open = children.filter((child) => child?.mark?.state !== 'done' && child?.mark?.state !== 'other');
  if (open.length === 0 && task.mark.state !== 'done')
    return `All sub-tasks of ${task.id ?? 'this task'} are done, but it is not. Mark it [x].`;
  const required = open.find((child) => child?.isOptional === false);
  if (task.mark.state !== 'done' || required === undefined) return undefined;
  return `Task ${task.id ?? ''} is done, but its sub-task ${required.id ?? ''} is not. Finish the sub-task, or open this one again.`;
}

function checkStates(document: TasksDocument): readonly Problem[] {
  return document.tasks.flatMap((task): readonly Problem[] => {
    if (task.mark === undefined) return [];
    const problems: Problem[] = [];
    if (task.mark.state === 'other') {
      const message = `[${task.mark.text}] is no known mark, so this task counts as neither open nor done. Write [ ], [x], [-] (running) or [~] (queued).`;
      problems.push({ code: 'unknown-state', severity: 'hint', message, range: task.mark.range });
    }
    const mismatch = stateMismatch(document, task);
    if (mismatch !== undefined) problems.push({ code: 'state-mismatch', severity: 'hint', message: mismatch, range: task.mark.range });
    return problems;
  });
}

/** Leaf tasks that name no requirement, in files where tasks do. A task also speaks for its sub-tasks' parent line. */
function checkUnreferenced(document: TasksDocument): readonly Problem[] {
  const namesAny = (task: Task | undefined): boolean => task !== undefined && requirementReferences(task).length > 0;
  if (!document.tasks.some(namesAny)) return [];
  return document.tasks.flatMap((task): readonly Problem[] => {
    const isExempt = task.isCheckpoint || task.isOptional || task.isRepeat || task.mark === undefined || task.id === undefined;
    if (isExempt || task.children.length > 0 || namesAny(task)) return [];
    if (task.parent !== undefined && namesAny(document.tasks[task.parent])) return [];
    const message = `Task ${task.id} names no requirement. Add a line such as "_Requirements: 1.1_" under it.`;
    return [{ code: 'task-without-reference', severity: 'hint', message, range: task.titleRange }];
  });
}

/**
 * Everything that is wrong in a tasks.md. Without requirements (`index`), what concerns them is left out. `file` is the name of the file
 * that holds them, for the messages.
 */
export function checkTasks(document: TasksDocument, index?: RequirementIndex, file = 'requirements.md'): readonly Problem[] {
  return [
    ...(index === undefined ? [] : checkReferences(document, index, file)),
    ...checkDuplicates(document),
    ...checkDependencies(document),
    ...checkWaves(document),
    ...checkStates(document),
    ...checkUnreferenced(document),
    ...checkText(document.prose),
  ];
}
