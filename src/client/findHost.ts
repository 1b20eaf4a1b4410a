import { readFile, readdir, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Message } from 'vscode-jsonrpc/node';
import { LoomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { EndpointFile, OwnerFile, hostExitCodes } from '../protocol/endpoint.ts';
import { control, controlVersion } from '../protocol/control.ts';
import type { Capability } from './capability.ts';
import type { Hello, HelloSocket } from './helloSocket.ts';
import { sayHello } from './helloSocket.ts';
import type { EndpointPaths } from './runtimeFolder.ts';
import { hasRuntimeFolder, prepareRuntimeFolder } from './runtimeFolder.ts';
import { until } from './until.ts';

/** A host that answered hello. */
export interface Attached extends HelloSocket {
  /** It is older and was asked by this client to leave: as soon as its turns have ended, this client puts a host of its own version in its place. */
  readonly replacing: boolean;
}

/** Whether a host is started where none runs: in any case, where sessions are stored, or never. */
export type AttachMode = 'start' | 'if-stored' | 'if-running';

/** Finds the host of a workspace, or starts it. */
export interface HostFinder {
  /**
   * With `if-running` nothing is written and no host is started, except in the place of an older one that runs; with `if-stored` one is started
   * where sessions are stored. Undefined when there is none.
   */
  attach(mode: AttachMode, signal: AbortSignal): Promise<Attached | undefined>;
}

export interface FinderOptions {
  readonly paths: EndpointPaths;
  readonly dataFolder: string;
  readonly version: string;
  readonly client: Hello['client'];
  readonly clientName: string;
  /** The environment for agents; resolved once per connection. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** What lets this client approve, asked for each greeting. */
  readonly capability?: () => Promise<Capability | undefined>;
  /** Starts a host process; undefined where this client never starts one. */
  readonly start?: () => Promise<{ readonly exited: Promise<number> }>;
  readonly log: Log;
}

/** How long a host may take to say hello, and how long a new one to open its endpoint. */
const helloMs = 5_000;
const startMs = 20_000;
const pollMs = 20;
/** How long a start that met a taken lock waits for the endpoint of whoever has it. */
const notOwnerMs = 500;
/** How long an older host that is idle may take to leave. */
const leaveMs = 6_000;
/** How often in a row an older host is replaced before it is read along. */
const replaceRounds = 3;
/** The id of the request to leave; no other request is sent before its answer. */
const drainId = 'drain';
const DrainAnswer = control['host/drain'].result;

export function hostFinder(options: FinderOptions): HostFinder {
  return {
    async attach(mode, signal) {
      let found = hasRuntimeFolder(options.paths.folder) ? await tryAttach(options, signal) : undefined;
      const mayStart = mode === 'start' || (mode === 'if-stored' && (await hasSessions(options.dataFolder)));
      if (found === undefined && mayStart && options.start !== undefined) found = await startAndAttach(options, signal);
      // What comes in the place of an older host can be one again, started by an older window; in the end one is read along.
      for (let round = 0; round < replaceRounds && found !== undefined && isOlder(options, found); round++) {
        if (!(await leaves(found, signal))) return { ...found, replacing: true };
        found = await startAndAttach(options, signal);
      }
      return found === undefined ? undefined : { ...found, replacing: false };
    },
  };
}

/** Whether any session is stored in a data folder. */
async function hasSessions(dataFolder: string): Promise<boolean> {
  const names = await readdir(join(dataFolder, 'sessions')).catch(() => []);
  return names.length > 0;
}

/** Whether `ours` is the newer of two versions like `1.12.3`. Only a newer window asks a host to leave, so two versions never replace each other in turns. */
export function isNewer(ours: string, theirs: string): boolean {
  return ours.localeCompare(theirs, 'en', { numeric: true }) > 0;
}

async function tryAttach(options: FinderOptions, signal: AbortSignal): Promise<HelloSocket | undefined> {
  const endpoint = await readEndpoint(options.paths.file);
  if (endpoint === undefined) return undefined;
  const capability = await options.capability?.();
  const hello: Hello = {
    control: controlVersion,
    token: endpoint.token,
    version: options.version,
    client: options.client,
    name: options.clientName,
    environment: { ...(await options.environment()) },
    ...(capability === undefined ? {} : { capability: capability.prove(endpoint) }),
  };
  try {
    return await sayHello(endpoint.socket, hello, helloMs, signal);
  } catch (error) {
    if (!(error instanceof LoomError)) throw error;
    if (error.code === 'unavailable') return undefined;
    // Between the look at the file and the greeting a new host can have come, with a new token.
    const isOutdated = error.code === 'not-allowed' && (await readEndpoint(options.paths.file))?.token !== endpoint.token;
    if (!isOutdated) throw error;
    return tryAttach(options, signal);
  }
}

/** Only a newer window that can start a host asks an older one to leave. */
function isOlder(options: FinderOptions, { answer }: HelloSocket): boolean {
  return options.start !== undefined && !answer.sameVersion && isNewer(options.version, answer.version);
}

/**
 * Asks a host to finish and leave. True when it has left, or does not answer; false while turns run in it: then the connection is still there,
 * to read along.
 */
async function leaves({ socket }: HelloSocket, signal: AbortSignal): Promise<boolean> {
  const { promise: answered, resolve: answer } = Promise.withResolvers<number>();
  const { promise: closed, resolve: close } = Promise.withResolvers<undefined>();
  const listening = socket.reader.listen((message) => {
    if (Message.isResponse(message) && message.id === drainId) answer(DrainAnswer.safeParse(message.result).data?.running ?? 0);
  });
  socket.reader.onClose(() => close(undefined));
  const request: Message & { id: string; method: string; params: object } = {
    jsonrpc: '2.0',
    id: drainId,
    method: 'host/drain',
    params: {},
  };
  await socket.writer.write(request).catch(() => close(undefined));
  const running = await Promise.race([answered, closed, until(signal, leaveMs)]);
  listening.dispose();
  if (running !== undefined && running > 0) return false;
  // A new host would find the lock taken until this one is gone.
  await Promise.race([closed, until(signal, leaveMs)]);
  socket.end();
  return true;
}

async function startAndAttach(options: FinderOptions, signal: AbortSignal): Promise<HelloSocket> {
  prepareRuntimeFolder(options.paths.folder);
  const deadline = performance.now() + startMs;
  let exit: number | undefined;
  let startAgainAt = 0;
  const start = async (): Promise<void> => {
    exit = undefined;
    const started = await options.start?.();
    void started?.exited.then((code) => {
      exit = code;
      // Whoever has the lock may need a moment until it listens; a process for each look would only be in its way.
      startAgainAt = code === hostExitCodes.notOwner ? performance.now() + notOwnerMs : 0;
    });
  };
  throwIfGivenUp(signal);
  await start();
  while (performance.now() < deadline) {
    const found = await tryAttach(options, signal);
    if (found !== undefined) return found;
    throwIfGivenUp(signal);
    if (exit !== undefined && exit !== hostExitCodes.done) {
      const canComeFree = exit === hostExitCodes.notOwner && (await ownerIsElsewhere(options)) === undefined;
      if (!canComeFree) throw await startFailure(options, exit);
    }
    // Another window's host has just left or is just coming: whoever is first now is the host.
    if (exit !== undefined && performance.now() >= startAgainAt) await start();
    await until(signal, pollMs);
  }
  throw new LoomError('timeout', 'The session host did not start in time. "Session Loom: Show Log" says more; try again.');
}

function throwIfGivenUp(signal: AbortSignal): void {
  if (signal.aborted) throw new LoomError('cancelled', 'The connection was given up.');
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
