import type { SessionSummary } from '../../model/summary.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { ageOf } from '../sessions/age.ts';
import { newestFirst } from '../sessions/order.ts';
import { damageOf } from '../sessions/rowText.ts';
import { oneLine } from '../sessions/tooltip.ts';
import type { Translate } from '../translate.ts';

/** What a host says of the written histories. */
export type WrittenHistory = ResultOf<HostRequests['history/sessions']>;

/** One line of the list of what can be recovered, or a line between its parts. */
export type RecoverRow =
  | { readonly kind: 'part'; readonly label: string }
  | {
      readonly kind: 'interrupted' | 'damaged' | 'written';
      readonly sessionId: string;
      readonly label: string;
      readonly description: string;
      readonly detail: string;
    }
  | { readonly kind: 'all'; readonly label: string; readonly sessionIds: readonly string[] }
  | { readonly kind: 'remote'; readonly label: string; readonly detail: string; readonly remote: string };

/** Sessions whose last turn was cut off, those with damage, those that only a written history tells of, and where more could be found. */
export function recoverRows(
  sessions: readonly SessionSummary[],
  history: WrittenHistory,
  now: number,
  t: Translate,
): readonly RecoverRow[] {
  const interrupted = newestFirst(sessions.filter(({ status }) => status === 'interrupted'));
  const damaged = newestFirst(sessions.filter((session) => damageOf(session, t) !== undefined));
  const written = history.sessions.filter(({ id }) => !sessions.some((session) => session.id === id));
  const rows = written.map(({ id, title, agent, agentName, updatedAt, turns, place }) => ({
    kind: 'written' as const,
    sessionId: id,
    label: oneLine(title, 80),
    description: [turns === 1 ? t('1 turn') : t('{0} turns', turns), oneLine(agentName ?? agent, 40), ageOf(updatedAt, now, t)].join(' · '),
    detail: oneLine(place, 120),
  }));
  return [
    ...part(
      t('Interrupted: choose to continue'),
      interrupted.map((session) => rowOf('interrupted', session, session.reason ?? '', now, t)),
    ),
    ...part(
      t('Damaged: choose to open what can be read'),
      damaged.map((session) => rowOf('damaged', session, damageText(session, t), now, t)),
    ),
    ...part(t('Only in the written history: choose to bring back'), [
      ...(rows.length > 1
        ? [{ kind: 'all' as const, label: t('All {0} of them', rows.length), sessionIds: written.map(({ id }) => id) }]
        : []),
      ...rows,
    ]),
    ...part(
      t('Elsewhere'),
      history.remotes.map((remote) => ({
        kind: 'remote' as const,
        label: t('Look for histories on {0}…', remote),
        detail: t('Fetches what other machines have shared there. Nothing of yours is changed.'),
        remote,
      })),
    ),
  ];
}

function part(label: string, rows: readonly RecoverRow[]): readonly RecoverRow[] {
  return rows.length === 0 ? [] : [{ kind: 'part', label }, ...rows];
}

function rowOf(kind: 'interrupted' | 'damaged', session: SessionSummary, detail: string, now: number, t: Translate): RecoverRow {
  const agent = oneLine(session.agentName ?? session.agent, 40);
  return {
    kind,
    sessionId: session.id,
    label: oneLine(session.title, 80),
    description: `${agent} · ${ageOf(session.updatedAt, now, t)}`,
    detail: oneLine(detail, 120),
  };
}

function damageText({ flaws }: SessionSummary, t: Translate): string {
  const count = (flaws?.damaged ?? 0) + (flaws?.damagedBlobs ?? 0);
  return count === 1
    ? t('One record could not be read. The rest is there; its bytes are kept.')
    : t('{0} records could not be read. The rest is there; their bytes are kept.', count);
}
