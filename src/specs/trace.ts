import type { Criterion } from './criteria.ts';
import { identifierKey, parentIdentifier } from './identifiers.ts';
import type { Reference } from './references.ts';
import type { Requirement } from './requirement.ts';
import type { RequirementsDocument } from './requirements.ts';
import { requirementReferences } from './tasks.ts';
import type { TasksDocument } from './tasks.ts';
import type { Range } from './text.ts';

/** What a reference leads to: a requirement, one criterion of it, or a place where the id stands in the text. */
export interface Target {
  readonly requirement?: Requirement;
  readonly criterion?: Criterion;
  readonly range: Range;
}

/** Requirements made ready for looking up ids. */
export interface RequirementIndex {
  readonly document: RequirementsDocument;
  readonly targets: ReadonlyMap<string, Target>;
  /** Ids in the order of the document, as references write them. */
  readonly ids: readonly string[];
}

/** What the ids of a reference lead to, and which of them lead nowhere. Words and `All` have neither. */
export interface Resolution {
  readonly found: readonly Target[];
  readonly missing: readonly string[];
}

/** Makes the index. A bare number finds `FR-2` as well when no plain requirement has that number; of equal ids the first wins. */
export function indexRequirements(document: RequirementsDocument): RequirementIndex {
  const targets = new Map<string, Target>();
  const fallbacks = new Map<string, Target>();
  const add = (map: Map<string, Target>, id: string, target: Target): void => {
    if (!map.has(identifierKey(id))) map.set(identifierKey(id), target);
  };
  for (const requirement of document.requirements) {
    const whole = { requirement, range: requirement.headingRange };
    const isNonFunctional = requirement.id.startsWith('N');
    add(targets, requirement.id, whole);
    // Under REQ-2 and the like the prefix is not part of the id, yet other files may write it.
    if (requirement.id !== requirement.number && !isNonFunctional) add(fallbacks, requirement.number, whole);
    for (const criterion of requirement.criteria) {
      const one = { requirement, criterion, range: criterion.textRange };
      add(targets, criterion.id, one);
      if (criterion.label !== undefined) add(targets, criterion.label, one);
      if (requirement.id !== requirement.number && !isNonFunctional) add(fallbacks, `${requirement.number}.${criterion.number}`, one);
    }
  }
  for (const [key, target] of fallbacks) if (!targets.has(key)) targets.set(key, target);
  const ids = document.requirements.flatMap((requirement) => [requirement.id, ...requirement.criteria.map((criterion) => criterion.id)]);
  return { document, targets, ids };
}

function findTarget(index: RequirementIndex, id: string, isPrefixed: boolean): Target | undefined {
  const key = identifierKey(id);
  const target = index.targets.get(key);
  if (target !== undefined || !isPrefixed) return target;
  const bare = key.replace(/^(?:REQ|AC|R)(?=\d)/u, '');
  const range = index.document.literals.get(key);
  return (bare === key ? undefined : index.targets.get(bare)) ?? (range === undefined ? undefined : { range });
}

/** The ids that a reference names. A span over several requirements takes what stands between its ends in the document. */
export function namedIds(index: RequirementIndex, reference: Reference): readonly string[] {
  if (reference.kind === 'id') return [reference.id];
  if (reference.kind !== 'span') return [];
  if (!reference.isOpen) return reference.ids;
  const keys = index.ids.map(identifierKey);
  const [first, last] = reference.ids.map((id) => keys.indexOf(identifierKey(id)));
  if (first === undefined || last === undefined || first < 0 || last < first) return reference.ids;
  return index.ids.slice(first, last + 1);
}

/** Follows a reference into the requirements, by the literal number. */
export function resolveReference(index: RequirementIndex, reference: Reference): Resolution {
  const found: Target[] = [];
  const missing: string[] = [];
  if (reference.kind !== 'id' && reference.kind !== 'span') return { found, missing };
  for (const id of namedIds(index, reference)) {
    const target = findTarget(index, id, reference.isPrefixed);
    if (target === undefined) missing.push(id);
    else found.push(target);
  }
  return { found, missing };
}

/** The requirement above an id that was not found: `2` for `2.9`. */
export function requirementAbove(index: RequirementIndex, id: string): Requirement | undefined {
  const above = parentIdentifier(id);
  return above === undefined ? undefined : findTarget(index, above, true)?.requirement;
}

/** A mention of a requirement or criterion in tasks.md: the place of the task, and the token. */
export interface Mention {
  readonly task: number;
  readonly reference: Reference;
}

/**
 * Which tasks name what, by id of requirement and criterion. A task that names `2.1` is a mention of requirement 2 as well. `coversAll` are
 * the tasks that say "All".
 */
export interface Trace {
  readonly mentions: ReadonlyMap<string, readonly Mention[]>;
  readonly coversAll: readonly number[];
  readonly hasReferences: boolean;
}

/** Relates a tasks.md to its requirements. */
export function traceTasks(index: RequirementIndex, tasks: TasksDocument): Trace {
  const mentions = new Map<string, Mention[]>();
  const coversAll: number[] = [];
  let hasReferences = false;
  const add = (id: string, mention: Mention): void => {
    const list = mentions.get(id);
    if (list === undefined) mentions.set(id, [mention]);
    else if (list.at(-1)?.reference !== mention.reference) list.push(mention);
  };
  tasks.tasks.forEach((task, place) => {
    for (const reference of requirementReferences(task)) {
      hasReferences = true;
      if (reference.kind === 'all') coversAll.push(place);
      for (const target of resolveReference(index, reference).found) {
        if (target.requirement !== undefined) add(target.requirement.id, { task: place, reference });
        if (target.criterion !== undefined) add(target.criterion.id, { task: place, reference });
      }
    }
  });
  return { mentions, coversAll, hasReferences };
}
