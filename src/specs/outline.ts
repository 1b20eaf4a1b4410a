import type { Heading } from './headings.ts';
import { rangeOfLines } from './headings.ts';
import type { Prose } from './prose.ts';
import type { Requirement } from './requirement.ts';
import type { RequirementsDocument } from './requirements.ts';
import type { Task } from './task.ts';
import type { TasksDocument } from './tasks.ts';
import type { Range } from './text.ts';
import { compare } from './text.ts';

/** What an outline entry is. */
export type SymbolKind = 'section' | 'requirement' | 'criterion' | 'term' | 'task' | 'finished-task';

/** An entry of a document's outline. `selection` lies in `range`, and the ranges of the children lie in it too. */
export interface OutlineSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly detail: string;
  readonly range: Range;
  readonly selection: Range;
  readonly children: readonly OutlineSymbol[];
}

interface Draft {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly detail: string;
  range: Range;
  readonly selection: Range;
  readonly children: Draft[];
}

const longestName = 120;

/** One line of readable text for a name: no emphasis, no line breaks, never empty (editors refuse an empty name). */
function nameOf(...parts: readonly string[]): string {
  const text = parts
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll(/\*\*|[\u0000-\u001F\u007F]+/gu, ' ')
    .replaceAll(/\s{2,}/gu, ' ')
    .trim();
  if (text === '') return '(no title)';
  return text.length > longestName ? `${Array.from(text.slice(0, longestName)).slice(0, -1).join('')}…` : text;
}

/** Nests entries (in the order of the document) by their ranges: an entry that begins inside another becomes its child. */
function nest(entries: readonly Draft[]): readonly OutlineSymbol[] {
  const roots: Draft[] = [];
  const open: Draft[] = [];
  for (const entry of entries) {
    while (open.length > 0 && compare(open.at(-1)?.range.end ?? entry.range.start, entry.range.start) <= 0) open.pop();
    const parent = open.at(-1);
    // An entry that would reach out of its parent is cut, so that the ranges stay a tree.
    if (parent !== undefined && compare(entry.range.end, parent.range.end) > 0)
      entry.range = { start: entry.range.start, end: parent.range.end };
    (parent?.children ?? roots).push(entry);
    open.push(entry);
  }
  return roots;
}

function sectionOf(prose: Prose, heading: Heading): Draft {
  const range = rangeOfLines(prose, heading.line, heading.lastLine);
  return { kind: 'section', name: nameOf(heading.title), detail: '', range, selection: heading.range, children: [] };
}

function requirementOf(requirement: Requirement, headings: ReadonlyMap<number, Heading>): readonly Draft[] {
  const { range, headingRange: selection } = requirement;
  const heading = headings.get(selection.start.line);
  const name = nameOf(...(heading === undefined ? [requirement.id, requirement.title] : [heading.title]));
  const own: Draft[] = requirement.isImplied ? [] : [{ kind: 'requirement', name, detail: '', range, selection, children: [] }];
  const criteria = requirement.criteria.map((criterion): Draft => {
    return {
      kind: 'criterion',
      name: nameOf(
        ...(criterion.id.startsWith(`${requirement.title}.`) ? [criterion.number, criterion.text] : [criterion.id, criterion.text]),
      ),
      detail: '',
      range: criterion.range,
      selection: criterion.textRange,
      children: [],
    };
  });
  return [...own, ...criteria];
}

function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  return drafts.toSorted((left, right) => compare(left.range.start, right.range.start) || compare(right.range.end, left.range.end));
}

/** The outline of a requirements.md or spec.md: sections, requirements with their criteria, glossary terms. */
export function outlineRequirements(document: RequirementsDocument): readonly OutlineSymbol[] {
  const headings = new Map(document.headings.map((heading) => [heading.line, heading]));
  const taken = new Set(
    document.requirements.filter((requirement) => !requirement.isImplied).map((requirement) => requirement.headingRange.start.line),
  );
  const markers = new Set(document.requirements.map((requirement) => requirement.marker?.start.line));
  const scenarios = document.dialect === 'openspec' ? document.requirements.flatMap(({ criteria }) => criteria) : [];
  for (const { range } of scenarios) taken.add(range.start.line);
  const sections = document.headings.filter((heading) => !taken.has(heading.line) && !markers.has(heading.line));
  const terms = document.terms.map((term): Draft => {
    return { kind: 'term', name: nameOf(term.name), detail: '', range: term.range, selection: term.nameRange, children: [] };
  });
  const drafts = [
    ...sections.map((heading) => sectionOf(document.prose, heading)),
    ...document.requirements.flatMap((requirement) => requirementOf(requirement, headings)),
    ...terms,
  ];
  return nest(inOrder(drafts));
}

function detailOf(task: Task): string {
  const states = { open: '', done: 'done', running: 'in progress', queued: 'queued', other: task.mark?.text ?? '' };
  const words = [
    task.mark === undefined ? '' : states[task.mark.state],
    task.isOptional ? 'optional' : '',
    task.isParallel ? 'parallel' : '',
  ];
  return words.filter((word) => word !== '').join(', ');
}

/** The last line of a task and of the sub-tasks that directly follow it, however they are indented. */
function lastLineOf(document: TasksDocument, place: number, isBelow: (other: number) => boolean): number {
  let last = document.tasks[place]?.range.end.line ?? 0;
  for (let at = place + 1; isBelow(at); at++) last = Math.max(last, document.tasks[at]?.range.end.line ?? last);
  return last;
}

/** The outline of a tasks.md: sections, and tasks in their hierarchy as far as sub-tasks follow their task. */
export function outlineTasks(document: TasksDocument): readonly OutlineSymbol[] {
  const { prose, tasks } = document;
  const taken = new Set(tasks.map((task) => task.lineRange.start.line));
  const ancestors = tasks.map((task) => {
    const above = new Set<number>();
    for (let at = task.parent; at !== undefined && !above.has(at); at = tasks[at]?.parent) above.add(at);
    return above;
  });
  const entries = tasks.map((task, place): Draft => {
    const last = lastLineOf(document, place, (other) => ancestors[other]?.has(place) === true);
    return {
      kind: task.mark?.state === 'done' ? 'finished-task' : 'task',
      name: nameOf(task.id ?? '', task.title),
      detail: detailOf(task),
      range: rangeOfLines(prose, task.lineRange.start.line, last),
      selection: task.lineRange,
      children: [],
    };
  });
  const sections = document.headings.filter((heading) => !taken.has(heading.line)).map((heading) => sectionOf(prose, heading));
  return nest(inOrder([...sections, ...entries]));
}
