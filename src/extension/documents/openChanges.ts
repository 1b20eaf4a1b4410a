import { basename } from 'node:path';
import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { FileDiff } from '../../model/entries.ts';
import { oneSided } from '../../model/fileEdits.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';
import { allDiffs, findEntry, wholeText } from './sessionTexts.ts';
import type { TextDocuments } from './textDocuments.ts';
import { undoChanges } from './undoDiffs.ts';

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
  const byPath = new Map<string, FileDiff[]>();
  for (const diff of await allDiffs(call, sessionId)) byPath.set(diff.path, [...(byPath.get(diff.path) ?? []), diff]);
  if (byPath.size === 0) {
    void vscode.window.showInformationMessage(t('This session has not changed a file.'));
    return;
  }
  const rows = await Promise.all([...byPath].map(([path, diffs]) => rowOf(call, documents, sessionId, path, diffs)));
  await vscode.commands.executeCommand('vscode.changes', t('Changes of “{0}”', title), rows);
}

async function rowOf(
  call: HostCall,
  documents: TextDocuments,
  sessionId: string,
  path: string,
  diffs: readonly FileDiff[],
): Promise<[vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined]> {
  const file = vscode.Uri.file(path);
  const changes = await Promise.all(
    diffs.map(async ({ before, after }) => ({
      before: before === undefined ? undefined : await wholeText(call, sessionId, before),
      after: await wholeText(call, sessionId, after),
    })),
  );
  const now = await textOf(file);
  if (now === undefined) {
    // The file is gone since: the last change is all there is to show.
    const last = changes.at(-1);
    return [
      file,
      documents.add(path, () => Promise.resolve(last?.before ?? '')),
      documents.add(path, () => Promise.resolve(last?.after ?? '')),
    ];
  }
  const { text } = undoChanges(now, changes);
  return [file, text === undefined ? undefined : documents.add(path, () => Promise.resolve(text)), file];
}

async function textOf(file: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === file.toString());
  if (open !== undefined) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    // No such file, or none that can be read: both mean that there is nothing to compare with.
    return undefined;
  }
}
