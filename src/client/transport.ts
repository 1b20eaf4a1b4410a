import type { MessageReader, MessageWriter } from 'vscode-jsonrpc/node';
import type { Event } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';

/** Both ends of a socket, as messages. */
export interface MessageSocket {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  /** Ends the socket. */
  end(): void;
}

/** Answers a request by its method. The signal aborts when who asked waits no longer. */
export type RequestHandler = (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>;

/** A connection that carries requests and notifications; errors come back as LoomError. */
export interface TransportConnection extends Disposable {
  request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** Answers what the other side asks; one handler for all methods. Its errors cross as they do in the other direction. */
  onRequest(handler: RequestHandler): Disposable;
  onNotification(listener: (method: string, params: unknown) => void): Disposable;
  readonly onClosed: Event<void>;
}

/** Takes over a socket on which hello was already answered. */
export interface Transport {
  open(socket: MessageSocket): Promise<TransportConnection>;
}
