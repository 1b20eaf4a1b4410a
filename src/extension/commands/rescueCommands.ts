import * as vscode from 'vscode';
import { rescueRow } from '../sessions/worktreeText.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayShortly, withProgress } from './say.ts';
import { hostFor } from './target.ts';

/** Makes a worktree out of a rescue again, and shows its session. A text as the argument is the id of the session whose rescue is wanted. */
export const restoreWorktree: CommandRun = async (app, wanted) => {
  const host = await hostFor(app, t('Rescues of which folder?'));
  const { rescues } = await withProgress(t('Looking for rescues…'), () => host.link.call('worktree/rescues', {}));
  if (rescues.length === 0) {
    sayShortly(t('There is no rescue: no worktree was removed with work in it.'));
    return;
  }
  const now = Date.now();
  // A panel whose worktree was removed knows which rescue it means.
  const own = typeof wanted === 'string' ? app.store.get(wanted)?.worktree?.rescue : undefined;
  const items = rescues.map((rescue) => ({ ...rescueRow(titled(app, rescue), now, t), ref: rescue.ref }));
  const picked =
    items.find(({ ref }) => ref === own) ??
    (await vscode.window.showQuickPick(items, { title: t('Restore from Rescue'), matchOnDescription: true, matchOnDetail: true }));
  if (picked === undefined) return;
  const { session } = await withProgress(t('Restoring the worktree…'), () =>
    host.link.call('worktree/restore', { ref: picked.ref, folder: host.folder.uri.fsPath }),
  );
  app.store.absorb(host.link, session);
  app.panels.open(session.id);
};

/** A rescue with the title that its session has now: worktrees are mostly made before a session has a title of its own. */
function titled<Row extends { readonly session: string; readonly title: string }>(app: App, rescue: Row): Row {
  return { ...rescue, title: app.store.get(rescue.session)?.title ?? rescue.title };
}

/** Deletes rescues that the person picks, after a question: what only they hold is gone then. */
export const deleteRescue: CommandRun = async (app) => {
  const { link } = await hostFor(app, t('Rescues of which folder?'));
  const { rescues } = await withProgress(t('Looking for rescues…'), () => link.call('worktree/rescues', { sizes: true }));
  if (rescues.length === 0) {
    sayShortly(t('There is no rescue: no worktree was removed with work in it.'));
    return;
  }
  const now = Date.now();
  const items = rescues.map((rescue) => ({ ...rescueRow(titled(app, rescue), now, t), rescue }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Delete which rescues?'),
    placeHolder: t('What only they hold cannot be brought back'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  const [first] = picked ?? [];
  if (picked === undefined || first === undefined) return;
  const question = picked.length === 1 ? t('Delete the rescue of “{0}”?', first.label) : t('Delete {0} rescues?', picked.length);
  const detail = [...picked.map(({ label, description, detail }) => `${label} · ${description}\n${detail}`), t('This cannot be undone.')];
  const word = t('Delete');
  if ((await ask(question, detail.join('\n\n'), word)) !== word) return;
  await withProgress(t('Deleting…'), async () => {
    for (const { rescue } of picked) await link.call('worktree/deleteRescue', { ref: rescue.ref, commit: rescue.commit ?? '' });
  });
  sayShortly(picked.length === 1 ? t('The rescue is deleted.') : t('{0} rescues are deleted.', picked.length));
};
