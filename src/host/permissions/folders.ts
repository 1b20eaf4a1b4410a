import { access, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { placeOf } from '../realPlace.ts';

/** A folder that a line has gone to: as the shell calls it, and as it really is. */
interface Stand {
  readonly logical: string;
  readonly real: string;
}

/** Folders that a line goes to, by the steps that lead there; a step that is not certain leads nowhere. */
export type Folders = ReadonlyMap<string, string>;

/** The name of a row of steps. No path holds its sign. */
export function stepsKey(steps: readonly string[]): string {
  return steps.join('\0');
}

/**
 * Where `cd` leads, step by step, for each of these rows: only to a folder that is there, lies in the session's folder, is none of git's, and is the
 * same whether one takes its name or its links. `root` is the session's folder, really.
 */
export async function foldersOf(root: string, rows: Iterable<readonly string[]>): Promise<Folders> {
  const stands = new Map<string, Stand | undefined>([['', { logical: root, real: root }]]);
  const reach = async (steps: readonly string[]): Promise<Stand | undefined> => {
    const key = stepsKey(steps);
    if (!stands.has(key)) {
      const before = await reach(steps.slice(0, -1));
      stands.set(key, before === undefined ? undefined : await step(root, before, steps.at(-1) ?? ''));
    }
    return stands.get(key);
  };
  for (const row of rows) await reach(row);
  return new Map([...stands].flatMap(([key, stand]) => (stand === undefined ? [] : [[key, stand.real] as const])));
}

async function step(root: string, from: Stand, to: string): Promise<Stand | undefined> {
  const logical = path.resolve(from.logical, to);
  const [named, linked] = await Promise.all([placeOf(root, logical), placeOf(from.real, to)]);
  const { real, inside } = named;
  if (real === undefined || real !== linked.real || inside === undefined || isProtected(inside)) return undefined;
  if ((await stat(real).catch(() => undefined))?.isDirectory() !== true || (await isInGitFolder(root, real))) return undefined;
  return { logical, real };
}

/** What hooks and settings lie in: to write there is to run something later. `inside` is a path relative to the session's folder. */
export function isProtected(inside: string): boolean {
  return inside.split('/').some((part) => /^\.(git|session-loom)$/i.test(part));
}

/** Whether git would take this folder, or one around it below the root, for a repository without files: its settings name programs. */
export async function isInGitFolder(root: string, real: string): Promise<boolean> {
  for (let at = real; at !== root && at.startsWith(root); at = path.dirname(at)) {
    const found = await Promise.all(
      ['HEAD', 'objects', 'refs'].map((name) =>
        access(path.join(at, name)).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (found.every(Boolean)) return true;
  }
  return false;
}
