import * as vscode from 'vscode';
import { LoomError, messageOf } from '../../base/errors.ts';
import { t } from '../words.ts';

/** Milliseconds after which a person is told that something is still going on. */
const patienceMs = 500;

/** Runs something that may take long: a sign of progress appears after half a second. */
export async function withProgress<T>(title: string, task: () => Promise<T>): Promise<T> {
  const running = task();
  const settled = running.then(
    () => true,
    () => true,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), patienceMs));
  if (!(await Promise.race([settled, late]))) {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () => settled);
  }
  return running;
}

/** Says something that needs no answer, where it disturbs least. */
export function sayShortly(text: string): void {
  vscode.window.setStatusBarMessage(text, 5_000);
}

/** Says something with one button. Does not wait for the person: a command has ended when its work is done. */
export function offer(text: string, button: string, action: () => unknown): void {
  void vscode.window.showInformationMessage(text, button).then((chosen) => (chosen === button ? action() : undefined));
}

/** Asks before something that cannot be taken back. Undefined when the person thinks better of it. */
export async function ask<Choice extends string>(
  question: string,
  detail: string,
  ...choices: readonly Choice[]
): Promise<Choice | undefined> {
  return vscode.window.showWarningMessage(question, { modal: true, detail }, ...choices);
}

/** Tells a person what went wrong, with the one way on that helps most. */
export async function sayError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof vscode.CancellationError || (error instanceof LoomError && error.code === 'cancelled')) return;
  log.error(error instanceof Error ? error : messageOf(error));
  const [label, command] = wayOn(error);
  if ((await vscode.window.showErrorMessage(messageOf(error), label)) === label) await vscode.commands.executeCommand(command);
}

function wayOn(error: unknown): readonly [string, string] {
  const code = error instanceof LoomError ? error.code : 'internal';
  if (code === 'not-found' || code === 'conflict') return [t('Show Sessions'), 'sessionLoom.sessions.focus'];
  if (code === 'version') return [t('Restart the Session Host'), 'sessionLoom.restartHost'];
  return [t('Show Log'), 'sessionLoom.showLog'];
}
