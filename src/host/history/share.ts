import { LoomError } from '../../base/errors.ts';
import { readObjects } from './catFile.ts';
import { saidBy } from './gitPort.ts';
import { assertNotCheckedOut } from './refStore.ts';
import type { Repository } from './repository.ts';

/**
 * Points an ordinary branch at the history, so that it can be pushed and seen like any other. Only a branch that is new, or that the history
 * has grown from, is moved; nothing is pushed. Rejects with `invalid-input` for a name that git does not take, with `conflict` for a branch that is
 * checked out or holds anything else, with `not-found` when there is no history yet.
 */
export async function shareHistory(
  repository: Repository,
  ref: string,
  branch: string,
): Promise<{ readonly branch: string; readonly commit: string }> {
  const target = `refs/heads/${branch}`;
  const valid =
    /^[^-\s]/.test(branch) && !/[\n\0]/.test(branch) && (await repository.run(['check-ref-format', '--normalize', target])).code === 0;
  if (!valid)
    throw new LoomError(
      'invalid-input',
      `"${branch}" is no name for a branch. Take letters, digits, dashes and slashes, like "session-history".`,
    );
  await assertNotCheckedOut(repository, target);
  const [history, present] = await readObjects(repository, [ref, target]);
  if (history?.type !== 'commit')
    throw new LoomError('not-found', 'There is no history to share yet. It begins with the end of the first turn.');
  if (present !== undefined && present.id !== history.id) {
    const base = await repository.run(['merge-base', present.id, history.id]);
    if (base.out.toString('utf8').trim() !== present.id) {
      throw new LoomError(
        'conflict',
        `The branch ${branch} holds something else than an earlier state of this history, and is left as it is. Choose another name, or delete that branch first.`,
      );
    }
  }
  const before = present?.id ?? '0'.repeat(history.id.length);
  const moved = await repository.run(['update-ref', '-m', 'share the session history', '--no-deref', target, history.id, before]);
  if (moved.code === 0) return { branch, commit: history.id };
  throw new LoomError('conflict', `The branch ${branch} could not be written: ${saidBy(moved)}`);
}
