import type { ClientConnection } from '@agentclientprotocol/sdk';
import { LoomError } from '../../base/errors.ts';
import type { AgentProgram } from './agentPort.ts';
import { isLoginNeeded, loginNeeded, rpcCode, rpcMessage } from './failures.ts';
import type { Fields } from './fields.ts';
import { fieldsOf } from './fields.ts';
import type { Mask } from './secretMask.ts';
import { maskedError } from './secretMask.ts';

/** What a request to an agent needs beside its own parameters. */
export interface Requests {
  readonly program: AgentProgram;
  readonly connection: ClientConnection;
  /** What the agent said of its logins in `initialize`, as it came. */
  readonly authMethods: unknown;
  /** Takes out of errors what nobody else is to read. */
  readonly mask?: Mask | undefined;
  /** Resolves with a sentence for a person when the connection is gone and it is known why. */
  readonly ended: Promise<string>;
}

/**
 * Asks an agent and waits for its answer, for the end of the connection, for the signal, and not longer than the limit in milliseconds.
 * The answer is as the agent sent it, an empty object when it is none. Fails with `agent`, `disconnected`, `timeout` or `cancelled`.
 */
export async function request(
  requests: Requests,
  method: string,
  params: unknown,
  options: { readonly limit?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Fields> {
  const { program, connection } = requests;
  const limit = options.limit === undefined ? undefined : AbortSignal.timeout(options.limit);
  const signals = [limit, options.signal].filter((signal) => signal !== undefined);
  const wait = signals.length === 0 ? {} : { cancellationSignal: AbortSignal.any(signals), stopWaitingOnCancel: true };
  try {
    return fieldsOf(await connection.agent.request(method, params, wait)) ?? {};
  } catch (cause) {
    if (options.signal?.aborted === true) throw new LoomError('cancelled', 'The request to the agent was cancelled.', { cause });
    if (connection.signal.aborted) throw new LoomError('disconnected', await requests.ended, { cause });
    if (limit?.aborted === true) {
      const seconds = Math.round((options.limit ?? 0) / 1000);
      throw new LoomError(
        'timeout',
        `The agent “${program.name}” did not answer within ${seconds} seconds (${method}). Try again, or restart the agent.`,
        { cause },
      );
    }
    throw agentError(requests, cause);
  }
}

/** The error for what an agent answered instead of a result. `data.rpc` is the number of a JSON-RPC error. */
export function agentError(
  { program, authMethods, mask = (text) => text }: Pick<Requests, 'program' | 'authMethods' | 'mask'>,
  cause: unknown,
): LoomError {
  if (isLoginNeeded(cause)) return maskedError(loginNeeded(program, authMethods, cause), mask);
  const error = new LoomError('agent', `The agent “${program.name}” answered with an error: ${rpcMessage(cause)}`, {
    data: { agent: program.id, kind: 'refused', rpc: rpcCode(cause) },
    cause,
  });
  return maskedError(error, mask);
}
