import * as vscode from 'vscode';
import type { GroupBy } from '../sessions/arrange.ts';
import { writeGroupBy } from '../settings.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';

/** Shows only the sessions in which some words occur. With a text as its argument, without asking. */
export const filterSessions: CommandRun = async (app, words) => {
  const filter =
    typeof words === 'string'
      ? words
      : await vscode.window.showInputBox({
          title: t('Filter Sessions'),
          value: app.tree.filter,
          prompt: t('Words in a title, an agent, a branch, a state or the last message.'),
        });
  if (filter !== undefined) await setFilter(app, filter);
};

/** Shows all sessions again. */
export const clearFilter: CommandRun = (app) => setFilter(app, '');

async function setFilter(app: App, filter: string): Promise<void> {
  app.tree.setFilter(filter);
  await vscode.commands.executeCommand('setContext', 'sessionLoom.filtered', app.tree.filter !== '');
}

/** Groups the rows of the sessions view. */
export function groupBy(by: GroupBy): CommandRun {
  return () => writeGroupBy(by);
}

/** Shows or hides archived sessions. */
export function showArchived(shows: boolean): CommandRun {
  return async (app) => {
    app.tree.setShowsArchived(shows);
    await vscode.commands.executeCommand('setContext', 'sessionLoom.showsArchived', shows);
  };
}

/** Shows the next page of a group. */
export const showMore: CommandRun = async (app, groupId) => {
  if (typeof groupId === 'string') await app.tree.showMore(groupId);
};
