import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import type { Repository } from '../git/repository.ts';
import { driversOf } from './gitFacts.ts';
import type { WorktreeRecord } from './records.ts';
import { isDirty, statusOf } from './snapshot.ts';

/**
 * Rejects with `conflict` when a worktree holds another repository with work that its remotes do not have: a submodule that was filled, or a repository
 * that was made or cloned in it. No ref of ours can hold that. `changed` are those that git names as changed; `root` is where the worktree lies now.
 */
export async function assertNoForeignRepository(
  repository: Repository,
  record: WorktreeRecord,
  changed: readonly string[],
  root = record.path,
): Promise<void> {
  const [nested] = changed;
  if (nested !== undefined) throw foreign(record, nested);
  const staged = await repository.run(['ls-files', '--stage', '-z'], { cwd: root, timeoutMs: 60_000 });
  const submodules = staged.out
    .toString('utf8')
    .split('\0')
    .flatMap((line) => /^160000 \w+ \d\t([^]+)$/.exec(line)?.[1] ?? []);
  for (const path of submodules) {
    const cwd = join(root, path);
    if (!(await hasOwn(cwd))) continue;
    // A submodule knows where it is by its settings, which say another place when the worktree was moved.
    const call = { cwd, workTree: root === record.path ? undefined : cwd };
    const { off } = await driversOf(repository, cwd, call.workTree);
    const own = await repository.run(['rev-list', '--max-count=1', 'HEAD', '--branches', '--not', '--remotes', '--'], call);
    const stash = await repository.run(['rev-parse', '--verify', '--quiet', 'refs/stash'], call);
    const status = await statusOf(repository, cwd, off, { submodules: 'none', workTree: call.workTree });
    const isClean = own.code === 0 && own.out.length === 0 && stash.code !== 0 && !isDirty(status);
    if (!isClean) throw foreign(record, path);
  }
}

/** A folder of a submodule that was never filled is empty. */
function hasOwn(folder: string): Promise<boolean> {
  return lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
}

function foreign(record: WorktreeRecord, path: string): LoomError {
  return new LoomError(
    'conflict',
    `${join(record.path, path)} is a repository of its own, with work that cannot be kept under a ref of this one. Push it or move it away, then remove the worktree.`,
  );
}
