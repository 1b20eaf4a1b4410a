import type { Reference } from './references.ts';
import { taskKey } from './identifiers.ts';
import type { TasksDocument } from './tasks.ts';
import { dependencyReferences, requirementReferences } from './tasks.ts';
import type { Position, Range } from './text.ts';
import { contains } from './text.ts';
import type { RequirementIndex, Target, Trace } from './trace.ts';
import { resolveReference } from './trace.ts';

/** A stretch of tasks.md that leads to a place in the requirements, or to another task of the same file. */
export interface Link {
  readonly range: Range;
  readonly document: 'requirements' | 'same';
  readonly target: Range;
  readonly tooltip: string;
}

/** What stands under the caret in a tasks.md: a token that names requirements, or one that names tasks. */
export interface TokenAt {
  readonly names: 'requirements' | 'tasks';
  readonly reference: Reference;
}

function titleOf(target: Target): string {
  if (target.criterion !== undefined) return `Criterion ${target.criterion.id}`;
  if (target.requirement === undefined) return 'Where this id stands';
  return [`Requirement ${target.requirement.id}`, target.requirement.title].filter((part) => part !== '').join(': ');
}

function taskTargets(document: TasksDocument, reference: Reference): readonly { readonly range: Range; readonly title: string }[] {
  const ids = reference.kind === 'id' ? [reference.id] : reference.kind === 'span' ? reference.ids : [];
  return ids.flatMap((id) => {
    const task = document.tasks[document.byKey.get(taskKey(id)) ?? -1];
    return task === undefined ? [] : [{ range: task.lineRange, title: `Task ${id}: ${task.title}` }];
  });
}

/** All links of a tasks.md. A token that names several places leads to the first; one that leads nowhere is no link. */
export function linkTasks(document: TasksDocument, index: RequirementIndex | undefined): readonly Link[] {
  return document.tasks.flatMap((task) => {
    const upward = requirementReferences(task).flatMap((reference): readonly Link[] => {
      const target = index === undefined ? undefined : resolveReference(index, reference).found[0];
      return target === undefined
        ? []
        : [{ range: reference.range, document: 'requirements', target: target.range, tooltip: titleOf(target) }];
    });
    const sideward = dependencyReferences(task).flatMap((reference): readonly Link[] => {
      const target = taskTargets(document, reference)[0];
      return target === undefined ? [] : [{ range: reference.range, document: 'same', target: target.range, tooltip: target.title }];
    });
    return [...upward, ...sideward];
  });
}

/** The token at a position, if one is there. */
export function tokenAt(document: TasksDocument, position: Position): TokenAt | undefined {
  for (const task of document.tasks) {
    if (!contains(task.range, position)) continue;
    const upward = requirementReferences(task).find((reference) => contains(reference.range, position));
    if (upward !== undefined) return { names: 'requirements', reference: upward };
    const sideward = dependencyReferences(task).find((reference) => contains(reference.range, position));
    if (sideward !== undefined) return { names: 'tasks', reference: sideward };
  }
  return undefined;
}

/** The places that a token leads to, for "go to definition": all of a span. */
export function definitionsOf(document: TasksDocument, index: RequirementIndex | undefined, token: TokenAt): readonly Link[] {
  const { range } = token.reference;
  if (token.names === 'tasks') {
    return taskTargets(document, token.reference).map((target) => ({
      range,
      document: 'same',
      target: target.range,
      tooltip: target.title,
    }));
  }
  const found = index === undefined ? [] : resolveReference(index, token.reference).found;
  return found.map((target) => ({ range, document: 'requirements', target: target.range, tooltip: titleOf(target) }));
}

/** The requirement or criterion whose text the position is in: for "where is this used". */
export function identifierAt(index: RequirementIndex, position: Position): string | undefined {
  const requirement = index.document.requirements.findLast((candidate) => contains(candidate.range, position));
  return requirement?.criteria.find((criterion) => contains(criterion.range, position))?.id ?? requirement?.id;
}

/** The tokens in tasks.md that name a requirement or criterion. */
export function mentionsOf(trace: Trace, identifier: string): readonly Range[] {
  return (trace.mentions.get(identifier) ?? []).map((mention) => mention.reference.range);
}
