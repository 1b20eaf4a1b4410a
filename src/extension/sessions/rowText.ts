import type { SessionColor } from '../../model/events.ts';
import { statusTable } from '../../model/statusTable.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Translate } from '../translate.ts';
import { ageOf } from './age.ts';
import type { Below } from './families.ts';
import { isDone, isRunning } from './order.ts';

/** The theme colours of the kinds that a person gives to sessions. */
const colors: Readonly<Record<Exclude<SessionColor, 'none'>, string>> = {
  red: 'charts.red',
  // `charts.orange` is see-through in VS Code's own themes, and is missing in those of high contrast.
  orange: 'symbolIcon.classForeground',
  yellow: 'charts.yellow',
  green: 'charts.green',
  blue: 'charts.blue',
  purple: 'charts.purple',
};

/** A codicon and the id of its theme colour. */
export interface RowIcon {
  readonly icon: string;
  readonly color?: string;
}

/** The icon says what the session does; its colour is the person's own, else that of the state. */
export function iconOf(session: SessionSummary): RowIcon {
  const icon = statusTable[session.status].icon;
  const color = colorOf(session.color) ?? stateColor(session);
  return color === undefined ? { icon } : { icon, color };
}

/** The theme colour of a session's own colour; undefined for none. */
export function colorOf(color: SessionColor): string | undefined {
  return color === 'none' ? undefined : colors[color];
}

function stateColor({ status }: SessionSummary): string | undefined {
  if (status === 'waiting' || status === 'interrupted' || status === 'stalled' || status === 'held') return 'list.warningForeground';
  if (status === 'failed') return 'list.errorForeground';
  if (status === 'completed') return 'testing.iconPassed';
  return status === 'finished' ? 'charts.blue' : undefined;
}

/** Lines that the session's changes add up to, as `+12 −3`; undefined without changes. */
export function changesOf({ added, removed }: SessionSummary): string | undefined {
  return added === 0 && removed === 0 ? undefined : `+${String(added)} −${String(removed)}`;
}

/** Says in a word that something of the session is lost; undefined where all is there. */
export function damageOf({ flaws }: SessionSummary, t: Translate): string | undefined {
  return flaws !== undefined && flaws.damaged + flaws.damagedBlobs > 0 ? t('damaged') : undefined;
}

/** The grey part of a row: damage, what stands below it, agent, branch, changes, age. */
export function descriptionOf(session: SessionSummary, now: number, t: Translate, below?: Below): string {
  const parts = [
    damageOf(session, t),
    below === undefined ? undefined : belowText(below, t),
    session.agentName ?? session.agent,
    placeOf(session, t),
    changesOf(session),
    ageOf(session.updatedAt, now, t),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** How many sessions came from this one, and whether one of them needs a person; undefined for none. */
export function belowText({ count, waiting }: Below, t: Translate): string | undefined {
  if (count === 0) return undefined;
  const counted = count === 1 ? t('1 child') : t('{0} children', count);
  if (waiting === 0) return counted;
  return waiting === 1 ? t('{0}, 1 needs you', counted) : t('{0}, {1} need you', counted, waiting);
}

/** The branch, and whether it is that of a worktree. */
function placeOf({ branch, worktree }: SessionSummary, t: Translate): string | undefined {
  if (worktree === undefined || worktree.phase === 'removed') return branch;
  const name = branch ?? worktree.path.split(/[\\/]/).at(-1) ?? worktree.path;
  return t('{0} (worktree)', name);
}

/** What the session does, with the reason where there is one. */
export function statusText(session: SessionSummary, t: Translate): string {
  const word = t(statusTable[session.status].word);
  const said = session.reason === undefined ? word : `${word}: ${session.reason}`;
  const time = timeOf(session, t);
  return time === undefined ? said : `${said} (${time})`;
}

/** Since or until when it does that, by the clock of this machine. */
function timeOf({ since, until }: SessionSummary, t: Translate): string | undefined {
  const at = new Date(until ?? since ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return undefined;
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return until === undefined ? t('since {0}', time) : t('until {0}', time);
}

/** The row in words, for a screen reader. */
export function spokenRow(session: SessionSummary, now: number, t: Translate, below?: Below): string {
  const unread = session.unread ? [t('unread')] : [];
  const pinned = session.pinned ? [t('pinned')] : [];
  return [session.title, ...unread, ...pinned, statusText(session, t), descriptionOf(session, now, t, below)].join(', ');
}

/** The words by which menus choose their items. */
export function contextValueOf(session: SessionSummary): string {
  const done = isDone(session);
  const words = [
    'session',
    ...(isRunning(session) ? ['running'] : []),
    ...(session.hasAgent === true && !isRunning(session) ? ['attached'] : []),
    ...(session.status === 'interrupted' || session.status === 'failed' ? ['interrupted'] : []),
    ...(session.lifecycle === 'open' ? ['open'] : []),
    ...(session.lifecycle === 'paused' ? ['paused'] : []),
    done ? 'done' : 'undone',
    session.archived ? 'inarchive' : 'unarchived',
    session.pinned ? 'pinned' : 'unpinned',
    session.unread ? 'unread' : 'read',
    ...(session.filesTouched > 0 || session.worktree?.phase === 'ready' ? ['changed'] : []),
    ...(session.parent === undefined ? [] : ['child']),
    ...placeWords(session),
  ];
  return words.join(' ');
}

/** `worktree`: there is one; `ours`: it can be removed; `placing`: it is being made; `placeless`: there is none to work in. */
function placeWords({ worktree }: SessionSummary): readonly string[] {
  switch (worktree?.phase) {
    case 'ready':
      return worktree.isOurs ? ['worktree', 'ours'] : ['worktree'];
    case 'making':
      return ['placing'];
    case 'failed':
    case 'removed':
      return ['placeless'];
    default:
      return [];
  }
}
