import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import { t } from '../words.ts';

/** A stranger's link: only the web, and only after the person saw where it leads. Resolves with whether it was opened. */
export async function openExternal(url: string, by?: string): Promise<boolean> {
  const target = vscode.Uri.parse(url, true);
  if (target.scheme !== 'https' && target.scheme !== 'http' && target.scheme !== 'mailto') {
    throw new LoomError('not-allowed', t('Only web and mail links are opened, and this one begins with "{0}:".', target.scheme));
  }
  const open = t('Open');
  const shown = url.slice(0, 500);
  const detail = by === undefined ? t('An agent wrote this link:\n{0}', shown) : t('{0} asks for it:\n{1}', by.slice(0, 100), shown);
  const chosen = await vscode.window.showWarningMessage(t('Open this link outside the editor?'), { modal: true, detail }, open);
  return chosen === open && (await vscode.env.openExternal(target));
}
