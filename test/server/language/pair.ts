import { PassThrough } from 'node:stream';
import type { Connection, Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import { createConnection, ProposedFeatures } from 'vscode-languageserver';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { ProtocolConnection } from 'vscode-languageserver/node';

/** A language server's connection and its client, over two streams in this process. Methods are named by strings, as the protocol writes them. */
export interface Pair {
  readonly server: Connection;
  readonly client: ProtocolConnection;
  close(): void;
}

/** Makes the pair; the server listens once the test has bound what it wants to. */
export function makePair(): Pair {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const watchDog = { shutdownReceived: false, initialize: () => undefined, exit: () => undefined };
  const server = createConnection(
    (logger) => createProtocolConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient), logger),
    watchDog,
    ProposedFeatures.all,
  );
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  return {
    server,
    client,
    close() {
      client.dispose();
      server.dispose();
    },
  };
}

/** Collects the diagnostics that a client is sent, and waits for those that a test is about. */
export class DiagnosticsInbox {
  readonly received: PublishDiagnosticsParams[] = [];
  #look: () => void = () => undefined;

  constructor(client: ProtocolConnection) {
    client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.received.push(params);
      this.#look();
    });
  }

  /** The next diagnostics of a document of that version (from now on, or already there). */
  async of(uri: string, version: number | undefined): Promise<readonly Diagnostic[]> {
    for (;;) {
      const found = this.received.findIndex((params) => params.uri === uri && params.version === version);
      if (found >= 0) return this.received.splice(found, 1)[0]?.diagnostics ?? [];
      await new Promise<void>((resolve) => (this.#look = resolve));
    }
  }
}

/** Says `initialize` and `initialized` as an editor does, and gives the answer. */
export async function initialize(client: ProtocolConnection, watchesFiles = false): Promise<unknown> {
  const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: watchesFiles } } };
  const answer: unknown = await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities });
  await client.sendNotification('initialized', {});
  return answer;
}

/** Opens a document in the client. */
export function openDocument(client: ProtocolConnection, uri: string, version: number, text: string): Promise<void> {
  return client.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'markdown', version, text } });
}

/** Changes a document in the client: of a range, or of everything. */
export function changeDocument(client: ProtocolConnection, uri: string, version: number, changes: readonly object[]): Promise<void> {
  return client.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges: changes });
}
