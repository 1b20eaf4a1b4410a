import { readFile, readdir, readlink, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import { withScratch } from '../history/specIndex.ts';
import { changeRefs, commitOf, listWorktrees } from './gitFacts.ts';
import { includedFiles, isInside } from './include.ts';
import { markOf } from './marker.ts';
import { releasePorts } from './ports.ts';
import type { WorktreeRecord } from './records.ts';
import type { OwnWork } from './rescue.ts';
import { isWorth, makeRescue, ownWork } from './rescue.ts';
import { assertNoForeignRepository } from './foreign.ts';
import { takeSnapshot, unreachable } from './snapshot.ts';
import type { Ground } from './undoMaking.ts';
import { forget, removeTree } from './undoMaking.ts';

/** What a removal would have to save first, for a person who decides on it. */
export interface RemovalLook {
  readonly path: string;
  readonly branch: string;
  readonly changed: number;
  readonly untracked: number;
  readonly ignored: readonly string[];
  readonly commits: number;
  readonly isDirty: boolean;
}

/** Bytes of listed ignored files that are looked at when a worktree goes; far more than is copied. */
const lookLimit = 16 * 1024 * 1024 * 1024;

/** Rejects with `not-allowed` or `conflict` where a worktree is not ours to remove, or not now. `mark` is a variable that all our processes carry. */
export async function assertRemovable({ repository }: Ground, record: WorktreeRecord, mark: string | undefined): Promise<void> {
  const listed = (await listWorktrees(repository)).find(({ path }) => path === record.path);
  if (listed === undefined)
    throw refused(`git knows no worktree at ${record.path} any more. It was left alone; look at "git worktree list".`);
  if ((await markOf(repository, record.path)) !== record.id)
    throw refused(
      `${record.path} does not carry the mark of the worktree that was made here. It was left alone; remove it with "git worktree remove".`,
    );
  if (listed.locked !== undefined)
    throw refused(
      `${record.path} is locked${listed.locked === '' ? '' : `: ${listed.locked}`}. Unlock it with "git worktree unlock", then remove it.`,
    );
  const running = await processesIn(record.path, mark);
  if (running.length > 0)
    throw new LoomError(
      'conflict',
      `A process of Session Loom still runs in ${record.path} (${running.join(', ')}). Stop it, then remove the worktree.`,
    );
}

/** The processes of ours whose folder lies in a worktree; on Linux, where a system tells. */
async function processesIn(folder: string, mark: string | undefined): Promise<readonly string[]> {
  if (process.platform !== 'linux' || mark === undefined) return [];
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    names.map(async (name) => {
      const cwd = await readlink(`/proc/${name}/cwd`).catch(() => undefined);
      if (cwd === undefined || !isInside(folder, cwd)) return [];
      return (await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')).split('\0').includes(mark) ? [name] : [];
    }),
  );
  return found.flat();
}

/** Says what is in a worktree that is nowhere else. Leaves nothing in the repository. */
export async function lookAt(ground: Ground, record: WorktreeRecord): Promise<RemovalLook> {
  return withScratch(async (scratch) => {
    const work = await workIn(ground, record, scratch, true);
    const { staged, unstaged, unmerged, untracked } = work.snapshot.status;
    return {
      path: record.path,
      branch: record.branch,
      changed: new Set([...staged, ...unstaged, ...unmerged]).size,
      untracked: untracked.length,
      ignored: work.ignored,
      commits: (await ownCommits(ground, record)).length,
      isDirty: isWorth(work),
    };
  });
}

/** Commits of its branch that no other branch, tag or remote has. */
async function ownCommits({ repository }: Ground, record: WorktreeRecord): Promise<readonly string[]> {
  const others = [`--exclude=${record.branch}`, '--branches', '--tags', '--remotes'];
  const text = await repository.text(['rev-list', '--max-count=1000', 'HEAD', '--not', ...others, '--'], { cwd: record.path });
  return text === '' ? [] : text.split('\n');
}

function workIn({ repository }: Ground, record: WorktreeRecord, scratch: string, isLook: boolean): Promise<OwnWork> {
  return differingIgnored(repository, record).then((ignored) => ownWork(repository, record.path, { ignored, scratch, isLook }));
}

/** The listed ignored files that are not byte for byte those of the folder they came from. */
async function differingIgnored(repository: Ground['repository'], record: WorktreeRecord, root = record.path): Promise<readonly string[]> {
  const { files } = await includedFiles(repository, root, lookLimit);
  const differs = await Promise.all(
    files.map(async ({ path, kind, bytes }) => {
      const other = join(record.source, path);
      if (kind === 'link') return (await readlink(join(root, path))) !== (await readlink(other).catch(() => undefined));
      if ((await stat(other).catch(() => undefined))?.size !== bytes) return true;
      const [a, b] = await Promise.all([readFile(join(root, path)), readFile(other)]);
      return !a.equals(b);
    }),
  );
  return files.flatMap(({ path }, index) => (differs[index] === true ? [path] : []));
}

/** How a removal has ended. */
export interface Removed {
  /** The ref that holds what was in it; undefined where there was nothing that is not elsewhere. */
  readonly rescue: string | undefined;
  /** The branch was ours, and all of it is elsewhere. */
  readonly branchGone: boolean;
}

/**
 * Removes a worktree that we made. What is nowhere else is put under a rescue ref first and read back; then the folder is moved aside in one step, and
 * only if what lies there is still what was saved, it is deleted. Rejects with `conflict` when it holds work and `force` is not set, or when it changes
 * meanwhile; then it stays as it is.
 */
export async function removeWorktree(
  ground: Ground,
  before: WorktreeRecord,
  options: { readonly force: boolean; readonly mark: string | undefined; readonly now: Date },
): Promise<Removed> {
  const { repository, records } = ground;
  await assertRemovable(ground, before, options.mark);
  return withScratch(async (scratch) => {
    const work = await workIn(ground, before, scratch, false);
    await assertNoForeignRepository(repository, before, work.snapshot.status.repositories);
    if (isWorth(work) && !options.force)
      throw new LoomError(
        'conflict',
        `${before.path} holds work that is nowhere else. Agree to its removal, and it is kept under a rescue ref first.`,
        { data: { dirty: true } },
      );
    const rescue = isWorth(work) ? await makeRescue(repository, before, work, options.now) : undefined;
    const grave = join(dirname(before.path), `.removing-${before.id}`);
    let record = await records.put({ ...before, phase: 'removing', grave, isRescued: false, ...(rescue === undefined ? {} : { rescue }) });
    await moveTo(before.path, grave);
    try {
      const after = await takeSnapshot(repository, grave, { scratch, also: work.ignored, bytes: 'exact', isLook: true, wasMoved: true });
      await assertNoForeignRepository(repository, before, [], grave);
      const isSame =
        after.tree === work.snapshot.tree && after.indexTree === work.snapshot.indexTree && after.status.head === work.snapshot.status.head;
      if (!isSame) throw new LoomError('conflict', `${before.path} was changed in this very moment. Nothing was removed; try again.`);
      record = await records.put({ ...record, isRescued: true });
    } catch (error) {
      await rename(grave, before.path);
      await records.put({ ...before, phase: 'ready' });
      throw error;
    }
    return { rescue, branchGone: await finishRemoval(ground, record) };
  });
}

async function moveTo(path: string, grave: string): Promise<void> {
  try {
    await rename(path, grave);
  } catch (error) {
    throw new LoomError(
      'storage',
      `${path} could not be moved aside: ${messageOf(error)}. Close what has files of it open, then try again.`,
      { cause: error },
    );
  }
}

/** Deletes what lies aside and is safe. Can be called again after it was cut off. Gives whether the branch went too. */
export async function finishRemoval(ground: Ground, record: WorktreeRecord): Promise<boolean> {
  const { repository, records, portsFolder } = ground;
  await forget(repository, record.path);
  if (record.grave !== undefined) await removeTree(record.grave);
  const branchGone = await dropBranch(ground, record);
  await releasePorts(portsFolder, record.id);
  if (record.madeParent) await rmdir(dirname(record.path)).catch(() => undefined);
  await rm(records.logOf(record.id), { force: true });
  await records.remove(record.id);
  return branchGone;
}

/** After a removal was cut off: what was saved for certain is removed, what was not lies at its place again. */
export async function repairRemoval(ground: Ground, record: WorktreeRecord): Promise<'removed' | 'kept'> {
  const { repository, records } = ground;
  if (record.isRescued === true) {
    await finishRemoval(ground, record);
    return 'removed';
  }
  const { grave, isRescued: _isRescued, rescue: _rescue, ...rest } = record;
  const isAside = grave !== undefined && (await stat(grave).catch(() => undefined)) !== undefined;
  const isThere = (await stat(record.path).catch(() => undefined)) !== undefined;
  if (isAside && !isThere) await rename(grave, record.path);
  // What git does not know any more was finished by somebody else.
  const isKnown = (await listWorktrees(repository)).some(({ path }) => path === record.path);
  if (!isKnown && !isAside && !isThere) {
    await finishRemoval(ground, record);
    return 'removed';
  }
  await records.put({ ...rest, phase: 'ready' });
  return 'kept';
}

/** The branch that we made goes when another branch, a tag or a remote has all of it; with commits of its own it stays, where a person finds it. */
async function dropBranch({ repository, log }: Ground, record: WorktreeRecord): Promise<boolean> {
  const ref = `refs/heads/${record.branch}`;
  const tip = record.madeBranch ? await commitOf(repository, ref) : undefined;
  if (tip === undefined || (await unreachable(repository, [tip], { but: record.branch, rescues: false })).length > 0) return false;
  if ((await listWorktrees(repository)).some(({ branch }) => branch === record.branch)) return false;
  try {
    await changeRefs(repository, [{ ref, from: tip, to: undefined }], 'session-loom: the worktree was removed');
    return true;
  } catch (error) {
    log.warn('The branch of a removed worktree stays.', { branch: record.branch, error: messageOf(error) });
    return false;
  }
}

function refused(text: string): LoomError {
  return new LoomError('not-allowed', text);
}
