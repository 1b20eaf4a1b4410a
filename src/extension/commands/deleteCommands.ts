import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { fateOfCopies } from '../sessions/agentCopies.ts';
import { isDone, isRunning } from '../sessions/order.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayShortly, withProgress } from './say.ts';
import { sessionsFor } from './target.ts';
import { offerRemoval } from './worktreeCommands.ts';

/** Deletes sessions after saying what goes and what stays. */
export const deleteSession: CommandRun = async (app, ...args) => {
  const sessions = await sessionsFor(app, args, t('Delete which session?'));
  if (sessions.length === 0) return;
  const keep = t('Delete');
  const purge = t('Delete, and from Our History Too');
  const chosen = await ask(questionFor(sessions), detailFor(sessions), keep, purge);
  if (chosen === undefined) return;
  // What is said of its worktree goes with a session; the worktree does not.
  const call = app.store.linkOf(sessions[0]?.id ?? '')?.call;
  const others = new Set(app.store.all.filter(({ id }) => !sessions.some((each) => each.id === id)).map(({ worktree }) => worktree?.path));
  await remove(app, sessions, chosen === purge);
  for (const session of sessions) if (call !== undefined && !others.has(session.worktree?.path)) offerRemoval(app, session, call);
};

function questionFor(sessions: readonly SessionSummary[]): string {
  const [only] = sessions;
  return sessions.length === 1 && only !== undefined ? t('Delete “{0}”?', only.title) : t('Delete {0} sessions?', sessions.length);
}

function detailFor(sessions: readonly SessionSummary[]): string {
  const working = sessions.filter(isRunning).length;
  return [
    ...(working > 0 ? [working === 1 ? t('One is at work and is stopped.') : t('{0} are at work and are stopped.', working)] : []),
    t('The conversation, its pictures and attachments, and what waits in its queue are deleted. This cannot be undone.'),
    ...copiesText(sessions),
    t('Files that the agent changed, and commits on your branches, stay.'),
    t('What was written to the history in git stays too, unless you take it out as well. What was shared or pushed stays in any case.'),
  ].join('\n\n');
}

function copiesText(sessions: readonly SessionSummary[]): readonly string[] {
  switch (fateOfCopies(sessions)) {
    case undefined:
      return [];
    case 'deleted':
      return [t('The agent’s own copy of the conversation is deleted as well.')];
    case 'kept':
      return [t('The agent keeps its own copy of the conversation, which it does not let us delete.')];
    case 'mixed':
      return [t('Some agents delete their own copies of these conversations as well; others keep theirs.')];
  }
}

async function remove(app: App, sessions: readonly SessionSummary[], purgeHistory: boolean): Promise<void> {
  const kept: string[] = [];
  await withProgress(t('Deleting…'), async () => {
    for (const { id } of sessions) {
      const { keptInHistory } = await app.store.call(id)('session/delete', { sessionId: id, purgeHistory });
      if (keptInHistory !== undefined) kept.push(keptInHistory);
      app.panels.get(id)?.dispose();
    }
  });
  const [where] = kept;
  sayShortly(where === undefined ? t('Deleted.') : t('Deleted. {0}', where));
}

interface CleanUpItem extends vscode.QuickPickItem {
  readonly sessions: readonly SessionSummary[];
  readonly does: 'hibernate' | 'archive' | 'delete';
}

/** Offers to put away what is over: has what rests hibernate, archives what is done, deletes what is archived or was never used. */
export const cleanUp: CommandRun = async (app) => {
  const items = offers(app.store.all).filter(({ sessions }) => sessions.length > 0);
  if (items.length === 0) {
    sayShortly(t('There is nothing to clean up.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Clean Up Sessions'),
    canPickMany: true,
    placeHolder: t('What shall go?'),
  });
  if (picked === undefined || picked.length === 0) return;
  const doomed = picked.flatMap(({ does, sessions }) => (does === 'delete' ? sessions : []));
  if (doomed.length > 0 && (await ask(questionFor(doomed), detailFor(doomed), t('Delete'))) === undefined) return;
  const failed: string[] = [];
  await withProgress(t('Cleaning up…'), async () => {
    for (const { does, sessions } of picked) {
      for (const session of sessions)
        await putAway(app, session, does).catch((error: unknown) => failed.push(`${session.title}: ${messageOf(error)}`));
    }
  });
  const [first] = failed;
  if (first === undefined) sayShortly(t('Cleaned up.'));
  else void vscode.window.showWarningMessage(t('{0} sessions could not be put away. The first: {1}', failed.length, first));
};

/** Whether its agent starts, or its worktree is being made. */
function isBeingMade({ status, worktree }: SessionSummary): boolean {
  return status === 'starting' || worktree?.phase === 'making';
}

function offers(sessions: readonly SessionSummary[]): readonly CleanUpItem[] {
  const done = sessions.filter((session) => isDone(session) && !session.archived);
  const unused = sessions.filter(
    (session) => session.turns === 0 && session.queued === 0 && !session.pinned && !isRunning(session) && !isBeingMade(session),
  );
  const archived = sessions.filter((session) => session.archived && session.turns > 0 && !isRunning(session));
  const resting = sessions.filter(
    ({ status, hasAgent, archived }) => hasAgent === true && !archived && (status === 'idle' || status === 'finished'),
  );
  return [
    { label: t('Hibernate what rests'), description: countText(resting), sessions: resting, does: 'hibernate' },
    { label: t('Archive what is done'), description: countText(done), sessions: done, does: 'archive', picked: true },
    { label: t('Delete sessions in which nothing was said'), description: countText(unused), sessions: unused, does: 'delete' },
    { label: t('Delete archived sessions'), description: countText(archived), sessions: archived, does: 'delete' },
  ];
}

function countText(sessions: readonly SessionSummary[]): string {
  return sessions.length === 1 ? t('1 session') : t('{0} sessions', sessions.length);
}

async function putAway(app: App, { id }: SessionSummary, does: CleanUpItem['does']): Promise<void> {
  const call = app.store.call(id);
  if (does === 'hibernate') {
    await call('session/hibernate', { sessionId: id });
    return;
  }
  if (does === 'archive') await call('session/move', { sessionId: id, to: 'archived' });
  else await call('session/delete', { sessionId: id });
  app.panels.get(id)?.dispose();
}
