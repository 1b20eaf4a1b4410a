import * as vscode from 'vscode';
import type { Executable, LanguageClientOptions } from 'vscode-languageclient/node';
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import { specGlobs } from './specDocuments.ts';

/**
 * A language client that never shows a pop-up and never restarts by itself: whoever holds it decides when it starts again, and says in
 * its own words what is wrong.
 */
export class QuietLanguageClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }
}

/** What a client for the spec documents of one workspace folder is made with. */
export function specClientOptions(folder: vscode.WorkspaceFolder, log: vscode.LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: specGlobs.map((pattern) => ({ scheme: 'file', pattern: new vscode.RelativePattern(folder, pattern) })) as never,
    workspaceFolder: folder,
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
  };
}

/** A client of a program that serves the spec documents of a folder over its standard streams. */
export function specClient(folder: vscode.WorkspaceFolder, log: vscode.LogOutputChannel, program: Executable): QuietLanguageClient {
  const server = { ...program, transport: TransportKind.stdio };
  return new QuietLanguageClient('sessionLoom.specs', 'Session Loom', server, specClientOptions(folder, log));
}
