import * as vscode from 'vscode';

/** Where spec documents lie, relative to a workspace folder. */
export const specGlobs: readonly string[] = ['**/specs/*/*.md', '**/.kiro/specs/*/*.md'];

/** Whether a document is a spec document of this folder. */
export function isSpecDocument(document: vscode.TextDocument, folder: vscode.WorkspaceFolder): boolean {
  const filters = specGlobs.map((pattern) => ({ scheme: 'file', pattern: new vscode.RelativePattern(folder, pattern) }));
  return vscode.languages.match(filters, document) > 0;
}
