import type { Heading } from './headings.ts';
import { rangeOfLines, readHeadings } from './headings.ts';
import { taskKey } from './identifiers.ts';
import type { BoxMark } from './marks.ts';
import { readBox, readTaskHead } from './marks.ts';
import type { TaskHead } from './marks.ts';
import type { Prose } from './prose.ts';
import { readProse } from './prose.ts';
import type { Reference } from './references.ts';
import type { CheckItem, Detail, LooseTask, Task } from './task.ts';
import { arrange } from './taskTree.ts';
import { rangeOnLine } from './text.ts';
import type { KeyValue } from './values.ts';
import { readKeyValues } from './values.ts';
import type { WavesBlock } from './waves.ts';
import { readWaves } from './waves.ts';
import { taskWord } from './words.ts';

/** A tasks.md, read. `byKey` finds the place of a task by `taskKey` of its id; of several with one id the first that is not a repeat. */
export interface TasksDocument {
  readonly prose: Prose;
  readonly headings: readonly Heading[];
  readonly tasks: readonly Task[];
  readonly byKey: ReadonlyMap<string, number>;
  readonly waves: readonly WavesBlock[];
}

interface Draft extends Omit<LooseTask, 'range'> {
  readonly details: Detail[];
  readonly values: KeyValue[];
  readonly items: CheckItem[];
  lastLine: number;
}

interface Opening {
  readonly line: number;
  readonly form: 'box' | 'heading';
  readonly mark?: BoxMark;
  readonly head: TaskHead;
  readonly indent: number;
  readonly hasStar: boolean;
  readonly headingLevel: number;
}

const labelledTask = new RegExp(`^(?:\\*\\*)?(?:(?:${taskWord})\\s*[-#]?\\s*\\d|T-?\\d{2,}|TASK-\\d)`, 'iu');

/** Finds the lines that open a task. Which ones they are depends on the whole file: without a single number, bare boxes are the tasks. */
function findOpenings(document: Prose, headings: readonly Heading[]): ReadonlyMap<number, Opening> {
  const boxes: Opening[] = [];
  for (const line of document.lines) {
    const box = readBox(line.prose, line.number);
    if (box === undefined) continue;
    const { mark, indent, hasStar, headingLevel } = box;
    boxes.push({ line: line.number, form: 'box', mark, indent, hasStar, headingLevel, head: readTaskHead(box.rest, box.restStart) });
  }
  const boxLines = new Set(boxes.map((box) => box.line));
  const ids = new Set(boxes.flatMap((box) => (box.head.id === undefined ? [] : [taskKey(box.head.id)])));
  const groups = headings.flatMap((heading): Opening[] => {
    if (boxLines.has(heading.line)) return [];
    const head = readTaskHead(heading.title, heading.titleRange.start.character);
    if (head.id === undefined || ids.has(taskKey(head.id))) return [];
    // A numbered heading is a group only when boxes below it carry its number: `## 1. Overview` is not.
    const within = boxes.filter((box) => box.line > heading.line && box.line <= heading.lastLine);
    const isGroup = within.some((box) => box.head.id !== undefined && taskKey(box.head.id).startsWith(`${taskKey(head.id ?? '')}.`));
    if (!isGroup && !labelledTask.test(heading.title)) return [];
    return [{ line: heading.line, form: 'heading', head, indent: 0, hasStar: false, headingLevel: heading.level }];
  });
  const numbered = [...boxes.filter((box) => box.head.id !== undefined), ...groups];
  return new Map((numbered.length > 0 ? numbered : boxes).map((opening) => [opening.line, opening]));
}

function begin(document: Prose, opening: Opening, section: Heading | undefined): Draft {
  const { head, line, mark } = opening;
  const text = document.lines[line]?.text ?? '';
  return {
    form: opening.form,
    ...(head.id === undefined ? {} : { id: head.id, idRange: rangeOnLine(line, head.idStart, head.idEnd) }),
    ...(mark === undefined ? {} : { mark }),
    isOptional: opening.hasStar || head.hasStar,
    isParallel: head.isParallel,
    isCheckpoint: head.isCheckpoint,
    tags: head.tags,
    title: head.title,
    titleRange: rangeOnLine(line, head.titleStart, head.titleEnd),
    lineText: text,
    lineRange: rangeOnLine(line, 0, text.length),
    indent: opening.indent,
    ...(section === undefined ? {} : { section }),
    details: [],
    values: [],
    items: [],
    lastLine: line,
  };
}

function readBody(draft: Draft, prose: string, line: number, length: number): void {
  draft.lastLine = line;
  const range = rangeOnLine(line, 0, length);
  const box = readBox(prose, line);
  const values = box === undefined ? readKeyValues(prose, line) : [];
  if (box !== undefined) draft.items.push({ mark: box.mark, text: box.rest.trim(), range });
  else if (values.length > 0) draft.values.push(...values);
  else draft.details.push({ text: prose.trim().replace(/^[-*+]\s+/u, ''), range });
}

/** Reads a tasks.md of any of the known dialects. Takes any text; what is no task is simply not in the result. */
export function readTasks(text: string): TasksDocument {
  const prose = readProse(text);
  const headings = readHeadings(prose);
  const openings = findOpenings(prose, headings);
  const headingAt = new Map(headings.map((heading) => [heading.line, heading]));
  const drafts: Draft[] = [];
  let section: Heading | undefined;
  let current: Draft | undefined;
  for (const line of prose.lines) {
    const opening = openings.get(line.number);
    const heading = headingAt.get(line.number);
    if (heading !== undefined && opening?.form !== 'box') section = heading;
    if (opening !== undefined) {
      current = begin(prose, opening, section);
      drafts.push(current);
    } else if (heading !== undefined) current = undefined;
    else if (current !== undefined && line.fence !== undefined) current.lastLine = line.number;
    else if (current !== undefined && line.prose.trim() !== '') readBody(current, line.prose, line.number, line.text.length);
  }
  const loose = drafts.map(({ lastLine, ...task }): LooseTask => ({
    ...task,
    range: rangeOfLines(prose, task.lineRange.start.line, lastLine),
  }));
  const tasks = arrange(loose);
  const byKey = new Map<string, number>();
  tasks.forEach((task, place) => {
    if (task.id !== undefined && !task.isRepeat && !byKey.has(taskKey(task.id))) byKey.set(taskKey(task.id), place);
  });
  return { prose, headings, tasks, byKey, waves: readWaves(prose, headings) };
}

/** The tokens by which a task names requirements, from `_Requirements: …_` and from `**Validates: …**` lines. */
export function requirementReferences(task: Task): readonly Reference[] {
  return task.values.filter((value) => value.kind === 'requirements' || value.kind === 'validates').flatMap((value) => value.references);
}

/** The tokens by which a task names the tasks that come before it. */
export function dependencyReferences(task: Task): readonly Reference[] {
  return task.values.filter((value) => value.kind === 'depends').flatMap((value) => value.references);
}
