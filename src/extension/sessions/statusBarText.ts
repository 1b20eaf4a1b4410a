import type { SessionSummary } from '../../model/summary.ts';
import type { Translate } from '../translate.ts';
import { isDone, isRunning, needsPerson, walkOrder } from './order.ts';
import { statusText } from './rowText.ts';
import { oneLine } from './tooltip.ts';

/** Sessions that the tooltip of the status bar names. */
const namedInTooltip = 15;

/** What the status bar says. */
export interface StatusBarText {
  /** With codicons: `$(comment-discussion) 3 · 1 waiting · fix-login`. */
  readonly text: string;
  readonly spoken: string;
  /** One line a session. */
  readonly tooltip: readonly string[];
  readonly warns: boolean;
}

/** The indicator for these sessions, of which `active` is the one in focus. */
export function statusBarText(sessions: readonly SessionSummary[], active: string | undefined, t: Translate): StatusBarText {
  const open = sessions.filter((session) => !isDone(session) && !session.archived);
  const working = open.filter((session) => isRunning(session) && !needsPerson(session)).length;
  const waiting = open.filter(needsPerson).length;
  const focused = sessions.find((session) => session.id === active);
  const said = [
    ...(working > 0 ? [t('{0} working', working)] : []),
    ...(waiting > 0 ? [t('{0} waiting', waiting)] : []),
    ...(focused === undefined ? [] : [oneLine(focused.title, 30)]),
  ];
  const lines = walkOrder(open).map((session, index) => `${String(index + 1)}  ${oneLine(session.title, 50)} — ${statusText(session, t)}`);
  const rest = lines.length - namedInTooltip;
  return {
    // A title is a stranger's text: `$(…)` in it would become an icon.
    text: ['$(comment-discussion) ' + String(open.length), ...said].join(' · ').replace(/(?<=.)\$\(/g, '$ ('),
    spoken: [t('Session Loom: {0} sessions', open.length), ...said].join(', '),
    tooltip: [...lines.slice(0, namedInTooltip), ...(rest > 0 ? [t('and {0} more', rest)] : [])],
    warns: waiting > 0,
  };
}
