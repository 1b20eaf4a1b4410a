import * as vscode from 'vscode';
import type { ParamsOf } from '../../protocol/contract.ts';
import type { HostNotifications } from '../../protocol/host.ts';
import { t } from '../words.ts';

/** Tells a person what a host has to say: information in the log only, the rest as a message with one way on. */
export async function sayNotice(
  { level, text, sessionId, offers }: ParamsOf<HostNotifications['host/notice']>,
  log: vscode.LogOutputChannel,
): Promise<void> {
  if (level === 'info') {
    log.info(text);
    return;
  }
  const [command, open] = wayOn(sessionId, offers);
  log.warn(text);
  const show = level === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  if ((await show(text, open)) !== open) return;
  await vscode.commands.executeCommand(`sessionLoom.${command}`, ...(sessionId === undefined ? [] : [sessionId]));
}

/** The command behind the button of a notice, and the button's word. */
function wayOn(sessionId: string | undefined, offers: 'recover' | 'move' | undefined): readonly [command: string, word: string] {
  if (offers === 'move') return ['moveIntoRepository', t('Move…')];
  if (sessionId !== undefined) return ['openSession', t('Open Session')];
  return offers === 'recover' ? ['recoverSessions', t('Recover Sessions…')] : ['showLog', t('Show Log')];
}
