import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { t } from '../words.ts';
import type { CommandRun } from './app.ts';
import { ask, offer, sayShortly, withProgress } from './say.ts';
import { hostFor } from './target.ts';

/** Moves sessions that were kept in a plain folder into the repository that the folder has now, after saying what moves. */
export const moveIntoRepository: CommandRun = async (app) => {
  const { folder, link } = await hostFor(app, t('Sessions of which folder?'));
  const { kind, sessions, folder: from } = await link.call('data/plain', {});
  if (kind === 'plain') {
    // The host was chosen when the window opened; only a new window sees the repository.
    if (existsSync(join(folder.uri.fsPath, '.git')))
      offer(t('This window still works without the repository. Reload it, and run the command again.'), t('Reload'), () =>
        vscode.commands.executeCommand('workbench.action.reloadWindow'),
      );
    else sayShortly(t('This folder has no repository. Run "git init" in it first.'));
    return;
  }
  if (from === undefined) {
    sayShortly(t('No sessions lie outside of the repository.'));
    return;
  }
  const question = sessions === 1 ? t('Move one session into the repository?') : t('Move {0} sessions into the repository?', sessions);
  const detail = t(
    'From {0} into the git folder, where they are never committed. Their history comes along. The session host starts anew.',
    from,
  );
  if ((await ask(question, detail, t('Move'))) === undefined) return;
  const before = link.host?.pid;
  await withProgress(t('Moving the sessions…'), async () => {
    await link.call('data/move', {});
    await untilNewHost(link, before);
  });
  sayShortly(sessions === 1 ? t('The session is in the repository now.') : t('{0} sessions are in the repository now.', sessions));
};

/** Resolves when another host has taken the place of the one with this process id, or when the link says what is wrong. */
function untilNewHost(link: Awaited<ReturnType<typeof hostFor>>['link'], before: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (link.state.state !== 'connected' || link.host?.pid === before) return;
      listening.dispose();
      resolve();
    };
    const listening = link.onStateChanged(look);
    look();
  });
}
