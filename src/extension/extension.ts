/** The entry of the extension: wiring only. */
import type * as vscode from 'vscode';

/** Called by VS Code when the extension is first needed. */
export function activate(_context: vscode.ExtensionContext): void {
  // Placeholder until the extension proper replaces this file.
}

/** Called by VS Code before the extension host leaves. */
export function deactivate(): void {
  // Nothing is held yet.
}
