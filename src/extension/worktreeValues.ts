import { Isolation } from '../protocol/settings.ts';
import type { WorktreeSettings } from '../protocol/settings.ts';
import type { ReadPlaces } from './limitValues.ts';

/** A setting of worktrees that is a number: its name, what it is where nobody set it, and its bounds. */
const numbers = [
  { name: 'worktrees.copyLimit', key: 'copyLimit', usual: 1024, least: 0, most: 1_048_576, isWhole: false, unit: 'megabytes' },
  { name: 'worktrees.setupTimeout', key: 'setupTimeout', usual: 10, least: 0.1, most: 1440, isWhole: false, unit: 'minutes' },
  { name: 'worktrees.ports', key: 'ports', usual: 10, least: 0, most: 100, isWhole: true, unit: 'ports' },
] as const;

/** How worktrees are made, and a sentence for each value that cannot be used. Only where a session works is for a workspace to say. */
export function worktreesFrom(read: ReadPlaces): { readonly worktrees: WorktreeSettings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const values = numbers.map(({ name, key, usual, least, most, isWhole, unit }) => {
    const [value] = read(name);
    if (value === undefined) return [key, usual] as const;
    if (typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return [key, value] as const;
    problems.push(
      `sessionLoom.${name} is ${shown(value)}, and must be a number of ${unit} from ${String(least)} to ${String(most)}. ${String(usual)} is used.`,
    );
    return [key, usual] as const;
  });
  const wanted = read('isolation').findLast((value) => value !== undefined);
  const isolation = Isolation.safeParse(wanted ?? 'folder');
  if (!isolation.success) problems.push(`sessionLoom.isolation is ${shown(wanted)}, and must be "folder" or "worktree". "folder" is used.`);
  const [filters] = read('worktrees.runFilters');
  if (filters !== undefined && typeof filters !== 'boolean')
    problems.push(`sessionLoom.worktrees.runFilters is ${shown(filters)}, and must be true or false. false is used.`);
  const found = Object.fromEntries(values) as Pick<WorktreeSettings, 'copyLimit' | 'setupTimeout' | 'ports'>;
  return { worktrees: { ...found, isolation: isolation.data ?? 'folder', runFilters: filters === true }, problems };
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}
