import { sep } from 'node:path';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { oneLine } from '../sessions/tooltip.ts';
import type { Translate } from '../translate.ts';

/** What putting files back would do, as the host says it. */
export type RestorePlan = ResultOf<HostRequests['session/restorePlan']>;

/** Files that are named of each kind; of more the number is said. */
const named = 15;

/** What a person reads before files are put back: each file with what happens to it, and those that are left alone with the reason. */
export function restorePlanText(
  { files, left, shared = [], working = [] }: Pick<RestorePlan, 'files' | 'left' | 'shared' | 'working'>,
  folder: string,
  t: Translate,
): string {
  const of = (does: RestorePlan['files'][number]['does']): readonly string[] =>
    files
      .filter((file) => file.does === does)
      .map(({ path, isMerged }) =>
        isMerged ? t('{0} (what was written there since is kept)', shownPath(path, folder)) : shownPath(path, folder),
      );
  return [
    listed(t('Get their text of before:'), of('write'), t),
    listed(t('Created since, and deleted now:'), of('delete'), t),
    listed(t('Deleted since, and brought back:'), of('create'), t),
    listed(
      t('Left alone:'),
      left.map(({ path, reason }) => `${shownPath(path, folder)}: ${t(reason)}`),
      t,
    ),
    listed(
      t('Other sessions changed these too, and what they did is kept:'),
      shared.map(({ path, titles }) => `${shownPath(path, folder)}: ${titles.map((title) => `“${title}”`).join(', ')}`),
      t,
    ),
    listed(
      t('At work in the same folder now:'),
      working.map((title) => `“${title}”`),
      t,
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The question before files are put back; `all` is the title of the session where all that it did is undone. */
export function restoreQuestion(files: number, first: string, all: string | undefined, t: Translate): string {
  if (all === undefined)
    return files === 1 ? t('Put {0} back to before this message?', first) : t('Put {0} files back to before this message?', files);
  const title = oneLine(all, 80);
  return files === 1 ? t('Undo what “{0}” did to {1}?', title, first) : t('Undo what “{0}” did to {1} files?', title, files);
}

/** A path without the folder that it lies in. */
export function shownPath(path: string, folder: string): string {
  return path.startsWith(`${folder}${sep}`) ? path.slice(folder.length + 1) : path;
}

function listed(head: string, lines: readonly string[], t: Translate): string {
  if (lines.length === 0) return '';
  const more = lines.length - named;
  return [head, ...lines.slice(0, named), ...(more > 0 ? [t('and {0} more', more)] : [])].join('\n');
}
