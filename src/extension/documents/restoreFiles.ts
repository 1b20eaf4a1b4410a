import * as vscode from 'vscode';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { LeftFile } from '../../model/entries.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';
import { compareFile } from './compareFile.ts';
import { restorePlanText, restoreQuestion, shownPath } from './restorePlanText.ts';
import type { TextDocuments } from './textDocuments.ts';
import { assertSaved } from './unsaved.ts';

/** What a restore works with. */
export interface RestoreSurroundings {
  readonly call: Call<HostRequests>;
  readonly documents: TextDocuments;
  readonly session: Pick<SessionSummary, 'id' | 'cwd' | 'title'>;
}

/** Says which files go back to before a turn, puts them back when the person agrees, and offers the way back. `isAll`: the turn is the first that changed any. */
export async function restoreFiles(around: RestoreSurroundings, turn: string, isAll = false): Promise<void> {
  const { call, session } = around;
  const sessionId = session.id;
  const plan = await call('session/restorePlan', { sessionId, turn });
  if (plan.isRunning) {
    throw new LoomError(
      'conflict',
      t('A turn of this session is running, and it may be writing to these files. Stop it or wait for its end.'),
    );
  }
  const [first] = plan.files;
  if (first === undefined) {
    if (plan.left.length === 0) void vscode.window.showInformationMessage(t('There is nothing to put back: the files are as they were.'));
    else offerLeft(around, turn, plan.left, t('No file could be put back. {0}', sentenceOf(plan.left, session.cwd)));
    return;
  }
  assertSaved(
    plan.files.map(({ path }) => path),
    session.cwd,
  );
  const question = restoreQuestion(plan.files.length, shownPath(first.path, session.cwd), isAll ? session.title : undefined, t);
  const detail = [
    restorePlanText(plan, session.cwd, t),
    t('The conversation stays as it is. What the files hold now is kept, so that this can be undone.'),
  ].join('\n\n');
  const restore = isAll ? t('Undo All Changes') : t('Restore Files');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, restore)) !== restore) return;
  const { entry, restored, left } = await call('session/restore', { sessionId, to: { turn } });
  const said = restored === 1 ? t('1 file was put back.') : t('{0} files were put back.', restored);
  if (left.length > 0) offerLeft(around, turn, left, `${said} ${sentenceOf(left, session.cwd)}`, entry);
  else offerWayBack(around, said, entry);
}

function offerWayBack(around: RestoreSurroundings, said: string, entry: string | undefined): void {
  const undo = t('Undo the Restore');
  const buttons = entry === undefined ? [] : [undo];
  goOn(vscode.window.showInformationMessage(said, ...buttons), async () => takeBack(around, entry));
}

function offerLeft(around: RestoreSurroundings, turn: string, left: readonly LeftFile[], said: string, entry?: string): void {
  const { call, documents, session } = around;
  const open = t('Open Diff');
  const undo = t('Undo the Restore');
  goOn(vscode.window.showWarningMessage(said, open, ...(entry === undefined ? [] : [undo])), async (chosen) => {
    if (chosen === undo) return takeBack(around, entry);
    const items = left.map(({ path, reason }) => ({ path, label: shownPath(path, session.cwd), detail: t(reason) }));
    const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: t('Open the diff of which file?') });
    if (picked !== undefined) await compareFile(call, documents, session.id, picked.path, turn);
  });
}

async function takeBack({ call, session }: RestoreSurroundings, entry: string | undefined): Promise<void> {
  if (entry !== undefined) await call('session/restore', { sessionId: session.id, to: { restore: entry } });
}

/** Does what a button of a message asks for. The command that showed the message has ended by then, so a failure is said here. */
function goOn(shown: Thenable<string | undefined>, act: (chosen: string) => Promise<void>): void {
  const run = async (): Promise<void> => {
    const chosen = await shown;
    if (chosen !== undefined) await act(chosen);
  };
  run().catch((error: unknown) => vscode.window.showErrorMessage(messageOf(error)));
}

function sentenceOf(left: readonly LeftFile[], folder: string): string {
  const [first] = left;
  if (first === undefined) return '';
  const name = shownPath(first.path, folder);
  return left.length === 1
    ? t('{0} was left alone: {1}', name, t(first.reason))
    : t('{0} files were left alone, among them {1}: {2}', left.length, name, t(first.reason));
}
