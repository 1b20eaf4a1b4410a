import { statusTable } from '../../model/statusTable.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { ageOf } from '../sessions/age.ts';
import { isDone, newestFirst, walkOrder } from '../sessions/order.ts';
import { statusText } from '../sessions/rowText.ts';
import { oneLine, plainLine } from '../sessions/tooltip.ts';
import type { Translate } from '../translate.ts';

/** One line of the list of all sessions, or a line between its parts. */
export type PickRow =
  | { readonly kind: 'part'; readonly label: string }
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      readonly label: string;
      readonly description: string;
      readonly detail: string;
      readonly icon: string;
    };

/** All sessions: those that are open in the order of their numbers, then those that are done, the newest first. */
export function pickRows(sessions: readonly SessionSummary[], active: string | undefined, now: number, t: Translate): readonly PickRow[] {
  const walk = walkOrder(sessions);
  const done = newestFirst(sessions.filter((session) => isDone(session) || session.archived));
  return [
    ...walk.map((session, index) => rowOf(session, index < 9 ? `${String(index + 1)}  ` : '', active, now, t)),
    ...(done.length === 0 ? [] : [{ kind: 'part', label: t('Done') } as const]),
    ...done.map((session) => rowOf(session, '', active, now, t)),
  ];
}

function rowOf(session: SessionSummary, number: string, active: string | undefined, now: number, t: Translate): PickRow {
  const count = session.messages === 1 ? t('1 message') : t('{0} messages', session.messages);
  // “Finished, not read” says it already.
  const isNews = session.unread && session.status !== 'finished';
  return {
    kind: 'session',
    sessionId: session.id,
    label: `${number}${oneLine(session.title, 80)}`,
    description: [statusText(session, t), ...(isNews ? [t('unread')] : []), ...(session.id === active ? [t('in focus')] : [])].join(' · '),
    // The message is last, because the list cuts what is too long.
    detail: [ageOf(session.updatedAt, now, t), count, plainLine(session.lastMessage, 100)].filter((part) => part !== '').join(' · '),
    // A spinning icon in a list that one reads distracts.
    icon: statusTable[session.status].icon.replace('~spin', ''),
  };
}
