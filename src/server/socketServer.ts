/**
 * `server` holds the doors inside the host process: it knows sockets, JSON-RPC and LSP, and calls the session host. It owns no session.
 */
import { chmodSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { LoomError, messageOf } from '../base/errors.ts';
import type { EndpointFile } from '../protocol/endpoint.ts';

/** A listening socket and the endpoint file that leads to it. */
export interface SocketServer {
  /** Takes no new connection, ends those that are there, and removes the endpoint. */
  close(): void;
}

/**
 * Listens on the socket and only then writes the endpoint file, readable by this user only. An older socket file is removed before:
 * the caller holds the lock of the data folder, so nobody can be behind it.
 */
export async function listen(
  paths: { readonly file: string; readonly socket: string },
  endpoint: Omit<EndpointFile, 'socket'>,
  accept: (socket: Socket, path: string) => void,
): Promise<SocketServer> {
  const isPipe = process.platform === 'win32';
  // A pipe's name cannot be taken over while a dying host still has it, so each host has one of its own.
  const path = isPipe ? `${paths.socket}-${endpoint.pid}` : paths.socket;
  if (!isPipe) rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    accept(socket, path);
  });
  await opened(server, path);
  if (!isPipe) chmodSync(path, 0o600);
  const written: EndpointFile = { ...endpoint, socket: path };
  const temporary = `${paths.file}.${endpoint.pid}`;
  writeFileSync(temporary, JSON.stringify(written), { mode: 0o600 });
  renameSync(temporary, paths.file);
  return {
    close() {
      rmSync(paths.file, { force: true });
      server.close();
      for (const socket of sockets) socket.destroySoon();
      if (!isPipe) rmSync(path, { force: true });
    },
  };
}

function opened(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new LoomError('unavailable', `The socket ${path} cannot be opened: ${messageOf(error)}.`, { cause: error })),
    );
    server.listen(path, resolve);
  });
}
