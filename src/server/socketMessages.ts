import type { Socket } from 'node:net';
import { AbstractMessageReader, AbstractMessageWriter } from 'vscode-languageserver/node';
import type { DataCallback, Disposable, Message, MessageReader, MessageWriter } from 'vscode-languageserver/node';
import { LoomError } from '../base/errors.ts';

/** Bytes that a message may have. A longer one is not read: its sender is disconnected. */
export const longestMessage = 64 * 1024 * 1024;
/** Bytes that the header of a message may have. */
const longestHeader = 8 * 1024;
/** Bytes that may wait for a client that does not read. One that lets more pile up is disconnected and comes back with its position. */
export const longestBacklog = 32 * 1024 * 1024;

const headerEnd = Buffer.from('\r\n\r\n');

/**
 * Reads messages as the language server protocol frames them: a header with `Content-Length`, an empty line, JSON. The library's own reader
 * would keep a message of any length in memory; this one reports an error and ends the connection, as it does for what is no message.
 */
export class SocketReader extends AbstractMessageReader implements MessageReader {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #bodyLength: number | undefined;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  listen(callback: DataCallback): Disposable {
    const take = (chunk: Buffer): void => this.#take(chunk, callback);
    this.#socket.on('data', take);
    this.#socket.on('error', (error) => this.fireError(error));
    this.#socket.on('close', () => this.fireClose());
    return { dispose: () => this.#socket.off('data', take) };
  }

  #take(chunk: Buffer, callback: DataCallback): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    try {
      for (let message = this.#next(); message !== undefined; message = this.#next()) callback(message);
    } catch (error) {
      this.#keep(Buffer.alloc(0));
      this.fireError(error);
      this.#socket.destroy();
    }
  }

  /** The next whole message, or undefined when more has to come first. Throws `invalid-input` for what is none. */
  #next(): Message | undefined {
    if (this.#bodyLength === undefined) {
      if (this.#bytes === 0) return undefined;
      const all = this.#joined();
      const end = all.indexOf(headerEnd);
      if ((end === -1 ? all.length : end) > longestHeader) throw notUnderstood('its header is too long');
      if (end === -1) return undefined;
      this.#bodyLength = lengthIn(all.toString('latin1', 0, end));
      this.#keep(all.subarray(end + headerEnd.length));
    }
    if (this.#bytes < this.#bodyLength) return undefined;
    const all = this.#joined();
    const body = all.toString('utf8', 0, this.#bodyLength);
    this.#keep(all.subarray(this.#bodyLength));
    this.#bodyLength = undefined;
    return messageIn(body);
  }

  #joined(): Buffer {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
  }
}

/**
 * Writes messages straight into the socket. The library's own writer waits for the end of each write before the next, so what waits for a
 * client that does not read could neither be measured nor bounded.
 */
export class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('close', () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    if (this.#socket.writableLength > longestBacklog) this.#socket.destroy();
    if (!this.#socket.writable) return Promise.reject(new LoomError('disconnected', 'The client is gone.'));
    const body = JSON.stringify(message);
    this.#socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return Promise.resolve();
  }

  end(): void {
    this.#socket.end();
  }
}

function lengthIn(header: string): number {
  const length = Number(/^content-length: *(\d{1,15}) *$/im.exec(header)?.[1] ?? NaN);
  if (Number.isNaN(length)) throw notUnderstood('it says no length');
  if (length > longestMessage) throw notUnderstood(`it has ${length} bytes, and ${longestMessage} is the most`);
  return length;
}

function messageIn(body: string): Message {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || !('jsonrpc' in value)) throw notUnderstood('it is no JSON-RPC');
  return value as Message;
}

function notUnderstood(why: string): LoomError {
  return new LoomError('invalid-input', `A message was refused: ${why}.`);
}
