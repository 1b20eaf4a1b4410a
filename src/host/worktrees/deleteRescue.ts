import { LoomError } from '../../base/errors.ts';
import type { Repository } from '../git/repository.ts';
import { changeRefs } from './gitFacts.ts';
import type { Rescue } from './rescue.ts';
import { listRescues } from './rescue.ts';

/** Milliseconds that counting may take: a rescue of a large repository is listed without its size. */
const countMs = 5_000;

/** Bytes on the disk that nothing but this rescue keeps; undefined where git cannot count them (before 2.31), or not in time. */
export async function sizeOfRescue(repository: Repository, { ref, commit }: Rescue): Promise<number | undefined> {
  const args = ['rev-list', '--objects', '--disk-usage', commit, '--not', `--exclude=${ref}`, '--all'];
  const result = await repository.run(args, { timeoutMs: countMs }).catch(() => undefined);
  const text = result?.code === 0 ? result.out.toString('utf8').trim() : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * Deletes a rescue: its ref and the log of it. What only it kept goes with git's next clean-up. Rejects with `not-found` when there is none, and with
 * `conflict` when it is not the commit that the person has seen.
 */
export async function deleteRescue(repository: Repository, ref: string, commit: string): Promise<void> {
  const found = (await listRescues(repository)).find((each) => each.ref === ref);
  if (found === undefined) throw new LoomError('not-found', `There is no rescue ${ref} any more.`);
  await changeRefs(repository, [{ ref, from: commit, to: undefined }], 'session-loom: a rescue is deleted');
}
