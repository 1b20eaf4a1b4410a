import { parentIdentifier, taskKey } from './identifiers.ts';
import type { LooseTask, Task } from './task.ts';

/** The place of the task above by id: the nearest one before it, else the first after it. */
function parentById(id: string, place: number, places: ReadonlyMap<string, readonly number[]>): number | undefined {
  for (let above = parentIdentifier(taskKey(id)); above !== undefined; above = parentIdentifier(above)) {
    const found = places.get(above) ?? [];
    const before = found.findLast((at) => at < place);
    if (before !== undefined) return before;
    if (found[0] !== undefined) return found[0];
  }
  return undefined;
}

/** The places of the tasks above by indent, within a section: for tasks without an id. */
function parentsByIndent(tasks: readonly LooseTask[]): readonly (number | undefined)[] {
  const open: { readonly place: number; readonly indent: number }[] = [];
  let section: LooseTask['section'];
  return tasks.map((task, place) => {
    if (task.section !== section) open.length = 0;
    section = task.section;
    while ((open.at(-1)?.indent ?? -1) >= task.indent) open.pop();
    const parent = open.at(-1)?.place;
    open.push({ place, indent: task.indent });
    return task.form === 'heading' ? undefined : parent;
  });
}

/** Whether a task says nothing beyond its line. */
function isBare(task: LooseTask | undefined): boolean {
  return task === undefined || task.details.length + task.values.length + task.items.length === 0;
}

/**
 * Some files list all tasks once more before or after the real list. A section is such a summary when it has three tasks or more, every
 * id of it stands in another section too, and its tasks say nothing beyond their line while the others do.
 */
function findRepeats(tasks: readonly LooseTask[], places: ReadonlyMap<string, readonly number[]>): ReadonlySet<number> {
  const sections = new Map<number, number[]>();
  tasks.forEach((task, place) => {
    const members = sections.get(task.section?.line ?? -1);
    if (members === undefined) sections.set(task.section?.line ?? -1, [place]);
    else members.push(place);
  });
  if (sections.size < 2) return new Set();
  const repeats = new Set<number>();
  for (const [, members] of sections) {
    const elsewhere = members.flatMap((place) => {
      const task = tasks[place];
      const same = task?.id === undefined ? [] : (places.get(taskKey(task.id)) ?? []);
      const other = same.find((at) => tasks[at]?.section !== task?.section && !repeats.has(at));
      return other === undefined ? [] : [other];
    });
    if (members.length < 3 || elsewhere.length < members.length) continue;
    if (members.every((place) => isBare(tasks[place])) && !elsewhere.every((place) => isBare(tasks[place]))) {
      members.forEach((place) => repeats.add(place));
    }
  }
  return repeats;
}

/** Puts tasks into their tree, in the order of the document. */
export function arrange(tasks: readonly LooseTask[]): readonly Task[] {
  const allPlaces = new Map<string, number[]>();
  tasks.forEach((task, place) => {
    if (task.id === undefined) return;
    const key = taskKey(task.id);
    const places = allPlaces.get(key);
    if (places === undefined) allPlaces.set(key, [place]);
    else places.push(place);
  });
  const repeats = findRepeats(tasks, allPlaces);
  const realPlaces = new Map([...allPlaces].map(([key, places]) => [key, places.filter((place) => !repeats.has(place))] as const));
  const byIndent = parentsByIndent(tasks);
  const parents = tasks.map((task, place) => {
    if (repeats.has(place)) return undefined;
    return task.id === undefined ? byIndent[place] : parentById(task.id, place, realPlaces);
  });
  const children = tasks.map((): number[] => []);
  parents.forEach((parent, place) => {
    if (parent !== undefined) children[parent]?.push(place);
  });
  return tasks.map((task, place) => {
    const parent = parents[place];
    return { ...task, ...(parent === undefined ? {} : { parent }), children: children[place] ?? [], isRepeat: repeats.has(place) };
  });
}
