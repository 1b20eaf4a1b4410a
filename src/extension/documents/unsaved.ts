import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import { t } from '../words.ts';
import { shownPath } from './restorePlanText.ts';

/** Fails with `conflict` where one of these files has changes in an editor that are not saved: they would be saved over what is put back. */
export function assertSaved(paths: readonly string[], folder: string): void {
  const wanted = new Set(paths.map((path) => vscode.Uri.file(path).toString()));
  const unsaved = vscode.workspace.textDocuments.filter((document) => document.isDirty && wanted.has(document.uri.toString()));
  if (unsaved.length === 0) return;
  const names = unsaved.map(({ uri }) => shownPath(uri.fsPath, folder)).join(', ');
  throw new LoomError('conflict', t('There are changes that are not saved in {0}. Save or revert them, and try again.', names));
}
