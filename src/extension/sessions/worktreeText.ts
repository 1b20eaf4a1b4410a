import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { Translate } from '../translate.ts';
import { ageOf } from './age.ts';
import { oneLine } from './tooltip.ts';

/** Names that a question lists before it only counts. */
const mostNames = 8;

/** What removing a worktree would mean, a sentence each, for the question before it. */
export function removalLines(look: ResultOf<HostRequests['worktree/look']>, t: Translate): readonly string[] {
  const { branch, changed, untracked, ignored, commits, isDirty, sessions } = look;
  const open = sessions.filter(({ isOpen }) => isOpen);
  const files = [
    ...(changed === 0 ? [] : [changed === 1 ? t('1 changed file') : t('{0} changed files', changed)]),
    ...(untracked === 0 ? [] : [untracked === 1 ? t('1 untracked file') : t('{0} untracked files', untracked)]),
    ...(ignored.length === 0 ? [] : [t('ignored files that differ ({0})', namesOf(ignored, t))]),
  ];
  return [
    ...(files.length === 0 ? [] : [t('It holds {0}.', files.join(', '))]),
    ...(isDirty ? [t('What is nowhere else is kept under a rescue ref first; “Restore from Rescue…” brings it back.')] : []),
    commits === 0
      ? t('The branch {0} has no commit of its own, and goes too.', branch)
      : t('The branch {0} stays, with {1} commits of its own.', branch, commits),
    ...(open.length === 0
      ? []
      : [
          t(
            'It is used by: {0}.',
            namesOf(
              open.map(({ title }) => title),
              t,
            ),
          ),
        ]),
    t('Other ignored files in it, such as build results, are deleted.'),
  ];
}

/** What bringing changes back would do, a sentence each. */
export function bringLines(
  { files, conflicts, uncommitted, problem, into }: ResultOf<HostRequests['worktree/tryBring']>,
  t: Translate,
): readonly string[] {
  if (problem !== undefined) return [problem];
  if (conflicts.length > 0)
    return [
      t('Changed in both places, so nothing can be brought over: {0}.', namesOf(conflicts, t)),
      t('Have the session take over what {0} has there, or change it there yourself, and try again.', into),
    ];
  return [
    files.length === 1
      ? t('1 file of {0} changes: {1}.', into, namesOf(files, t))
      : t('{0} files of {1} change: {2}.', files.length, into, namesOf(files, t)),
    ...(uncommitted === 0
      ? []
      : [
          uncommitted === 1
            ? t('1 file that is not committed yet is committed first.')
            : t('{0} files that are not committed yet are committed first.', uncommitted),
        ]),
  ];
}

/** A rescue as a row of a list: whose it is, when it was made, what it takes of the disk, and what it holds. `now` in milliseconds since 1970. */
export function rescueRow(
  { title, branch, at, bytes, holds }: ResultOf<HostRequests['worktree/rescues']>['rescues'][number],
  now: number,
  t: Translate,
): { readonly label: string; readonly description: string; readonly detail: string } {
  const label = oneLine(title === '' ? branch : title, 100);
  const made = Number.isNaN(Date.parse(at)) ? '' : ageOf(at, now, t);
  const size = bytes === undefined ? undefined : sizeText(bytes, t);
  return { label, description: [branch, made, size].filter((part) => part !== undefined && part !== '').join(' · '), detail: holds };
}

/** Bytes in a unit that fits. */
export function sizeText(bytes: number, t: Translate): string {
  if (bytes < 1000) return t('{0} bytes', bytes);
  return bytes < 1_000_000 ? t('{0} kB', Math.round(bytes / 1000)) : t('{0} MB', (bytes / 1_000_000).toFixed(1));
}

function namesOf(names: readonly string[], t: Translate): string {
  const some = names.slice(0, mostNames).join(', ');
  return names.length <= mostNames ? some : t('{0} and {1} more', some, names.length - mostNames);
}
