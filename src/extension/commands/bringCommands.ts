import * as vscode from 'vscode';
import type { BringWay } from '../../protocol/worktreeRequests.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { bringLines } from '../sessions/worktreeText.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayShortly, withProgress } from './say.ts';
import { sessionFor } from './target.ts';
import { offerRemoval } from './worktreeCommands.ts';

/** Puts all that a worktree differs in into the folder, as changes that are not committed. */
export const applyWorktree: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Apply the changes of which session?'));
  if (session !== undefined) await bring(app, session, 'apply', t('Apply Changes to Folder'));
};

/** Brings the commits of a worktree into its base branch, in the way that is picked. */
export const mergeWorktree: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Merge the worktree of which session?'));
  if (session === undefined) return;
  const ways: readonly (vscode.QuickPickItem & { readonly way: Exclude<BringWay, 'apply'> })[] = [
    { way: 'merge', label: t('Merge'), description: t('keeps the commits, with a merge commit where the base went on') },
    { way: 'squash', label: t('Squash'), description: t('one commit with all of it') },
    { way: 'rebase', label: t('Rebase'), description: t('the commits anew on top of the base') },
  ];
  const picked = await vscode.window.showQuickPick(ways, { title: t('Merge Worktree') });
  if (picked !== undefined) await bring(app, session, picked.way, picked.label);
};

/** Tries it, says what would happen, and does it when the person agrees. */
async function bring(app: App, { id, title }: SessionSummary, way: BringWay, label: string): Promise<void> {
  const call = app.store.call(id);
  const trial = await withProgress(t('Trying it first…'), () => call('worktree/tryBring', { sessionId: id, way }));
  const lines = bringLines(trial, t).join('\n\n');
  if (trial.problem !== undefined || trial.conflicts.length > 0) {
    const show = t('Open Changes');
    const text = t('“{0}” was not brought over. {1}', title, lines);
    if ((await vscode.window.showWarningMessage(text, show)) === show) await vscode.commands.executeCommand('sessionLoom.openChanges', id);
    return;
  }
  if (trial.files.length === 0) {
    sayShortly(t('{0} has all of it already.', trial.into));
    return;
  }
  if ((await ask(t('{0}: “{1}” → {2}', label, title, trial.into), lines, label)) !== label) return;
  const needsMessage = way === 'squash' || trial.uncommitted > 0;
  const message = needsMessage
    ? await vscode.window.showInputBox({ title: t('Message of the Commit'), value: title, ignoreFocusOut: true })
    : undefined;
  if (needsMessage && (message === undefined || message.trim() === '')) return;
  const { files, into } = await withProgress(t('Bringing the changes over…'), () =>
    call('worktree/bring', { sessionId: id, way, ...(message === undefined ? {} : { message: message.trim() }) }),
  );
  const said = files === 1 ? t('1 file of {0} was changed.', into) : t('{0} files of {1} were changed.', files, into);
  const after = app.store.get(id);
  // What was merged is in the base: the worktree has often done its work.
  if (way === 'apply' || after === undefined || !offerRemoval(app, after, call, said)) sayShortly(said);
}
