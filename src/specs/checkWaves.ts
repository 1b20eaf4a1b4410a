import { nearestIdentifier, taskKey } from './identifiers.ts';
import type { Problem } from './problems.ts';
import type { TasksDocument } from './tasks.ts';
import { dependencyReferences } from './tasks.ts';
import type { WavesBlock, WaveTask } from './waves.ts';

interface Placed {
  readonly wave: number;
  readonly entry: WaveTask;
}

/** The wave of every task by key, and the tasks that stand in more than one place. */
function placesOf(block: WavesBlock): { readonly first: ReadonlyMap<string, Placed>; readonly repeated: readonly WaveTask[] } {
  const first = new Map<string, Placed>();
  const repeated: WaveTask[] = [];
  block.waves.forEach(({ tasks }, wave) => {
    for (const entry of tasks) {
      if (first.has(taskKey(entry.id))) repeated.push(entry);
      else first.set(taskKey(entry.id), { wave, entry });
    }
  });
  return { first, repeated };
}

function unknownTasks(document: TasksDocument, entries: readonly WaveTask[]): readonly Problem[] {
  const ids = document.tasks.flatMap((task) => task.id ?? []);
  return entries
    .filter((entry) => !document.byKey.has(taskKey(entry.id)))
    .map((entry) => {
      const nearest = nearestIdentifier(entry.id, ids);
      const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
      const message = `Task ${entry.id} does not exist in this file.${guess} Change the id, or take it out of the wave.`;
      const data = { ids: [entry.id], ...(nearest === undefined ? {} : { nearest }) };
      return { code: 'waves-unknown-task', severity: 'warning', message, range: entry.range, data };
    });
}

/** Tasks that stand in the wave of a task that they depend on, or before it. */
function wrongOrder(document: TasksDocument, first: ReadonlyMap<string, Placed>): readonly Problem[] {
  return [...first].flatMap(([key, { wave, entry }]) => {
    const task = document.tasks[document.byKey.get(key) ?? -1];
    if (task === undefined) return [];
    const named = dependencyReferences(task).flatMap((reference) =>
      reference.kind === 'id' ? [reference.id] : reference.kind === 'span' ? reference.ids : [],
    );
    const late = named.filter((id) => (first.get(taskKey(id))?.wave ?? -1) >= wave && taskKey(id) !== key);
    if (late.length === 0) return [];
    const message = `Task ${entry.id} depends on ${late.join(', ')}, which no earlier wave holds. Move it to a later wave.`;
    return [
      { code: 'waves-order', severity: 'warning', message, range: entry.range, data: { id: entry.id, after: late } } satisfies Problem,
    ];
  });
}

function missingTasks(document: TasksDocument, first: ReadonlyMap<string, Placed>): readonly Problem[] {
  return document.tasks.flatMap((task) => {
    const isExempt = task.isCheckpoint || task.isOptional || task.isRepeat || task.mark === undefined || task.children.length > 0;
    if (task.id === undefined || task.idRange === undefined || isExempt || first.has(taskKey(task.id))) return [];
    // A parent in a wave stands for its sub-tasks.
    const parent = task.parent === undefined ? undefined : document.tasks[task.parent];
    if (parent?.id !== undefined && first.has(taskKey(parent.id))) return [];
    const message = `Task ${task.id} stands in no wave of the dependency graph. Add it to one.`;
    return [{ code: 'waves-missing-task', severity: 'hint', message, range: task.idRange, data: { id: task.id } } satisfies Problem];
  });
}

function checkBlock(document: TasksDocument, block: WavesBlock): readonly Problem[] {
  if (block.problem !== undefined) {
    const message = `The waves cannot be read. ${block.problem.message}. The simplest form is {"waves":[{"id":0,"tasks":["1.1"]}]}.`;
    return [{ code: 'waves-json', severity: 'warning', message, range: block.problem.range }];
  }
  const { first, repeated } = placesOf(block);
  const again = repeated.map((entry): Problem => {
    const message = `Task ${entry.id} stands in the waves more than once, and the first place counts. Take it out here.`;
    return { code: 'waves-repeated-task', severity: 'warning', message, range: entry.range, data: { id: entry.id } };
  });
  const entries = [...block.waves.flatMap((wave) => wave.tasks)];
  return [...unknownTasks(document, entries), ...again, ...wrongOrder(document, first), ...missingTasks(document, first)];
}

/** What is wrong with the waves of a tasks.md. */
export function checkWaves(document: TasksDocument): readonly Problem[] {
  return document.waves.flatMap((block) => checkBlock(document, block));
}
