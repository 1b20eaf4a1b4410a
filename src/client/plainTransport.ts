import { CancellationTokenSource, ResponseError, createMessageConnection } from 'vscode-jsonrpc/node';
import { LoomError } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { wireErrorOf } from './helloSocket.ts';
import { answerRequest } from './answerRequest.ts';
import type { MessageSocket, Transport, TransportConnection } from './transport.ts';

/** JSON-RPC and nothing else: for the command line and for tests. */
export const plainTransport: Transport = {
  open: (socket) => Promise.resolve(openPlain(socket)),
};

function openPlain(socket: MessageSocket): TransportConnection {
  const connection = createMessageConnection(socket.reader, socket.writer);
  const notifications = new Emitter<{ method: string; params: unknown }>();
  const closed = new Emitter<void>();
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    // The library leaves requests that are under way without an answer when the socket closes; disposing rejects them.
    connection.dispose();
    closed.fire();
  };
  connection.onNotification((method, params) => notifications.fire({ method, params: Array.isArray(params) ? params[0] : params }));
  connection.onClose(close);
  connection.onError(close);
  connection.listen();
  return {
    request: async (method, params, signal) => {
      if (!open) throw new LoomError('disconnected', 'The connection to the session host is closed.');
      return send(connection, method, params, signal);
    },
    notify: (method, params) => void connection.sendNotification(method, params).catch(close),
    onRequest: (handler) =>
      connection.onRequest((method, params, token) => answerRequest(handler, method, Array.isArray(params) ? params[0] : params, token)),
    onNotification: (listener): Disposable => notifications.event(({ method, params }) => listener(method, params)),
    onClosed: closed.event,
    dispose() {
      socket.end();
      close();
    },
  };
}

async function send(
  connection: { sendRequest(method: string, params: unknown, token: CancellationTokenSource['token']): Promise<unknown> },
  method: string,
  params: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const cancel = new CancellationTokenSource();
  const giveUp = (): void => {
    try {
      cancel.cancel();
    } catch {
      // The connection closed first, and there is nobody to be told.
    }
  };
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await connection.sendRequest(method, params, cancel.token);
  } catch (error) {
    throw errorOf(error);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    cancel.dispose();
  }
}

/** What a failed JSON-RPC request means to us. */
export function errorOf(error: unknown): LoomError {
  if (error instanceof ResponseError) {
    if (error.data !== undefined) return wireErrorOf({ message: error.message, data: error.data });
    return new LoomError('disconnected', 'The connection to the session host was lost before it answered.', { cause: error });
  }
  return new LoomError('disconnected', 'The connection to the session host was lost.', { cause: error });
}
