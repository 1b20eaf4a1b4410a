import { LoomError } from '../../base/errors.ts';
import { gitFailed, saidBy } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { cameThroughFilters } from './marker.ts';

/** A working tree as `git worktree list` names it. */
export interface ListedWorktree {
  readonly path: string;
  readonly head: string | undefined;
  /** Without `refs/heads/`; undefined when HEAD is detached. */
  readonly branch: string | undefined;
  readonly isBare: boolean;
  /** The reason of a lock; empty where none was given; undefined where it is not locked. */
  readonly locked: string | undefined;
}

/** All working trees of a repository, the main one first. Source of the format: `git help worktree`, "Porcelain Format". */
export async function listWorktrees(repository: Repository): Promise<readonly ListedWorktree[]> {
  const result = await repository.run(['worktree', 'list', '--porcelain', '-z']);
  if (result.code !== 0) throw gitFailed('The worktrees of the repository could not be listed; git 2.38 or newer is needed', result);
  return result.out
    .toString('utf8')
    .split('\0\0')
    .filter((block) => block !== '')
    .map((block) => {
      const fields = new Map(
        block.split('\0').map((line) => {
          const at = line.indexOf(' ');
          return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
        }),
      );
      return {
        path: fields.get('worktree') ?? '',
        head: fields.get('HEAD'),
        branch: fields.get('branch')?.replace(/^refs\/heads\//, ''),
        isBare: fields.has('bare'),
        locked: fields.get('locked'),
      };
    });
}

/** The programs that a repository's settings name for what goes in and out of it. */
export interface Drivers {
  /** Settings that switch all of them off: filters leave the bytes as they are, merges are those of git itself. */
  readonly off: readonly string[];
  readonly filters: readonly string[];
}

/**
 * Which filter and merge programs the settings name. They are the settings of the person, but what they apply to is said by the repository. Filters
 * stay on for a worktree that was made with them: else each of its files that passed through one would count as changed. `workTree` is where a working tree lies whose repository does not know.
 */
export async function driversOf(repository: Repository, cwd?: string, workTree?: string): Promise<Drivers> {
  const keepsFilters = cwd !== undefined && (await cameThroughFilters(cwd));
  // Every repository has the last one, so that something is printed: simple-git waits 50 ms after a command that prints nothing.
  const wanted = '^((filter|merge)\\..*\\.(smudge|clean|process|required|driver)|core\\.repositoryformatversion)$';
  const { out } = await repository.run(['config', '--null', '--name-only', '--get-regexp', wanted], { cwd, workTree });
  const filters = new Set<string>();
  const merges = new Set<string>();
  for (const key of out.toString('utf8').split('\0')) {
    const [, kind, name] = /^(filter|merge)\.([^]*)\.\w+$/.exec(key) ?? [];
    if (name !== undefined) (kind === 'filter' ? filters : merges).add(name);
  }
  return {
    filters: [...filters],
    off: [
      ...(keepsFilters ? [] : [...filters]).flatMap((name) =>
        ['smudge=', 'clean=', 'process=', 'required=false'].map((rest) => `filter.${name}.${rest}`),
      ),
      // git has no empty driver; this one is what it does by itself.
      ...[...merges].map((name) => `merge.${name}.driver=git merge-file %A %O %B`),
    ],
  };
}

/** The commit that a name stands for; undefined where there is none. */
export async function commitOf(repository: Repository, name: string, cwd?: string): Promise<string | undefined> {
  const result = await repository.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], { cwd });
  return result.code === 0 ? result.out.toString('utf8').trim() : undefined;
}

/** The local branches, without `refs/heads/`. */
export async function branchesOf(repository: Repository): Promise<readonly string[]> {
  const text = await repository.text(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']);
  return text === '' ? [] : text.split('\n');
}

/** A change of a ref: `from` is what it must be before (undefined: it is not there), `to` what it is after (undefined: it goes). */
export interface RefChange {
  readonly ref: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Changes refs in one step: all, or none. Rejects with `conflict` when one is not what it was. `why` goes into the reflogs. */
export async function changeRefs(repository: Repository, changes: readonly RefChange[], why: string): Promise<void> {
  const lines = changes.map(({ ref, from, to }) => {
    if (to === undefined) return `delete ${ref} ${from ?? ''}`;
    return from === undefined ? `create ${ref} ${to}` : `update ${ref} ${to} ${from}`;
  });
  const stdin = ['start', ...lines, 'prepare', 'commit', ''].join('\n');
  const result = await repository.run(['update-ref', '-m', why, '--create-reflog', '--stdin'], { stdin });
  if (result.code !== 0) throw new LoomError('conflict', `A branch or ref is not as it was, and nothing was changed: ${saidBy(result)}`);
}
