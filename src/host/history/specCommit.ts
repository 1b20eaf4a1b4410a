// Placeholder by the lead until the history engineer's own file replaces this one.
import { LoomError } from '../../base/errors.ts';
import type { Repository } from './repository.ts';
export function specCandidates(
  _repository: Repository,
  _folder: string,
): Promise<{ branch?: string; files: { path: string; change: 'added'; added: number; removed: number }[]; message: string }> {
  throw new LoomError('internal', 'not there yet');
}
export function commitSpecs(
  _repository: Repository,
  _options: { folder: string; paths: readonly string[]; message: string },
): Promise<{ commit: string }> {
  throw new LoomError('internal', 'not there yet');
}
