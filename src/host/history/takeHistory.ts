import { LoomError } from '../../base/errors.ts';
import { saidBy } from '../git/gitPort.ts';
import { linesOf, Repository } from '../git/repository.ts';

/** Milliseconds that taking over a history may take. */
const takeMs = 120_000;

/**
 * Takes the histories of a bare repository of our own over into another: under their own names where those are free, else beside, under
 * `refs/session-loom/remotes/plain/`, where they are read as any other. Nothing that is there is moved or replaced. Rejects with `git`.
 */
export async function takeHistory(repository: Repository, bareFolder: string): Promise<void> {
  const bare = await Repository.openBare(bareFolder, { make: false });
  if (bare === undefined) return;
  const refs = ['refs/session-loom/history/', 'refs/heads/session-loom/'];
  const format = '--format=%(refname) %(objectname)';
  const theirs = linesOf(await bare.run(['for-each-ref', format, ...refs])).map((line) => line.split(' '));
  const ours = new Map(linesOf(await repository.run(['for-each-ref', format, ...refs])).map((line) => line.split(' ') as [string, string]));
  const wanted = theirs.flatMap(([name = '', id = '']) => {
    if (ours.get(name) === id) return [];
    return [ours.has(name) ? `+${name}:refs/session-loom/remotes/plain/${name.split('/').at(-1) ?? ''}` : `${name}:${name}`];
  });
  if (wanted.length === 0) return;
  const result = await repository.run(['fetch', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', bareFolder, ...wanted], {
    timeoutMs: takeMs,
  });
  if (result.code !== 0) throw new LoomError('git', `The history in ${bareFolder} could not be taken over: ${saidBy(result)}`);
}
