import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConnection } from '@agentclientprotocol/sdk';
import { LoomError } from '../../base/errors.ts';
import type { AgentProgram } from './agentPort.ts';
import { clientCapabilities } from './clientApp.ts';
import type { Garbage, ProcessEnd } from './failures.ts';
import { isLoginNeeded, loginNeeded, startFailure } from './failures.ts';
import type { Fields } from './fields.ts';
import { fieldsOf } from './fields.ts';
import type { AgentProcess } from './process.ts';

/** Two that shake hands, and how long that may take in milliseconds. */
export interface Handshake {
  readonly program: AgentProgram;
  readonly process: AgentProcess;
  readonly connection: ClientConnection;
  readonly clientVersion: string;
  readonly limit: number;
  noise(): Garbage;
}

type Outcome =
  | { readonly type: 'answered'; readonly result: unknown }
  | { readonly type: 'refused'; readonly error: unknown }
  | { readonly type: 'ended'; readonly end: ProcessEnd | undefined }
  | { readonly type: 'silent' }
  | { readonly type: 'cancelled' };

/** The one version of the protocol that is spoken here. */
const protocolVersion = 1;

/** How long an agent that closed its output may take to end, in milliseconds. */
const graceForTheEnd = 2000;

/** Sends `initialize` and returns the answer as it came. Fails with `agent` for every other outcome, with `cancelled` when the signal aborts. */
export async function shakeHands(handshake: Handshake, signal?: AbortSignal): Promise<Fields> {
  const { program, process, limit } = handshake;
  const over = new AbortController();
  const silence = delay(limit, undefined, { signal: over.signal }).then(
    (): Outcome => ({ type: 'silent' }),
    (): Outcome => ({ type: 'silent' }),
  );
  const outcome = await Promise.race([answer(handshake), endedAtOnce(process), silence, abortOf(signal, over.signal)]);
  over.abort();
  const lastLines = process.lastLines();
  switch (outcome.type) {
    case 'cancelled':
      throw startCancelled(program);
    case 'ended':
      throw startFailure(program, { kind: 'ended', end: outcome.end, lastLines });
    case 'silent':
      throw startFailure(program, { kind: 'silent', milliseconds: limit, lastLines, garbage: handshake.noise() });
    case 'refused':
      if (isLoginNeeded(outcome.error)) throw loginNeeded(program, [], outcome.error);
      throw startFailure(program, { kind: 'refused', cause: outcome.error, lastLines });
    case 'answered': {
      const fields = fieldsOf(outcome.result) ?? {};
      const version = fields['protocolVersion'];
      if (version !== protocolVersion) throw startFailure(program, { kind: 'version', version, lastLines });
      return fields;
    }
  }
}

/** The error for a start that nobody waits for any more. */
export function startCancelled(program: AgentProgram): LoomError {
  return new LoomError('cancelled', `Starting the agent “${program.name}” was cancelled.`);
}

async function answer({ process, connection, clientVersion }: Handshake): Promise<Outcome> {
  const clientInfo = { name: 'session-loom', title: 'Session Loom', version: clientVersion };
  try {
    return { type: 'answered', result: await connection.agent.request('initialize', { protocolVersion, clientInfo, clientCapabilities }) };
  } catch (error) {
    // A pipe that breaks before the answer is the beginning of an end, which says more than the pipe.
    return connection.signal.aborted ? ending(process, delay(graceForTheEnd)) : { type: 'refused', error };
  }
}

async function endedAtOnce(process: AgentProcess): Promise<Outcome> {
  return { type: 'ended', end: await process.exited };
}

async function ending(process: AgentProcess, atLast: Promise<unknown>): Promise<Outcome> {
  const end = await Promise.race([process.exited, atLast.then(() => undefined)]);
  return { type: 'ended', end };
}

function abortOf(signal: AbortSignal | undefined, over: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const abort = (): void => resolve({ type: 'cancelled' });
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true, signal: over });
  });
}
