import { parentIdentifier, taskKey } from './identifiers.ts';
import type { LooseTask, Task } from './task.ts';

/** The place of the task above: by id (the nearest one before it, else the first after it), by indent where there is no id. */
function parentOf(tasks: readonly LooseTask[], place: number, places: ReadonlyMap<string, readonly number[]>): number | undefined {
  const task = tasks[place];
  if (task === undefined) return undefined;
  if (task.id === undefined) {
    if (task.form === 'heading') return undefined;
    for (let at = place - 1; at >= 0; at--) {
      const above = tasks[at];
      if (above === undefined || above.section !== task.section) return undefined;
      if (above.indent < task.indent) return at;
    }
    return undefined;
  }
  for (let id = parentIdentifier(taskKey(task.id)); id !== undefined; id = parentIdentifier(id)) {
    const found = places.get(id) ?? [];
    const before = found.findLast((at) => at < place);
    if (before !== undefined) return before;
    if (found[0] !== undefined) return found[0];
  }
  return undefined;
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
    const key = task.section?.line ?? -1;
    const members = sections.get(key);
    if (members === undefined) sections.set(key, [place]);
    else members.push(place);
  });
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
  const parents = tasks.map((_, place) => (repeats.has(place) ? undefined : parentOf(tasks, place, realPlaces)));
  const children = tasks.map((): number[] => []);
  parents.forEach((parent, place) => {
    if (parent !== undefined) children[parent]?.push(place);
  });
  return tasks.map((task, place) => {
    const parent = parents[place];
    return { ...task, ...(parent === undefined ? {} : { parent }), children: children[place] ?? [], isRepeat: repeats.has(place) };
  });
}
