import * as vscode from 'vscode';
import { removalLines } from '../sessions/worktreeText.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { restoreWorktree } from './rescueCommands.ts';
import { ask, offer, sayShortly, withProgress } from './say.ts';
import { hostFor, sessionFor } from './target.ts';

/** Shows the worktree of a session: in a new window, in a terminal, or in the system's file manager. A second argument says which. */
export const revealWorktree: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Worktree of which session?'));
  if (session === undefined) return;
  const path = session.worktree?.path ?? session.cwd;
  const folder = vscode.Uri.file(path);
  const ways = [
    { id: 'window', label: t('Open in a New Window') },
    { id: 'terminal', label: t('Open a Terminal Here') },
    { id: 'system', label: t('Show in the File Manager') },
  ];
  const [, given] = args;
  const picked = ways.find(({ id }) => id === given) ?? (await vscode.window.showQuickPick(ways, { title: path }));
  if (picked?.id === 'window') await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
  if (picked?.id === 'terminal') vscode.window.createTerminal({ cwd: folder, name: session.branch ?? session.title }).show();
  if (picked?.id === 'system') await vscode.commands.executeCommand('revealFileInOS', folder);
};

/** Removes the worktree of a session, after saying what is in it. */
export const removeWorktree: CommandRun = async (app, ...args) => {
  const path = await worktreeFor(app, args);
  if (path !== undefined) await remove(app, path.call, path.path);
};

type Call = ReturnType<App['store']['call']>;

/** The worktree that a command is about: that of a session, else one of ours that is picked, also one that no session has any more. */
async function worktreeFor(app: App, args: readonly unknown[]): Promise<{ readonly call: Call; readonly path: string } | undefined> {
  if (args.length > 0 || app.panels.active !== undefined) {
    const session = await sessionFor(app, args, t('Worktree of which session?'));
    if (session?.worktree !== undefined) return { call: app.store.call(session.id), path: session.worktree.path };
    if (args.length > 0) return undefined;
  }
  const { link } = await hostFor(app, t('Worktrees of which folder?'));
  const { worktrees } = await link.call('worktree/list', {});
  const items = worktrees
    .filter(({ isOurs }) => isOurs)
    .map(({ path, branch, sessions }) => ({
      label: branch ?? path,
      description: sessions.length === 0 ? t('no session') : sessions.map(({ title }) => title).join(', '),
      detail: path,
      path,
    }));
  if (items.length === 0) sayShortly(t('No worktree was made for a session.'));
  const picked =
    items.length === 0 ? undefined : await vscode.window.showQuickPick(items, { title: t('Remove Worktree'), matchOnDetail: true });
  return picked === undefined ? undefined : { call: link.call, path: picked.path };
}

/** Asks, and removes. True when it is gone. */
async function remove(app: App, call: Call, path: string): Promise<boolean> {
  const look = await withProgress(t('Looking at the worktree…'), () => call('worktree/look', { path }));
  const remove = look.isDirty ? t('Keep a Rescue and Remove') : t('Remove');
  if ((await ask(t('Remove the worktree {0}?', path), removalLines(look, t).join('\n\n'), remove)) !== remove) return false;
  const { rescue } = await withProgress(t('Removing the worktree…'), () => call('worktree/remove', { path, force: look.isDirty }));
  if (rescue === undefined) sayShortly(t('The worktree is removed.'));
  else offer(t('The worktree is removed. What was in it is kept as {0}.', rescue), t('Restore from Rescue…'), () => restoreWorktree(app));
  return true;
}

/** Has a session work in its folder, whose worktree could not be made or was removed. */
export const useFolder: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Which session is to work in its folder?'));
  if (session !== undefined) await app.store.call(session.id)('worktree/useFolder', { sessionId: session.id });
};

/** Makes the worktree of a session anew. */
export const retryWorktree: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Worktree of which session?'));
  if (session !== undefined) await app.store.call(session.id)('worktree/retry', { sessionId: session.id });
};

/** Stops the making of a session's worktree. */
export const cancelWorktree: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Worktree of which session?'));
  if (session === undefined) return;
  const { cancelled } = await withProgress(t('Undoing what was made…'), () =>
    app.store.call(session.id)('worktree/cancel', { sessionId: session.id }),
  );
  if (!cancelled) sayShortly(t('No worktree is being made for this session.'));
};

/**
 * Offers to remove the worktree of a session that has come to its end, or whose work was brought over, as `said` tells then. Nothing happens by
 * itself. False where there is none to remove.
 */
export function offerRemoval(app: App, { title, worktree, id }: SessionSummary, call: Call = app.store.call(id), said?: string): boolean {
  if (worktree?.isOurs !== true || worktree.phase !== 'ready') return false;
  const { path } = worktree;
  const stays = t('“{0}” has a worktree, which stays: {1}', title, path);
  offer(said === undefined ? stays : `${said} ${stays}`, t('Remove Worktree…'), () => remove(app, call, path));
  return true;
}
