import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import { t } from '../words.ts';
import type { FolderHost } from './folderHosts.ts';

/** Says once when this window may not approve on a host, with the way to change that, and when that has changed. */
export function followRight({ folder, link }: FolderHost): Disposable {
  const owned = new DisposableStore();
  let wasSaid = false;
  owned.add(
    link.onStateChanged(({ state }) => {
      if (state !== 'connected' || link.host?.mayApprove !== false || wasSaid) return;
      wasSaid = true;
      const allow = t('Allow This Editor to Approve…');
      const text = t(
        'The session host of “{0}” was started by another editor, so this one can read and send, but not approve.',
        folder.name,
      );
      void vscode.window
        .showWarningMessage(text, allow)
        .then((chosen) => (chosen === allow ? vscode.commands.executeCommand('sessionLoom.allowEditor') : undefined));
    }),
  );
  owned.add(
    link.on('capability/changed', ({ mayApprove }) => {
      void vscode.window.showInformationMessage(
        mayApprove ? t('This editor may approve here now.') : t('This editor was not allowed to approve here.'),
      );
    }),
  );
  return owned;
}
