import { readFile, readdir } from 'node:fs/promises';

/** A variable and its value, by which the processes of one agent are known even after they left its process group. */
export interface Mark {
  readonly variable: string;
  readonly value: string;
}

/** Live processes that belong together. */
export interface FoundProcesses {
  /** Whether there are some in the process group. */
  readonly inGroup: boolean;
  /** Their ids, on Linux. */
  readonly members: readonly number[];
  /** The ids of those that carry the mark but are not in the group. */
  readonly strays: readonly number[];
}

/**
 * Looks for the live processes of a process group, and for those that carry the mark in their environment; never finds this process itself.
 * Strays are found on Linux only: elsewhere no environment can be read without a program of its own.
 */
export async function findProcesses(group: number | undefined, mark: Mark | undefined): Promise<FoundProcesses> {
  if (process.platform !== 'linux') return { inGroup: group !== undefined && groupExists(group), members: [], strays: [] };
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const roles = await Promise.all(names.map((name) => roleOf(name, group, mark)));
  const members = names.filter((_, index) => roles[index] === 'member').map(Number);
  return { inGroup: members.length > 0, members, strays: names.filter((_, index) => roles[index] === 'stray').map(Number) };
}

async function roleOf(name: string, group: number | undefined, mark: Mark | undefined): Promise<'member' | 'stray' | 'stranger'> {
  // The name of a program can contain blanks and brackets; the fields begin behind the last bracket: state, parent, group.
  const stat = await readProc(name, 'stat');
  const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended already; who has not fetched its exit code is not our matter.
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return 'stranger';
  if (group !== undefined && Number(ofGroup) === group) return 'member';
  if (mark === undefined) return 'stranger';
  return (await readProc(name, 'environ')).split('\0').includes(`${mark.variable}=${mark.value}`) ? 'stray' : 'stranger';
}

/** A process can end between being listed and being read, and one of another user cannot be read: both are not ours to find. */
async function readProc(name: string, file: string): Promise<string> {
  return readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
