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
  const open = sessionId !== undefined ? t('Open Session') : offers === 'recover' ? t('Recover Sessions…') : t('Show Log');
  log.warn(text);
  const show = level === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  if ((await show(text, open)) !== open) return;
  if (sessionId !== undefined) await vscode.commands.executeCommand('sessionLoom.openSession', sessionId);
  else await vscode.commands.executeCommand(offers === 'recover' ? 'sessionLoom.recoverSessions' : 'sessionLoom.showLog');
}
