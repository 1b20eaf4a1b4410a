import type { CancellationToken } from 'vscode-jsonrpc/node';
import { ResponseError } from 'vscode-jsonrpc/node';
import { toWireError } from '../protocol/contract.ts';
import type { RequestHandler } from './transport.ts';

/** JSON-RPC's code for an error of ours; what it is stands in the data. */
const ownErrorCode = -32000;

/** Answers a request of the host as JSON-RPC wants it: an error becomes a response, the token a signal. */
export async function answerRequest(handler: RequestHandler, method: string, params: unknown, token: CancellationToken): Promise<unknown> {
  const stop = new AbortController();
  const listening = token.onCancellationRequested(() => stop.abort());
  try {
    return await handler(method, params, stop.signal);
  } catch (error) {
    const wire = toWireError(error);
    return new ResponseError(ownErrorCode, wire.message, wire);
  } finally {
    listening.dispose();
  }
}
