import { rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { changeRefs, commitOf, listWorktrees } from './gitFacts.ts';
import { markOf } from './marker.ts';
import { releasePorts } from './ports.ts';
import type { WorktreeRecord, WorktreeRecords } from './records.ts';

/** What making and removing work on. */
export interface Ground {
  readonly repository: Repository;
  readonly records: WorktreeRecords;
  /** The folder of the list of ports that all hosts of this user share. */
  readonly portsFolder: string;
  readonly log: Log;
}

/** The reflog line by which a branch is known that we made and did not come to note. */
export function branchMark(id: string): string {
  return `session-loom: branch of worktree ${id}`;
}

/**
 * Undoes all that was made of a worktree that was not finished, by what its record says; can be called again after it was cut off itself. Gives what was
 * undone, as words for a person. What somebody else has at the place is left alone.
 */
export async function undoMaking(ground: Ground, record: WorktreeRecord): Promise<readonly string[]> {
  const { repository, records, portsFolder } = ground;
  const undone: string[] = [];
  const grave = join(dirname(record.path), `.removing-${record.id}`);
  if (record.step === 'add' || record.step === 'copy' || record.step === 'setup') {
    // The folder was made by us, and only for this; a mark of another worktree in it would be a sign that it was not.
    const mark = await markOf(repository, record.path);
    const isOurs = mark === record.id || (mark === undefined && (record.step === 'add' || (await isListed(repository, record.path))));
    if (isOurs && (await moveAway(record.path, grave))) undone.push('the folder');
    if (isOurs) await forget(repository, record.path);
  }
  await removeTree(grave);
  // Made just before the next step was noted; only an empty one goes.
  if (record.step === 'branch') await rmdir(record.path).catch(() => undefined);
  if (await removeBranch(ground, record)) undone.push(`the branch ${record.branch}`);
  await releasePorts(portsFolder, record.id);
  if (record.madeParent) await rmdir(dirname(record.path)).catch(() => undefined);
  await records.remove(record.id);
  return undone;
}

/** Takes a worktree whose folder is gone from the list of git; only this one, and also where git was cut off while it made it. */
export async function forget(repository: Repository, path: string): Promise<void> {
  if (!(await isListed(repository, path))) return;
  const result = await repository.run(['worktree', 'remove', '--force', '--force', path], { timeoutMs: 60_000 });
  if (result.code !== 0) throw gitFailed(`git could not forget the worktree ${path}`, result);
}

async function isListed(repository: Repository, path: string): Promise<boolean> {
  return (await listWorktrees(repository)).some((each) => each.path === path);
}

/** One step: from then on nobody finds it at its place. */
async function moveAway(path: string, grave: string): Promise<boolean> {
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  await removeTree(grave);
  await rename(path, grave);
  return true;
}

/** Removes a folder that was moved away, also where a git that was cut off still writes to it for a moment. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  } catch (error) {
    throw new LoomError('storage', `${folder} could not be deleted: ${messageOf(error)}. It is no longer needed; delete it.`, {
      cause: error,
    });
  }
}

/** The branch goes with what it was made for, as long as it has not moved. */
async function removeBranch({ repository, log }: Ground, record: WorktreeRecord): Promise<boolean> {
  const ref = `refs/heads/${record.branch}`;
  const isOurs = record.madeBranch || (record.step === 'branch' && (await hasMark(repository, ref, record.id)));
  if (!isOurs || (await commitOf(repository, ref)) !== record.baseCommit) return false;
  try {
    await changeRefs(repository, [{ ref, from: record.baseCommit, to: undefined }], 'session-loom: undone');
    return true;
  } catch (error) {
    log.warn('The branch of a worktree that was undone stays.', { branch: record.branch, error: messageOf(error) });
    return false;
  }
}

async function hasMark(repository: Repository, ref: string, id: string): Promise<boolean> {
  const result = await repository.run(['reflog', 'show', '--format=%gs', ref, '--']);
  return result.code === 0 && result.out.toString('utf8').includes(branchMark(id));
}
