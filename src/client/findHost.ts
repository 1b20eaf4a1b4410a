import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LoomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { EndpointFile, OwnerFile, hostExitCodes } from '../protocol/endpoint.ts';
import { controlVersion } from '../protocol/control.ts';
import type { Hello, HelloSocket } from './helloSocket.ts';
import { sayHello } from './helloSocket.ts';
import type { EndpointPaths } from './runtimeFolder.ts';
import { prepareRuntimeFolder } from './runtimeFolder.ts';

/** A host that answered hello. */
export type Attached = HelloSocket;

/** Finds the host of a workspace, or starts it. */
export interface HostFinder {
  attach(mode: 'start' | 'if-running', signal: AbortSignal): Promise<Attached | undefined>;
}

export interface FinderOptions {
  readonly paths: EndpointPaths;
  readonly dataFolder: string;
  readonly version: string;
  readonly client: Hello['client'];
  readonly clientName: string;
  /** The environment for agents; resolved once per connection. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** Starts a host process; undefined where this client never starts one. */
  readonly start?: () => Promise<{ readonly exited: Promise<number> }>;
  readonly log: Log;
}

/** How long a host may take to say hello, and how long a new one to open its endpoint. */
const helloMs = 5_000;
const startMs = 20_000;
const pollMs = 20;

export function hostFinder(options: FinderOptions): HostFinder {
  return {
    async attach(mode, signal) {
      prepareRuntimeFolder(options.paths.folder);
      const running = await tryAttach(options, signal);
      if (running !== undefined) return replaceOlder(options, running, mode, signal);
      if (mode === 'if-running' || options.start === undefined) return undefined;
      return startAndAttach(options, signal);
    },
  };
}

/** Whether `ours` is the newer of two versions like `1.12.3`. Only a newer window asks a host to leave, so two versions never replace each other in turns. */
export function isNewer(ours: string, theirs: string): boolean {
  return ours.localeCompare(theirs, 'en', { numeric: true }) > 0;
}

async function tryAttach(options: FinderOptions, signal: AbortSignal): Promise<Attached | undefined> {
  const endpoint = await readEndpoint(options.paths.file);
  if (endpoint === undefined) return undefined;
  const hello: Hello = {
    control: controlVersion,
    token: endpoint.token,
    version: options.version,
    client: options.client,
    name: options.clientName,
    environment: { ...(await options.environment()) },
  };
  try {
    return await sayHello(endpoint.socket, hello, helloMs, signal);
  } catch (error) {
    if (error instanceof LoomError && error.code === 'unavailable') return undefined;
    throw error;
  }
}

/** A newer window asks an older host to finish and leave. While turns run it stays attached to it and reads along. */
async function replaceOlder(options: FinderOptions, found: Attached, mode: 'start' | 'if-running', signal: AbortSignal): Promise<Attached> {
  if (found.answer.sameVersion || mode !== 'start' || options.start === undefined) return found;
  if (!isNewer(options.version, found.answer.version)) return found;
  const running = await drain(found);
  if (running > 0) return tryAttach(options, signal).then((again) => again ?? startAndAttach(options, signal));
  return startAndAttach(options, signal);
}

/** Asks to leave over the connection at hand, which is not used for anything else, and ends it. */
async function drain(found: Attached): Promise<number> {
  const answered = new Promise<number>((resolve) => {
    found.socket.reader.listen((message) => {
      const { result } = message as { result?: { running?: number } };
      resolve(result?.running ?? 0);
    });
    found.socket.reader.onClose(() => resolve(0));
  });
  const request = { jsonrpc: '2.0', id: 'drain', method: 'host/drain', params: {} };
  await found.socket.writer.write(request);
  const running = await answered;
  found.socket.end();
  return running;
}

async function startAndAttach(options: FinderOptions, signal: AbortSignal): Promise<Attached> {
  const deadline = Date.now() + startMs;
  let process = await options.start?.();
  let exit: number | undefined;
  const watch = (): void => void process?.exited.then((code) => (exit = code));
  watch();
  while (Date.now() < deadline && !signal.aborted) {
    const found = await tryAttach(options, signal);
    if (found !== undefined) return found;
    if (exit === hostExitCodes.done || (exit === hostExitCodes.notOwner && (await ownerIsElsewhere(options)) === undefined)) {
      // Another window's host has just left or is just coming: whoever is first now is the host.
      exit = undefined;
      process = await options.start?.();
      watch();
    } else if (exit !== undefined) throw await startFailure(options, exit);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new LoomError('timeout', 'The session host did not start in time. "Session Loom: Show Log" says more; try again.');
}

async function startFailure(options: FinderOptions, exit: number): Promise<LoomError> {
  if (exit === hostExitCodes.notOwner) {
    const owner = await ownerIsElsewhere(options);
    return new LoomError(
      'running-elsewhere',
      `The sessions of this folder are served by a host on ${owner?.machine ?? 'another machine'} (process ${String(owner?.pid ?? '?')}). Close it there to work here.`,
    );
  }
  if (exit === hostExitCodes.unfit) {
    return new LoomError(
      'unavailable',
      'This version of Node cannot run the session host, which needs Node 22.13 or newer. Set "sessionLoom.hostNode" to such a program.',
    );
  }
  return new LoomError(
    'unavailable',
    `The session host ended while it started (exit code ${String(exit)}). "Session Loom: Show Log" says why.`,
  );
}

async function ownerIsElsewhere(options: FinderOptions): Promise<OwnerFile | undefined> {
  try {
    const owner = OwnerFile.parse(JSON.parse(await readFile(join(options.dataFolder, 'host.json'), 'utf8')));
    return owner.machine === hostname() && owner.pidNamespace === (await pidNamespace()) ? undefined : owner;
  } catch {
    // Without a readable owner file nobody can be named; the start is tried again.
    return undefined;
  }
}

/** The identity of this process's pid namespace on Linux; undefined elsewhere. */
export async function pidNamespace(): Promise<string | undefined> {
  return readlink('/proc/self/ns/pid').catch(() => undefined);
}

async function readEndpoint(file: string): Promise<EndpointFile | undefined> {
  try {
    return EndpointFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Missing, half-written or of a future shape: there is no host that this client could use.
    return undefined;
  }
}
