import { setTimeout as pause } from 'node:timers/promises';
import { LoomError } from '../../base/errors.ts';
import { readObjects } from '../git/catFile.ts';
import { signature } from './fastImport.ts';
import { remotesOf } from './fetchHistories.ts';
import { saidBy } from '../git/gitPort.ts';
import { assertHistory, mergeHistories } from './mergeHistories.ts';
import { assertNotCheckedOut, ourselves } from './refStore.ts';
import type { Repository } from '../git/repository.ts';
import { linesOf } from '../git/repository.ts';

/** How often a share begins anew when somebody else was faster, here or on the remote. */
const tries = 6;
/** Milliseconds that a remote has to answer. */
const remoteMs = 60_000;

/** What was shared. `pushed` names the remote that has it now. */
export interface Shared {
  readonly branch: string;
  readonly commit: string;
  readonly pushed?: string;
}

/**
 * Points an ordinary branch at the history, so that it can be pushed and seen like any other. Where the branch, here or as it was fetched from a remote,
 * holds the histories of other machines, a commit joins them. With `remote` it is pushed there, and joined again where somebody else was faster. No
 * hook runs. Rejects with `invalid-input` for a name that git does not take, with `conflict` for a branch that is checked out or holds anything
 * else, with `not-found` when there is no history yet or no such remote, with `git` when the remote does not take it.
 */
export async function shareHistory(
  repository: Repository,
  ref: string,
  branch: string,
  { remote, seconds }: { readonly remote?: string | undefined; readonly seconds: number },
): Promise<Shared> {
  const target = `refs/heads/${branch}`;
  const valid =
    /^[^-\s]/.test(branch) && !/[\n\0]/.test(branch) && (await repository.run(['check-ref-format', '--normalize', target])).code === 0;
  if (!valid)
    throw new LoomError(
      'invalid-input',
      `"${branch}" is no name for a branch. Take letters, digits, dashes and slashes, like "session-history".`,
    );
  if (remote !== undefined && !(await remotesOf(repository)).includes(remote))
    throw new LoomError('not-found', `This repository has no remote "${remote}".`);
  for (let attempt = 1; ; attempt++) {
    try {
      const commit = await shareOnce(repository, ref, branch, seconds);
      if (remote === undefined) return { branch, commit };
      if (await push(repository, remote, branch)) return { branch, commit, pushed: remote };
      if (attempt >= tries)
        throw new LoomError(
          'conflict',
          `Somebody else pushes to ${branch} of ${remote} all the time. Your branch is joined; push it later.`,
        );
    } catch (error) {
      if (attempt >= tries || !isOvertaken(error)) throw error;
    }
    // Two who share at the same time come out of step.
    await pause(Math.random() * 20 * attempt);
  }
}

/** The branch was moved between the look at it and the writing; anything else that is in the way stays there. */
class Overtaken extends Error {}

function isOvertaken(error: unknown): boolean {
  return error instanceof LoomError && error.cause instanceof Overtaken;
}

async function shareOnce(repository: Repository, ref: string, branch: string, seconds: number): Promise<string> {
  const target = `refs/heads/${branch}`;
  await assertNotCheckedOut(repository, target);
  const fetched = linesOf(await repository.run(['for-each-ref', '--format=%(refname)', 'refs/remotes/'])).filter(
    (name) => name.split('/').slice(3).join('/') === branch,
  );
  const [history, present, ...others] = await readObjects(repository, [ref, target, ...fetched]);
  if (history?.type !== 'commit')
    throw new LoomError('not-found', 'There is no history to share yet. It begins with the end of the first turn.');
  const shared = [present, ...others].flatMap((object) => (object?.type === 'commit' ? [object.id] : []));
  for (const id of shared) await assertHistory(repository, id, branch);
  // Only heads that no other one contains need a parent's place.
  const heads = await independent(repository, [...new Set([...shared, history.id])]);
  const [only, ...more] = heads;
  if (only === undefined) throw new LoomError('internal', 'git named none of the histories.');
  if (more.length === 0) return moveTo(repository, target, only, present?.id ?? '0'.repeat(history.id.length), branch);
  const first = present !== undefined && heads.includes(present.id) ? present.id : only;
  const person = await repository.person();
  const who = signature({ name: person.name ?? ourselves.name, email: person.email ?? ourselves.email }, seconds);
  try {
    return await mergeHistories(repository, target, [first, ...heads.filter((head) => head !== first)], who);
  } catch (error) {
    throw error instanceof LoomError && error.code === 'conflict' ? overtaken(branch, error.message) : error;
  }
}

async function moveTo(repository: Repository, target: string, commit: string, before: string, branch: string): Promise<string> {
  if (commit === before) return commit;
  const moved = await repository.run(['update-ref', '-m', 'share the session history', '--no-deref', target, commit, before]);
  if (moved.code === 0) return commit;
  throw overtaken(branch, saidBy(moved));
}

function overtaken(branch: string, said: string): LoomError {
  return new LoomError('conflict', `The branch ${branch} could not be written: ${said}`, { cause: new Overtaken() });
}

async function independent(repository: Repository, commits: readonly string[]): Promise<readonly string[]> {
  if (commits.length < 2) return commits;
  return linesOf(await repository.run(['merge-base', '--independent', ...commits]));
}

/** False where somebody else was faster; what the remote has since is fetched then. */
async function push(repository: Repository, remote: string, branch: string): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const fetched = `refs/remotes/${remote}/${branch}`;
  const result = await repository.run(['push', '--porcelain', '--no-verify', remote, `${ref}:${ref}`], { timeoutMs: remoteMs });
  if (result.code === 0) return true;
  // Source of the format: `git help push`, "--porcelain": flag, refs, summary. Without such a line the remote was not reached at all.
  const refused = linesOf(result).find((line) => line.startsWith('!\t'));
  if (refused !== undefined) {
    const flags = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
    await repository.run(['fetch', ...flags, remote, `+${ref}:${fetched}`], { timeoutMs: remoteMs });
    const isContained = (await repository.run(['merge-base', '--is-ancestor', fetched, ref])).code === 0;
    // A remote whose branch we contain has another reason, as a rule for that branch.
    if (!isContained) return false;
  }
  const why = refused?.split('\t')[2] ?? saidBy(result);
  throw new LoomError('git', `The history is on the branch ${branch} here, but ${remote} did not take it: ${why}`);
}
