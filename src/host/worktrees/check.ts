import { access, constants, readdir, realpath, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { readObjects } from '../git/catFile.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { branchesOf, commitOf, listWorktrees } from './gitFacts.ts';
import { clashingBranch, freeName, worktreeName } from './names.ts';

/** What a worktree is wanted for. */
export interface WorktreeWish {
  readonly title: string;
  /** The root of the working tree that the workspace folder lies in. */
  readonly source: string;
  /** The root of the main working tree; worktrees lie beside it. */
  readonly repositoryRoot: string;
  /** A branch, tag or commit; HEAD of the source by default. */
  readonly base?: string | undefined;
  /** The commit to begin with, where it is not that of the base. */
  readonly begin?: string | undefined;
  /** The branch to make, or one that is there and checked out nowhere; named after the session by default. */
  readonly branch?: string | undefined;
}

/** What is going to be made. Nothing has been written when this is known. */
export interface WorktreePlan {
  readonly name: string;
  readonly parent: string;
  readonly path: string;
  readonly branch: string;
  readonly isNewBranch: boolean;
  readonly base: string;
  readonly baseCommit: string;
}

/** Bytes that a disk has free; a test says what it likes. */
export type FreeBytes = (folder: string) => Promise<number>;

/** The bytes that this user can still write where a folder is. */
export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Bytes that stay free beside a new worktree. */
const margin = 32 * 1024 * 1024;
/** What a file takes of a disk at least. */
const block = 4096;

/** Decides on names and the commit to begin with. Rejects with a sentence for a person where no worktree can be made here. */
export async function planWorktree(repository: Repository, wish: WorktreeWish, taken: readonly string[]): Promise<WorktreePlan> {
  const base = wish.base ?? (await repository.branchOf(wish.source)) ?? 'HEAD';
  const baseCommit = await commitOf(repository, wish.begin ?? base, wish.source);
  if (baseCommit === undefined) {
    throw wish.base === undefined
      ? refused(
          'The repository has no commit yet, and a worktree begins with one. Commit something first, or run the session in the folder.',
        )
      : new LoomError('not-found', `There is no branch, tag or commit "${wish.base}" to begin with. Pick another base.`);
  }
  const parent = `${wish.repositoryRoot}.worktrees`;
  const [branches, listed, folders] = await Promise.all([
    branchesOf(repository),
    listWorktrees(repository),
    readdir(parent).catch((): string[] => []),
  ]);
  const names = [...folders, ...taken, ...listed.map(({ path }) => basename(path))];
  const place = { parent, base: base === 'HEAD' ? baseCommit : base, baseCommit };
  if (wish.branch !== undefined) {
    const { branch } = wish;
    const isNewBranch = !branches.includes(branch);
    if (isNewBranch) await assertNewBranch(repository, branch, branches);
    else assertNotCheckedOut(branch, listed);
    const name = freeName(worktreeName(branch), names);
    // A branch that is there keeps its own commits.
    const head = isNewBranch ? baseCommit : ((await commitOf(repository, `refs/heads/${branch}`)) ?? baseCommit);
    return { ...place, name, path: join(parent, name), branch, isNewBranch, baseCommit: isNewBranch ? baseCommit : head };
  }
  const prefix = branches.some((each) => each.toLowerCase() === 'loom') ? 'loom-' : 'loom/';
  const ofBranches = branches
    .filter((each) => each.toLowerCase().startsWith(prefix))
    .map((each) => each.slice(prefix.length).split('/')[0] ?? '');
  const name = freeName(worktreeName(wish.title), [...names, ...ofBranches]);
  return { ...place, name, path: join(parent, name), branch: prefix + name, isNewBranch: true };
}

async function assertNewBranch(repository: Repository, branch: string, branches: readonly string[]): Promise<void> {
  const valid = await repository.run(['check-ref-format', '--branch', branch]);
  if (valid.code !== 0 || branch.startsWith('-'))
    throw new LoomError('invalid-input', `"${branch}" cannot be the name of a branch. Pick another name.`);
  const clash = clashingBranch(branch, branches);
  if (clash !== undefined)
    throw new LoomError(
      'conflict',
      `The branch "${clash}" is there, and "${branch}" cannot stand beside it on every disk. Pick another name.`,
    );
}

function assertNotCheckedOut(branch: string, listed: Awaited<ReturnType<typeof listWorktrees>>): void {
  const holder = listed.find((each) => each.branch === branch);
  if (holder !== undefined)
    throw new LoomError(
      'conflict',
      `The branch "${branch}" is checked out in ${holder.path}. Pick another branch, or run the session there.`,
    );
}

/** What the files of a commit are. */
export interface CommitFiles {
  readonly count: number;
  /** Bytes that they take of a disk. */
  readonly bytes: number;
  readonly submodules: readonly string[];
  /** The filters that the attributes in the commit name, as `lfs`. */
  readonly filters: readonly string[];
}

/** Looks at the files of a commit without checking them out. */
export async function filesOfCommit(repository: Repository, commit: string): Promise<CommitFiles> {
  const result = await repository.run(['ls-tree', '-r', '-l', '-z', '--full-tree', commit], { timeoutMs: 60_000 });
  if (result.code !== 0) throw gitFailed('The files of the base could not be listed', result);
  let count = 0;
  let bytes = 0;
  const submodules: string[] = [];
  const attributes: string[] = [];
  for (const line of result.out.toString('utf8').split('\0')) {
    const [, mode, id, size, path = ''] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([^]*)$/.exec(line) ?? [];
    if (mode === undefined || id === undefined) continue;
    if (mode === '160000') submodules.push(path);
    count += 1;
    bytes += Math.ceil((Number(size) || 0) / block) * block;
    if (path === '.gitattributes' || path.endsWith('/.gitattributes')) attributes.push(id);
  }
  const texts = await readObjects(repository, attributes);
  const filters = new Set(
    texts.flatMap((object) => [...(object?.bytes.toString('utf8') ?? '').matchAll(/(?:^|\s)filter=(\S+)/gm)].map(([, name]) => name ?? '')),
  );
  return { count, bytes, submodules, filters: [...filters] };
}

/** Rejects with `storage` where the parent cannot be written, or has no room for as many bytes. */
export async function assertRoom(parent: string, bytes: number, freeBytes: FreeBytes = freeBytesAt): Promise<void> {
  const there = await nearestFolder(parent);
  try {
    await access(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new LoomError(
      'storage',
      `Worktrees are made in ${parent}, and ${there} cannot be written. Make it writable, or run the session in the folder.`,
      {
        cause: error,
      },
    );
  }
  const free = await freeBytes(there);
  if (free < bytes + margin)
    throw new LoomError(
      'storage',
      `The worktree needs about ${megabytes(bytes)}, and the disk of ${parent} has ${megabytes(free)} free. Make room, or run the session in the folder.`,
    );
}

async function nearestFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined || at === dirname(at)) return real ?? at;
  }
}

function megabytes(bytes: number): string {
  return `${String(Math.max(1, Math.round(bytes / 1024 / 1024)))} MB`;
}

function refused(text: string): LoomError {
  return new LoomError('not-allowed', text);
}
