import { LoomError } from '../../base/errors.ts';
import { saidBy } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { linesOf } from '../git/repository.ts';

/** Milliseconds that a remote has to answer. */
const fetchMs = 60_000;

/** The names of the repository's remotes. */
export async function remotesOf(repository: Repository): Promise<readonly string[]> {
  return linesOf(await repository.run(['remote'])).filter((name) => /^[^-\s][^\s:]*$/.test(name));
}

/**
 * Fetches the histories that a remote has: what its machines wrote on refs of their own, and the branches that histories are shared on. What is
 * fetched lies beside what is here and replaces none of it. Gives the refs that it then has. Asks nobody for a password. Rejects with
 * `not-found` for a remote that is none, with `git` when it does not answer.
 */
export async function fetchHistories(repository: Repository, remote: string): Promise<readonly string[]> {
  const known = await remotesOf(repository);
  if (!known.includes(remote)) {
    throw new LoomError(
      'not-found',
      `This repository has no remote "${remote}". ${known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`}`,
    );
  }
  const wanted = [
    `+refs/session-loom/history/*:refs/session-loom/remotes/${remote}/*`,
    `+refs/heads/session-loom/*:refs/remotes/${remote}/session-loom/*`,
  ];
  const result = await repository.run(['fetch', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', remote, ...wanted], {
    timeoutMs: fetchMs,
  });
  if (result.code !== 0) {
    throw new LoomError(
      'git',
      `The histories of ${remote} could not be fetched: ${saidBy(result)} Where it wants a password, run in a terminal: git fetch ${remote} '${wanted[0] ?? ''}'`,
    );
  }
  return linesOf(
    await repository.run([
      'for-each-ref',
      '--format=%(refname)',
      `refs/session-loom/remotes/${remote}/`,
      `refs/remotes/${remote}/session-loom/`,
    ]),
  );
}
