import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { ProposedFeatures, createConnection } from 'vscode-languageserver';
import { ResponseError, StreamMessageReader, StreamMessageWriter, createProtocolConnection } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Client } from '../host/clients.ts';
import { heartbeatSeconds } from '../host/clients.ts';
import type { Handlers } from '../protocol/contract.ts';
import { answer, parse, toWireError } from '../protocol/contract.ts';
import { control, controlVersion } from '../protocol/control.ts';
import type { HostRequests } from '../protocol/host.ts';
import { hostRequests } from '../protocol/host.ts';

export interface DoorOptions {
  readonly token: string;
  readonly version: string;
  readonly epoch: number;
  readonly dataFolder: string;
  readonly handlers: Handlers<Omit<HostRequests, 'hello'>, Client>;
  readonly attached: (client: Client) => void;
  readonly left: (client: Client) => void;
  /** Adds the language features of the spec documents to the connection. */
  readonly languageFeatures: (connection: Connection) => void;
  readonly log: Log;
}

/** JSON-RPC's code for an error of ours; what it is stands in the data. */
const ownErrorCode = -32000;
/** Bytes that may wait for a client that does not read. One that lets more pile up is disconnected and comes back with its position. */
const longestBacklog = 32 * 1024 * 1024;

const { hello: _hello, ...afterHello } = hostRequests;

/** Serves one connection: hello first, then the host contract and the language features on the same stream. */
export function openDoor(socket: Socket, options: DoorOptions): void {
  const reader = new StreamMessageReader(socket);
  const writer = new StreamMessageWriter(socket);
  // The library would end the process on `exit`, or when the client's pid is gone; here either ends this connection only.
  const watchDog = { shutdownReceived: false, initialize: () => undefined, exit: () => socket.end() };
  const connection = createConnection((logger) => createProtocolConnection(reader, writer, logger), watchDog, ProposedFeatures.all);
  let client: Client | undefined;

  connection.onRequest('hello', (params: unknown) =>
    asWire(() => {
      const said = parse(control.hello.params, params, 'The greeting');
      if (!sameToken(said.token, options.token)) {
        socket.end();
        throw new LoomError('not-allowed', 'The token of the greeting is wrong. Read the endpoint file again.');
      }
      client = {
        name: said.name,
        kind: said.client,
        sameVersion: said.version === options.version,
        environment: said.environment,
        notify: (method, message) => {
          if (socket.writableLength > longestBacklog) socket.destroy();
          else
            void connection
              .sendNotification(method, message)
              .catch((error: unknown) => options.log.debug('A notification was not sent.', { error: messageOf(error) }));
        },
      };
      options.attached(client);
      return {
        control: controlVersion,
        version: options.version,
        pid: process.pid,
        epoch: options.epoch,
        sameVersion: client.sameVersion,
        heartbeatSeconds,
        dataFolder: options.dataFolder,
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
        return answer(afterHello, options.handlers, method, params, client);
      }),
    );
  }
  options.languageFeatures(connection);

  socket.on('error', (error) => options.log.debug('A connection broke.', { error: messageOf(error) }));
  socket.once('close', () => {
    if (client !== undefined) options.left(client);
    connection.dispose();
  });
  connection.listen();
}

async function asWire(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    const wire = toWireError(error);
    return new ResponseError(ownErrorCode, wire.message, wire);
  }
}

function sameToken(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
