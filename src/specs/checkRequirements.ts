import { checkText } from './checkText.ts';
import { identifierKey, lastNumber } from './identifiers.ts';
import type { Problem } from './problems.ts';
import type { Requirement } from './requirement.ts';
import type { RequirementsDialect, RequirementsDocument } from './requirements.ts';
import type { Range } from './text.ts';
import type { Trace } from './trace.ts';

interface Numbered {
  readonly id: string;
  readonly idRange: Range;
  readonly title: string;
}

function duplicates(entries: readonly Numbered[], code: 'duplicate-requirement' | 'duplicate-criterion', word: string): readonly Problem[] {
  const seen = new Map<string, Numbered>();
  return entries.flatMap((entry): readonly Problem[] => {
    const first = seen.get(identifierKey(entry.id));
    if (first === undefined) {
      seen.set(identifierKey(entry.id), entry);
      return [];
    }
    const message = `${word} ${entry.id} exists already in line ${first.idRange.start.line + 1}, and references mean that one. Give this one another number.`;
    const related = [{ document: 'same' as const, range: first.idRange, message: `${word} ${first.id}: ${first.title}` }];
    return [{ code, severity: 'warning', message, range: entry.idRange, data: { id: entry.id }, related }];
  });
}

/** Numbers that skip or go back. The first entry may have any number. */
function gaps(entries: readonly Numbered[], word: string): readonly Problem[] {
  return entries.flatMap((entry, place): readonly Problem[] => {
    const before = entries[place - 1];
    const expected = before === undefined ? Number.NaN : lastNumber(before.id) + 1;
    const isSibling =
      before !== undefined && before.id.split('.').length === entry.id.split('.').length && space(before.id) === space(entry.id);
    if (!isSibling || Number.isNaN(expected) || lastNumber(entry.id) === expected || identifierKey(before.id) === identifierKey(entry.id))
      return [];
    const message = `${word} ${entry.id} follows ${before.id}. References use the written numbers, so nothing is wrong; renumber if the gap is not meant.`;
    return [{ code: 'number-gap', severity: 'hint', message, range: entry.idRange, data: { id: entry.id, after: before.id } }];
  });
}

function space(id: string): string {
  return /^\D*/u.exec(id)?.[0] ?? '';
}

function criteriaOf(requirement: Requirement): readonly Numbered[] {
  return requirement.criteria.filter((criterion) => !criterion.isCounted).map(({ id, idRange, text }) => ({ id, idRange, title: text }));
}

const criteriaAdvice: Readonly<Record<RequirementsDialect, string>> = {
  numbered: 'has no acceptance criteria that can be read. Write "#### Acceptance Criteria" and a numbered list under it.',
  openspec: 'has no scenario. Write "#### Scenario: …" with its WHEN and THEN lines under it.',
  'spec-kit': 'has no acceptance scenarios. Write "**Acceptance Scenarios**:" and a numbered list of Given, When, Then under it.',
};

function withoutCriteria(requirement: Requirement, dialect: RequirementsDialect): readonly Problem[] {
  if (requirement.isImplied || requirement.criteria.length > 0) return [];
  // A list item with an id is a rule of its own, and what is taken away needs no check.
  const needsNone = (dialect === 'spec-kit' && requirement.label !== 'User Story') || requirement.change === 'removed';
  if (needsNone || requirement.change === 'renamed') return [];
  const message = `Requirement ${requirement.id} ${criteriaAdvice[dialect]}`;
  return [{ code: 'no-criteria', severity: 'information', message, range: requirement.idRange, data: { id: requirement.id } }];
}

/** Requirements that no task names, when tasks name requirements at all and none says "All". Non-functional ones concern every task. */
function uncovered(requirement: Requirement, trace: Trace | undefined): readonly Problem[] {
  if (trace?.hasReferences !== true || trace.coversAll.length > 0 || trace.mentions.has(requirement.id) || requirement.isImplied) return [];
  if (requirement.id.startsWith('N')) return [];
  const message = `No task names requirement ${requirement.id}. Name it in the "_Requirements: …_" line of the task that fulfils it, or add such a task.`;
  return [
    { code: 'uncovered-requirement', severity: 'information', message, range: requirement.headingRange, data: { id: requirement.id } },
  ];
}

/** Everything that is wrong in a requirements.md, bugfix.md or spec.md. Without a trace of its tasks, coverage is left out. */
export function checkRequirements(document: RequirementsDocument, trace?: Trace): readonly Problem[] {
  const { requirements } = document;
  return [
    ...duplicates(requirements, 'duplicate-requirement', 'Requirement'),
    ...(document.dialect === 'openspec' ? [] : gaps(requirements, 'Requirement')),
    ...requirements.flatMap((requirement) => [
      ...duplicates(criteriaOf(requirement), 'duplicate-criterion', 'Criterion'),
      ...gaps(criteriaOf(requirement), 'Criterion'),
      ...withoutCriteria(requirement, document.dialect),
      // Tasks of the other dialects hardly ever name requirements.
      ...(document.dialect === 'numbered' ? uncovered(requirement, trace) : []),
    ]),
    ...checkText(document.prose),
  ];
}
