import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';
import type { TextDocuments } from './textDocuments.ts';

/** The two sides of a file, for an editor: undefined where there was, or is, none. */
export interface FileSides {
  readonly before: vscode.Uri | undefined;
  readonly now: vscode.Uri | undefined;
}

/** A file as it was before a turn, or before the session, and as it is now: in an editor that has not saved it yet, else on the disk. */
export async function sidesOf(
  call: Call<HostRequests>,
  documents: TextDocuments,
  sessionId: string,
  path: string,
  turn?: string,
): Promise<FileSides> {
  const file = vscode.Uri.file(path);
  const unsaved = vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === file.toString());
  const { text } = await call('session/textBefore', {
    sessionId,
    path,
    ...(turn === undefined ? {} : { turn }),
    ...(unsaved === undefined ? {} : { now: unsaved.getText() }),
  });
  const isThere = unsaved !== undefined || (await exists(file));
  return {
    before: text === undefined ? undefined : documents.add(path, () => Promise.resolve(text)),
    now: isThere ? file : undefined,
  };
}

/** Opens a file as it was before a turn beside what it is now. */
export async function compareFile(
  call: Call<HostRequests>,
  documents: TextDocuments,
  sessionId: string,
  path: string,
  turn?: string,
): Promise<void> {
  const { before, now } = await sidesOf(call, documents, sessionId, path, turn);
  const name = basename(path);
  if (before !== undefined && now !== undefined)
    await vscode.commands.executeCommand('vscode.diff', before, now, t('{0} (before, and now)', name), { preview: true });
  else if (now !== undefined) await vscode.commands.executeCommand('vscode.open', now, { preview: true });
  else if (before !== undefined) await vscode.commands.executeCommand('vscode.open', before, { preview: true }, t('{0} (before)', name));
  else void vscode.window.showInformationMessage(t('{0} was not there before, and is not there now.', name));
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    // No such file, or none that can be reached: both mean that there is nothing to compare with.
    return false;
  }
}
