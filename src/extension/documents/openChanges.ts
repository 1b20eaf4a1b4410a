import { basename } from 'node:path';
import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import { oneSided } from '../../model/fileEdits.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';
import { sidesOf } from './compareFile.ts';
import { findEntry, wholeText } from './sessionTexts.ts';
import type { TextDocuments } from './textDocuments.ts';

type HostCall = Call<HostRequests>;

/** Opens one diff of a session in the diff editor. */
export async function openDiff(call: HostCall, documents: TextDocuments, sessionId: string, id: string, index: number): Promise<void> {
  const entry = await findEntry(call, sessionId, id);
  const content = entry !== undefined && 'content' in entry ? entry.content[index] : undefined;
  if (content?.type !== 'diff') throw new LoomError('not-found', t('This diff is not part of the session any more.'));
  const { path, before, after } = content.diff;
  const left = documents.add(path, () => wholeText(call, sessionId, before));
  const right = documents.add(path, () => wholeText(call, sessionId, after));
  // The diff editor takes an empty text for one empty line, and would show that line as removed or as added.
  const side = oneSided(content.diff);
  if (side !== undefined) {
    const label = side === 'after' ? t('{0} (new in this session)', basename(path)) : t('{0} (deleted in this session)', basename(path));
    await vscode.commands.executeCommand('vscode.open', side === 'after' ? right : left, { preview: true }, label);
    return;
  }
  await vscode.commands.executeCommand('vscode.diff', left, right, t('{0} (change of the session)', basename(path)), { preview: true });
}

/** Opens all changes of a session in the multi-diff editor: each file as it was before the session, against the file as it is now. */
export async function openChanges(call: HostCall, documents: TextDocuments, sessionId: string, title: string): Promise<void> {
  const { files } = await call('session/changes', { sessionId });
  if (files.length === 0) {
    void vscode.window.showInformationMessage(t('This session has not changed a file.'));
    return;
  }
  const rows = await Promise.all(
    files.map(async ({ path }) => {
      const { before, now } = await sidesOf(call, documents, sessionId, path);
      return [vscode.Uri.file(path), before, now] as const;
    }),
  );
  await vscode.commands.executeCommand('vscode.changes', t('Changes of “{0}”', title), rows);
}
