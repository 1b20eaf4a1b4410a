import type * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import { LoomError } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore, disposable } from '../../base/lifecycle.ts';
import type { MessageSocket, RequestHandler, Transport, TransportConnection } from '../../client/transport.ts';
import { hostNotifications } from '../../protocol/host.ts';
import { windowRequests } from '../../protocol/window.ts';
import { answerRequest } from '../../client/answerRequest.ts';
import { errorOf } from '../../client/plainTransport.ts';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { QuietLanguageClient, specClientOptions } from './quietClient.ts';

/**
 * Carries the requests of a window over the language client, so that the language features of the spec documents and the sessions run on
 * one connection. One client per folder lives through all connections; each `open` starts it on a new socket.
 */
export class LanguageTransport implements Transport, Disposable {
  readonly #client: QuietLanguageClient;
  readonly #notified = new Emitter<{ method: string; params: unknown }>();
  readonly #owned = new DisposableStore();
  #socket: MessageSocket | undefined;
  #answers: RequestHandler | undefined;

  constructor(folder: vscode.WorkspaceFolder, log: vscode.LogOutputChannel) {
    const connect = (): Promise<MessageSocket> =>
      this.#socket === undefined ? Promise.reject(new LoomError('disconnected', 'There is no connection.')) : Promise.resolve(this.#socket);
    this.#client = new QuietLanguageClient('sessionLoom.specs', 'Session Loom', connect, specClientOptions(folder, log));
    for (const method of Object.keys(hostNotifications)) {
      // Handlers that are registered before the start live through all restarts.
      this.#owned.add(this.#client.onNotification(method, (params: unknown) => this.#notified.fire({ method, params })));
    }
    for (const method of Object.keys(windowRequests)) {
      this.#owned.add(
        this.#client.onRequest(method, (params: unknown, token: CancellationToken) =>
          answerRequest((...asked) => this.#answer(...asked), method, params, token),
        ),
      );
    }
  }

  #answer(...asked: Parameters<RequestHandler>): Promise<unknown> {
    return this.#answers?.(...asked) ?? Promise.reject(new LoomError('unavailable', 'This window answers nothing yet.'));
  }

  async open(socket: MessageSocket): Promise<TransportConnection> {
    this.#socket = socket;
    try {
      await this.#client.start();
    } catch (error) {
      socket.end();
      throw new LoomError('disconnected', 'The session host answered, but its language server did not start. It is tried again.', {
        cause: error,
      });
    }
    return this.#connection(socket);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#notified.dispose();
    void this.#client.dispose().catch(() => undefined);
    this.#socket?.end();
  }

  #connection(socket: MessageSocket): TransportConnection {
    const closed = new Emitter<void>();
    let open = true;
    const close = (): void => {
      if (!open) return;
      open = false;
      stateChange.dispose();
      socket.end();
      closed.fire();
    };
    const stateChange = this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped || newState === State.StartFailed) close();
    });
    return {
      request: async (method, params, signal) => {
        if (!open) throw new LoomError('disconnected', 'The connection to the session host is closed. Try again in a moment.');
        return this.#send(method, params, signal);
      },
      notify: (method, params) => void this.#client.sendNotification(method, params as object).catch(close),
      onRequest: (handler) => {
        this.#answers = handler;
        return disposable(() => {
          if (this.#answers === handler) this.#answers = undefined;
        });
      },
      onNotification: (listener) => this.#notified.event(({ method, params }) => open && listener(method, params)),
      onClosed: closed.event,
      dispose: () => {
        if (open) void this.#client.stop().catch(() => undefined);
        close();
      },
    };
  }

  async #send(method: string, params: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const cancel = new CancellationTokenSource();
    const abort = (): void => cancel.cancel();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await this.#client.sendRequest(method, params, cancel.token);
    } catch (error) {
      throw errorOf(error);
    } finally {
      signal?.removeEventListener('abort', abort);
      cancel.dispose();
    }
  }
}
