import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { t } from '../words.ts';
import type { InboxStore } from './inboxStore.ts';

/** Tells of approvals that wait, once each, unless the session that waits for one is in sight: its panel says so. */
export function tellApprovals(inbox: InboxStore, isInSight: (sessionId: string) => boolean): Disposable {
  const told = new Set<string>();
  return inbox.onDidChange(() => {
    for (const { item } of inbox.items) {
      if (item.kind !== 'approval' || told.has(item.id)) continue;
      told.add(item.id);
      const { sessionId } = item.approval;
      if (sessionId !== undefined && isInSight(sessionId)) continue;
      const show = t('Show');
      void vscode.window.showInformationMessage(item.title, show).then((chosen) => {
        if (chosen === show) void vscode.commands.executeCommand('sessionLoom.openInboxItem', { kind: 'inbox', id: item.id });
      });
    }
  });
}
