import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { CancellationTokenSource, ProposedFeatures, createConnection } from 'vscode-languageserver';
import { Message, ResponseError, createProtocolConnection } from 'vscode-languageserver/node';
import type { Connection, MessageReader } from 'vscode-languageserver/node';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Client } from '../host/clients.ts';
import { heartbeatSeconds } from '../host/clients.ts';
import { unlessAborted } from '../host/unlessAborted.ts';
import type { Handlers } from '../protocol/contract.ts';
import { isSignedBy } from '../host/permissions/signatures.ts';
import type { CapabilityProof } from '../protocol/capability.ts';
import { helloStatement } from '../protocol/capability.ts';
import { answer, caller, fromWireError, parse, toWireError, WireError } from '../protocol/contract.ts';
import { control, controlVersion } from '../protocol/control.ts';
import type { HostRequests } from '../protocol/host.ts';
import { hostRequests } from '../protocol/host.ts';
import { windowRequests } from '../protocol/window.ts';
import { SocketReader, SocketWriter } from './socketMessages.ts';

export interface DoorOptions {
  readonly token: string;
  /** The path or name under which the socket was reached. */
  readonly socket: string;
  readonly version: string;
  readonly epoch: number;
  readonly dataFolder: string;
  readonly handlers: Handlers<Omit<HostRequests, 'hello'>, Client>;
  readonly mayApprove: (client: Client) => boolean;
  readonly attached: (client: Client) => void;
  readonly left: (client: Client) => void;
  /** Called for each request but the heartbeats, which come by themselves. */
  readonly asked: () => void;
  /** Adds the language features of the spec documents to the connection. */
  readonly languageFeatures: (connection: Connection) => void;
  readonly log: Log;
}

/** JSON-RPC's code for an error of ours; what it is stands in the data. */
const ownErrorCode = -32000;
/** Milliseconds within which a connection must have greeted. */
const greetingMs = 10_000;
/** Milliseconds that a refused client has to read why, before the connection ends. */
const refusalMs = 200;

const { hello: _hello, ...afterHello } = hostRequests;

/** Serves one connection: hello first, then the host contract and the language features on the same stream. */
export function openDoor(socket: Socket, options: DoorOptions): void {
  let client: Client | undefined;
  const writer = new SocketWriter(socket);
  const refuse = (): void => void setTimeout(() => socket.end(), refusalMs).unref();
  const greeting = setTimeout(() => socket.destroy(), greetingMs).unref();
  const reader = afterGreeting(
    new SocketReader(socket),
    () => client !== undefined,
    (id) => {
      const wire = toWireError(new LoomError('not-allowed', 'The first message of a connection must be "hello".'));
      void writer
        .write({ jsonrpc: '2.0', id, error: { code: ownErrorCode, message: wire.message, data: wire } } as Message)
        .catch(() => undefined);
      refuse();
    },
  );
  // The library would end the process on `exit`, or when the client's pid is gone; here either ends this connection only.
  const watchDog = { shutdownReceived: false, initialize: () => undefined, exit: () => socket.end() };
  // The library's own logger writes to the client, and logs that it could not: with a client that is gone it would do so for ever.
  const say = (message: string): void => options.log.debug('The connection of a client reports something.', { message });
  const logger = { error: say, warn: say, info: say, log: say };
  const connection = createConnection(() => createProtocolConnection(reader, writer, logger), watchDog, ProposedFeatures.all);
  const send = async (method: string, message: unknown): Promise<void> => {
    try {
      await connection.sendNotification(method, message);
    } catch (error) {
      options.log.debug('A notification was not sent.', { method, error: messageOf(error) });
    }
  };

  connection.onRequest('hello', (params: unknown) =>
    asWire(() => {
      if (client !== undefined) throw new LoomError('conflict', 'This connection has greeted already.');
      const said = parse(control.hello.params, params, 'The greeting');
      if (!sameToken(said.token, options.token)) {
        refuse();
        throw new LoomError('not-allowed', 'The token of the greeting is wrong. Read the endpoint file again.');
      }
      clearTimeout(greeting);
      const sameVersion = said.version === options.version;
      const key = provenKey(said.capability, options);
      client = {
        name: said.name,
        key,
        kind: said.client,
        sameVersion,
        environment: said.environment,
        notify: (method, message) => void send(method, message),
        ask: sameVersion && said.client !== 'command-line' ? (signal) => caller(windowRequests, askOn(connection, signal)) : undefined,
      };
      options.attached(client);
      return {
        control: controlVersion,
        version: options.version,
        pid: process.pid,
        epoch: options.epoch,
        sameVersion,
        heartbeatSeconds,
        dataFolder: options.dataFolder,
        mayApprove: options.mayApprove(client),
      };
    }),
  );

  for (const method of Object.keys(afterHello) as (keyof typeof afterHello)[]) {
    connection.onRequest(method, (params: unknown) =>
      asWire(() => {
        if (client === undefined) throw new LoomError('not-allowed', 'The first message of a connection must be "hello".');
        if (!client.sameVersion && !Object.hasOwn(control, method)) {
          throw new LoomError(
            'version',
            `The host is of version ${options.version}, so only reading, answering and stopping work until it has been replaced.`,
          );
        }
        if (method !== 'host/heartbeat') options.asked();
        return answer(afterHello, options.handlers, method, params, client);
      }),
    );
  }
  options.languageFeatures(connection);

  reader.onError((error) => options.log.debug('A connection broke.', { error: messageOf(error) }));
  socket.once('close', () => {
    clearTimeout(greeting);
    if (client !== undefined) options.left(client);
    connection.dispose();
  });
  connection.listen();
}

/** The same reader, that lets nothing but the greeting through before there was one. Requests are refused by their id, notifications are dropped. */
function afterGreeting(reader: MessageReader, hasGreeted: () => boolean, refuse: (id: number | string | null) => void): MessageReader {
  return {
    onError: reader.onError,
    onClose: reader.onClose,
    onPartialMessage: reader.onPartialMessage,
    dispose: () => reader.dispose(),
    listen: (callback) =>
      reader.listen((message) => {
        if (hasGreeted()) return callback(message);
        if (!Message.isRequest(message)) return;
        if (message.method === 'hello') callback(message);
        else refuse(message.id);
      }),
  };
}

/** Sends requests to the window behind a connection. They reject as soon as the signal aborts, and the window is told. */
function askOn(connection: Connection, signal: AbortSignal): (method: string, params: unknown) => Promise<unknown> {
  return async (method, params) => {
    const cancel = new CancellationTokenSource();
    const giveUp = (): void => cancel.cancel();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await unlessAborted(connection.sendRequest(method, params, cancel.token), signal);
    } catch (error) {
      const wire = WireError.safeParse(error instanceof ResponseError ? error.data : undefined);
      throw wire.success ? fromWireError(wire.data) : error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      cancel.dispose();
    }
  };
}

async function asWire(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    const wire = toWireError(error);
    return new ResponseError(ownErrorCode, wire.message, wire);
  }
}

/** The key whose owner has signed this greeting. A wrong proof is as good as none: such a client can do what any other can. */
function provenKey(given: CapabilityProof | undefined, { token, socket }: DoorOptions): string | undefined {
  if (given === undefined || !isSignedBy(given.key, helloStatement(token, socket), given.proof)) return undefined;
  return given.key;
}

function sameToken(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
