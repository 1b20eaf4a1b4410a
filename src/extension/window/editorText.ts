import * as vscode from 'vscode';
import type { ResultOf } from '../../protocol/contract.ts';
import type { WindowRequests } from '../../protocol/window.ts';
import { t } from '../words.ts';
import { changedRange } from './changedRange.ts';

interface FilePlace {
  readonly path: string;
  readonly real: string;
}

/** The text of a file that is open here with changes that are not saved; undefined where the disk counts. */
export function unsavedText(place: FilePlace): string | undefined {
  const document = openDocument(place);
  return document?.isDirty === true ? document.getText() : undefined;
}

/**
 * Replaces the text of a file as one edit that can be undone, and saves it. Nothing is written, and the host does it, where the file cannot be
 * held by an editor, or where the signal aborts before.
 */
export async function writeText(
  place: FilePlace,
  text: string,
  signal: AbortSignal,
): Promise<ResultOf<WindowRequests['window/writeFile']>> {
  const document = openDocument(place) ?? (await opened(place.path));
  if (document === undefined || signal.aborted) return {};
  const before = document.getText();
  const change = changedRange(before, lineEndsOf(document, text));
  if (change !== undefined) {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(document.positionAt(change.start), document.positionAt(change.end)), change.text);
    if (!(await vscode.workspace.applyEdit(edit))) return {};
  }
  const isSaved = await saved(document, signal);
  const written = { before, after: document.getText() };
  if (isSaved) return { written };
  return { written, problem: t('{0} was changed in the editor, and could not be saved there. Save it, or revert it.', place.path) };
}

/** Milliseconds between two tries to save. */
const againMs = 150;

/** Saves; a save that meets another one of the same file, as an automatic one, is refused, so it is tried a second time. */
async function saved(document: vscode.TextDocument, signal: AbortSignal): Promise<boolean> {
  const isDirty = (): boolean => document.isDirty;
  if (!isDirty() || (await document.save())) return true;
  await new Promise((resolve) => setTimeout(resolve, againMs));
  return !isDirty() || (!signal.aborted && (await document.save()));
}

function openDocument({ path, real }: FilePlace): vscode.TextDocument | undefined {
  const names = new Set([vscode.Uri.file(path).toString(), vscode.Uri.file(real).toString()]);
  return vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && names.has(uri.toString()));
}

async function opened(path: string): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  } catch {
    // No text, too large, or gone meanwhile: then the host writes it.
    return undefined;
  }
}

/** An editor keeps the line ends of a document; comparing with others would replace all of it. */
function lineEndsOf(document: vscode.TextDocument, text: string): string {
  return document.eol === vscode.EndOfLine.CRLF ? text.replace(/\r?\n/g, '\r\n') : text;
}
