import type * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import type { MessageSocket, Transport, TransportConnection } from '../../client/transport.ts';
import type { LanguageTransport } from './languageTransport.ts';

/** A transport over the language client that loads it with the first connection: a window without a host never does. */
export class LateTransport implements Transport, Disposable {
  readonly #folder: vscode.WorkspaceFolder;
  readonly #log: vscode.LogOutputChannel;
  #made: LanguageTransport | undefined;
  #isDisposed = false;

  constructor(folder: vscode.WorkspaceFolder, log: vscode.LogOutputChannel) {
    this.#folder = folder;
    this.#log = log;
  }

  async open(socket: MessageSocket): Promise<TransportConnection> {
    const { LanguageTransport } = await import('./languageTransport.ts');
    if (this.#isDisposed) {
      socket.end();
      throw new LoomError('disconnected', 'The folder was closed.');
    }
    this.#made ??= new LanguageTransport(this.#folder, this.#log);
    return this.#made.open(socket);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#made?.dispose();
  }
}
