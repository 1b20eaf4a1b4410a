import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';
import type { TextDocuments } from './textDocuments.ts';

/** Opens all in which the worktree of a session differs from its base in the multi-diff editor: committed, uncommitted and untracked. */
export async function openWorktreeChanges(
  call: Call<HostRequests>,
  documents: TextDocuments,
  sessionId: string,
  title: string,
): Promise<void> {
  const { root, base, baseCommit, files } = await call('worktree/changes', { sessionId });
  if (files.length === 0) {
    void vscode.window.showInformationMessage(t('The worktree of “{0}” is as its base {1}.', title, base));
    return;
  }
  const rows = files.map(({ path, change, from }) => {
    const file = vscode.Uri.file(join(root, path));
    const before = documents.add(join(root, from ?? path), () => baseText(call, sessionId, baseCommit, from ?? path));
    return [file, change === 'added' ? undefined : before, change === 'deleted' ? undefined : file] as const;
  });
  await vscode.commands.executeCommand('vscode.changes', t('“{0}” against {1}', title, base), rows);
}

async function baseText(call: Call<HostRequests>, sessionId: string, baseCommit: string, path: string): Promise<string> {
  const { text, isBinary } = await call('worktree/baseText', { sessionId, baseCommit, path });
  return isBinary ? t('This file is no text.') : (text ?? '');
}
