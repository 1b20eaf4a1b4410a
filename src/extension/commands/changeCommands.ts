import * as vscode from 'vscode';
import type { FileCount } from '../../model/entries.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { restoreFiles } from '../documents/restoreFiles.ts';
import { t } from '../words.ts';
import type { CommandRun } from './app.ts';
import { sayShortly } from './say.ts';
import { sessionFor } from './target.ts';

/** Puts the files of a session back to before one of its turns, which is picked. With a second argument, to before that turn. */
export const restoreToTurn: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Restore the files of which session?'));
  if (session === undefined) return;
  const call = app.store.call(session.id);
  const given = typeof args[1] === 'string' ? args[1] : undefined;
  const turn = given ?? (await pickTurn(await call('session/changes', { sessionId: session.id })));
  if (turn !== undefined) await restoreFiles({ call, documents: app.documents, session }, turn);
};

/** Takes back all that a session did to files, after a look at what happens to each; what others did there stays. */
export const undoSession: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Undo the changes of which session?'));
  if (session === undefined) return;
  const call = app.store.call(session.id);
  const [first] = (await call('session/changes', { sessionId: session.id })).turns;
  if (first === undefined) sayShortly(t('This session has not changed a file.'));
  else await restoreFiles({ call, documents: app.documents, session }, first.turn, true);
};

async function pickTurn({ turns }: ResultOf<HostRequests['session/changes']>): Promise<string | undefined> {
  if (turns.length === 0) {
    sayShortly(t('This session has not changed a file.'));
    return undefined;
  }
  const items = turns.toReversed().map(({ turn, index, prompt, files }) => ({
    turn,
    label: prompt.split('\n')[0]?.trim() || t('Turn {0}', index + 1),
    description: `+${String(sum(files, 'added'))} −${String(sum(files, 'removed'))}`,
    detail: [t('Turn {0}', index + 1), ...files.slice(0, 5).map(({ path }) => path.split(/[\\/]/).at(-1) ?? path)].join(' · '),
  }));
  return (
    await vscode.window.showQuickPick(items, {
      title: t('Restore Files to Before a Turn'),
      placeHolder: t('Files go back to before the message that you pick, and nothing happens before you agree'),
      matchOnDetail: true,
    })
  )?.turn;
}

function sum(files: readonly FileCount[], of: 'added' | 'removed'): number {
  return files.reduce((total, file) => total + file[of], 0);
}

/** Marks all changes of a session as looked at. */
export const keepChanges: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Keep the changes of which session?'));
  if (session === undefined) return;
  await app.store.call(session.id)('session/review', { sessionId: session.id, decision: 'keep' });
  sayShortly(t('The changes of “{0}” are kept.', session.title));
};
