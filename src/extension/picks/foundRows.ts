import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { ageOf } from '../sessions/age.ts';
import { oneLine } from '../sessions/tooltip.ts';
import type { Translate } from '../translate.ts';

/** A session in which words were found, as a host gives it. */
export type FoundSession = ResultOf<HostRequests['sessions/find']>['found'][number];

/** A place in a session that a panel can go to: the prompt of the turn where `entry` is missing. `text` is what stands there. */
export interface FoundPlace {
  readonly sessionId: string;
  readonly turn: number;
  readonly entry?: string;
  readonly text: string;
}

/** One line of the list of matches. What was found stands in `detail`, where the list marks it and does not sort by it. */
export interface FoundRow {
  readonly place: FoundPlace;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** A session that only a written history tells of, and what was found on its pages. */
export type FoundPages = ResultOf<HostRequests['history/find']>['found'][number];

/** What was found on the pages of a session that is not here, as lines. */
export function writtenRows({ session, matches }: FoundPages, now: number, t: Translate): readonly Omit<FoundRow, 'place'>[] {
  return matches.map(({ turn, excerpt }) => ({
    label: oneLine(session.title, 60),
    description: [t('turn {0}', turn + 1), ageOf(session.updatedAt, now, t), t('only in the written history')].join(' · '),
    detail: oneLine(excerpt, 140),
  }));
}

/** The matches of a session as lines, in the order in which the host gave them. */
export function foundRows({ session, matches, total }: FoundSession, now: number, t: Translate): readonly FoundRow[] {
  return matches.map(({ turn, entryId, excerpt, start, end }, index) => {
    const more = index === 0 && total > matches.length ? [t('{0} matches', total)] : [];
    return {
      place: { sessionId: session.id, turn, text: excerpt.slice(start, end), ...(entryId === undefined ? {} : { entry: entryId }) },
      label: oneLine(session.title, 60),
      description: [t('turn {0}', turn + 1), ageOf(session.updatedAt, now, t), ...(session.archived ? [t('archived')] : []), ...more].join(
        ' · ',
      ),
      detail: oneLine(excerpt, 140),
    };
  });
}
