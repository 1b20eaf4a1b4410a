import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { AbstractMessageReader, Message, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { DataCallback, Disposable as RpcDisposable } from 'vscode-jsonrpc/node';
import { LoomError } from '../base/errors.ts';
import type { InputOf, ResultOf, WireError } from '../protocol/contract.ts';
import { WireError as WireErrorSchema, fromWireError, parse } from '../protocol/contract.ts';
import { control } from '../protocol/control.ts';
import type { MessageSocket } from './transport.ts';

/** What hello asks and answers. */
export type Hello = InputOf<(typeof control)['hello']>;
export type HelloAnswer = ResultOf<(typeof control)['hello']>;

/** A socket on which a host has answered hello; only then somebody is attached. */
export interface HelloSocket {
  readonly socket: MessageSocket;
  readonly answer: HelloAnswer;
}

/** The id of the hello request; no other message is sent before its answer, so it cannot be taken. */
const helloId = 'hello';

/** Gives the answer to the greeting to the handshake, and everything else to whoever listens later, in order. */
class HandshakeReader extends AbstractMessageReader {
  readonly #early: Message[] = [];
  #target: DataCallback | undefined;
  #answered: ((message: Message) => void) | undefined;

  constructor(inner: StreamMessageReader, answered: (message: Message) => void) {
    super();
    this.#answered = answered;
    inner.onError((error) => this.fireError(error));
    inner.onClose(() => this.fireClose());
    inner.listen((message) => this.#take(message));
  }

  listen(callback: DataCallback): RpcDisposable {
    this.#target = callback;
    for (const message of this.#early.splice(0)) callback(message);
    return { dispose: () => (this.#target = undefined) };
  }

  #take(message: Message): void {
    const answered = this.#answered;
    if (answered !== undefined && Message.isResponse(message) && message.id === helloId) {
      this.#answered = undefined;
      answered(message);
    } else if (this.#target === undefined) this.#early.push(message);
    else this.#target(message);
  }
}

/** Connects, says hello and waits for the answer at most `timeoutMs`. Rejects with "unavailable" when nobody answers, with "cancelled" on the signal. */
export async function sayHello(path: string, hello: Hello, timeoutMs: number, signal?: AbortSignal): Promise<HelloSocket> {
  const socket = connect(path);
  const { promise, resolve, reject } = Promise.withResolvers<HelloSocket>();
  const fail = (message: string): void => reject(new LoomError('unavailable', message));
  const giveUp = (): void => reject(new LoomError('cancelled', 'The connection was given up.'));
  const timer = setTimeout(() => fail('The session host did not answer in time.'), timeoutMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  socket.once('error', (error) => fail(`The session host cannot be reached (${error.message}).`));
  socket.once('close', () => fail('The session host closed the connection.'));
  socket.once('connect', () => {
    const writer = new StreamMessageWriter(socket);
    const reader = new HandshakeReader(new StreamMessageReader(socket), (message) => {
      try {
        resolve({ answer: answerOf(message), socket: { reader, writer, end: () => end(socket) } });
      } catch (error) {
        reject(error instanceof Error ? error : new LoomError('internal', String(error)));
      }
    });
    const request: Message & { id: string; method: string; params: Hello } = {
      jsonrpc: '2.0',
      id: helloId,
      method: 'hello',
      params: hello,
    };
    writer.write(request).catch((error: unknown) => fail(String(error)));
  });
  try {
    return await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

function answerOf(message: Message): HelloAnswer {
  const { result, error } = message as Message & { result?: unknown; error?: { message: string; data?: unknown } };
  if (error !== undefined) throw wireErrorOf(error);
  return parse(control.hello.result, result, 'The answer to "hello"');
}

/** The error of a JSON-RPC answer, as the host sent it in `data`; another one keeps its text. */
export function wireErrorOf(error: { readonly message: string; readonly data?: unknown }): LoomError {
  const wire = WireErrorSchema.safeParse(error.data);
  const known: WireError = wire.success ? wire.data : { code: 'internal', message: error.message };
  return fromWireError(known);
}

function end(socket: Socket): void {
  socket.end();
  socket.destroySoon();
}
