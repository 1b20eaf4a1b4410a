import type { SessionSummary } from '../../model/summary.ts';
import type { Translate } from '../translate.ts';
import { isRunning } from './order.ts';
import { oneLine } from './tooltip.ts';

/** The kinds of notices, each of which a setting switches. */
export type NoticeKind = 'needsYou' | 'finished' | 'failed';

/** Something that happened in a session that nobody looks at. */
export interface SessionNotice {
  readonly kind: NoticeKind;
  readonly sessionId: string;
  readonly text: string;
}

/** What a change of a summary is news of; undefined where it is none. A session that is seen for the first time is no news. */
export function noticeFor(before: SessionSummary | undefined, after: SessionSummary, t: Translate): SessionNotice | undefined {
  if (before === undefined || before.status === after.status) return undefined;
  // The approval that it waits for is told by itself.
  if (after.worktree?.setupWaits === true) return undefined;
  const kind = kindOf(before, after);
  return kind === undefined ? undefined : { kind, sessionId: after.id, text: textOf(kind, after, t) };
}

function kindOf(before: SessionSummary, after: SessionSummary): NoticeKind | undefined {
  if (after.status === 'waiting' || after.status === 'stalled' || after.status === 'held') return 'needsYou';
  if (after.status === 'failed' || after.status === 'interrupted') return 'failed';
  return isRunning(before) && (after.status === 'finished' || (after.status === 'idle' && after.unread)) ? 'finished' : undefined;
}

function textOf(kind: NoticeKind, session: SessionSummary, t: Translate): string {
  const title = oneLine(session.title, 60);
  const reason = oneLine(session.reason ?? '', 120);
  switch (kind) {
    case 'needsYou':
      return reason === '' ? t('“{0}” waits for you.', title) : t('“{0}” waits for you: {1}', title, reason);
    case 'finished':
      return t('“{0}” has finished its turn.', title);
    case 'failed':
      return reason === '' ? t('The last turn of “{0}” failed.', title) : t('“{0}”: {1}', title, reason);
  }
}

/** One text for several notices that come at once, so that they do not pile up. */
export function joined(notices: readonly SessionNotice[], t: Translate): string {
  const [first] = notices;
  if (first !== undefined && notices.length === 1) return first.text;
  const waiting = notices.filter(({ kind }) => kind === 'needsYou').length;
  return waiting === 0
    ? t('{0} sessions have news.', notices.length)
    : t('{0} sessions have news, {1} of them wait for you.', notices.length, waiting);
}
