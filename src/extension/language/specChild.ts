import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import { TaskQueue } from '../../base/queue.ts';
import { hostEnvironment } from '../../client/hostEnvironment.ts';
import type { QuietLanguageClient } from './quietClient.ts';
import { isSpecDocument } from './specDocuments.ts';

/** What a folder's language child needs to know. */
export interface SpecChildOptions {
  readonly folder: vscode.WorkspaceFolder;
  /** Absolute path of the program that knows the spec documents and nothing else. */
  readonly program: string;
  readonly log: vscode.LogOutputChannel;
}

/**
 * The language features of a folder's spec documents while no host is attached: a plain child process that knows no git, no agent and no
 * session. It runs only while a spec document is open and nobody else serves it.
 */
export class SpecChild implements Disposable {
  readonly #options: SpecChildOptions;
  readonly #owned = new DisposableStore();
  readonly #steps = new TaskQueue();
  #client: QuietLanguageClient | undefined;
  #servedByHost = false;
  #disposed = false;

  constructor(options: SpecChildOptions) {
    this.#options = options;
    this.#owned.add(vscode.workspace.onDidOpenTextDocument((document) => this.#isOurs(document) && this.#settle()));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument((document) => this.#isOurs(document) && this.#settle()));
    this.#settle();
  }

  /** Says whether a host serves the folder's documents now. */
  setServedByHost(served: boolean): void {
    if (served === this.#servedByHost) return;
    this.#servedByHost = served;
    this.#settle();
  }

  dispose(): void {
    this.#disposed = true;
    this.#owned.dispose();
    this.#settle();
  }

  #isOurs(document: vscode.TextDocument): boolean {
    return isSpecDocument(document, this.#options.folder);
  }

  #settle(): void {
    void this.#steps.run(async () => {
      const isWanted = !this.#disposed && !this.#servedByHost && vscode.workspace.textDocuments.some((document) => this.#isOurs(document));
      if (isWanted && this.#client === undefined) await this.#start();
      else if (!isWanted && this.#client !== undefined) await this.#stop(this.#client);
    });
  }

  async #start(): Promise<void> {
    const { folder, program, log } = this.#options;
    const env = { ...hostEnvironment(process.env), ELECTRON_RUN_AS_NODE: '1' };
    // Loaded for the first spec document that is opened: most windows never need it.
    const { specClient } = await import('./quietClient.ts');
    const client = specClient(folder, log, { command: process.execPath, args: [program], options: { cwd: folder.uri.fsPath, env } });
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      this.#client = undefined;
      log.error(`The language features of spec documents did not start: ${messageOf(error)}`);
    }
  }

  async #stop(client: QuietLanguageClient): Promise<void> {
    this.#client = undefined;
    // A child that does not leave in time is ended by the client itself.
    await client.dispose().catch((error: unknown) => this.#options.log.debug(messageOf(error)));
  }
}
