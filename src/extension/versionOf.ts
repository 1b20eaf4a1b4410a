import type * as vscode from 'vscode';

/** The version in the manifest of an extension. */
export function versionOf(extension: vscode.Extension<unknown>): string {
  const { version } = extension.packageJSON as { readonly version?: unknown };
  return typeof version === 'string' ? version : '0.0.0';
}
