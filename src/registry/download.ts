import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { LoomError, messageOf } from '../base/errors.ts';

/** Fetches an address; the editor's and Node's own `fetch` are two of these. */
export type Fetch = (url: string, init: { readonly signal: AbortSignal; readonly headers?: Record<string, string> }) => Promise<Response>;

/** How far a download is: bytes that came, and bytes in all where the server says so. */
export type Progress = (received: number, total: number | undefined) => void;

/** Milliseconds without a byte after which a download has failed. */
const silenceMs = 60_000;
/** The most that an agent can weigh, in bytes. */
const largest = 2 * 1024 ** 3;

/** Loads an address into a file and gives its SHA-256 in hex. Rejects with `unavailable`, `storage` or `cancelled`; the file may then be half. */
export async function download(url: string, file: string, fetch: Fetch, progress: Progress, signal?: AbortSignal): Promise<string> {
  const quiet = new AbortController();
  let timer = setTimeout(() => quiet.abort(), silenceMs);
  const all = AbortSignal.any([quiet.signal, ...(signal === undefined ? [] : [signal])]);
  const hash = createHash('sha256');
  const output = createWriteStream(file, { mode: 0o600 });
  const written = finished(output);
  written.catch(() => undefined);
  try {
    const response = await fetch(url, { signal: all });
    if (!response.ok || response.body === null)
      throw new LoomError('unavailable', `${hostOf(url)} answered ${response.status} for ${url}.`);
    if (response.redirected && !response.url.startsWith('https:'))
      throw new LoomError('unavailable', `${hostOf(url)} leads to an address that is not encrypted, and nothing was loaded from there.`);
    const length = Number(response.headers.get('content-length') ?? '');
    const total = length > 0 ? length : undefined;
    let received = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), silenceMs);
      received += chunk.length;
      if (received > largest) throw new LoomError('unavailable', `${url} is larger than 2 GB, and was not loaded.`);
      hash.update(chunk);
      if (!output.write(chunk)) await Promise.race([new Promise<void>((resolve) => void output.once('drain', () => resolve())), written]);
      progress(received, total);
    }
    output.end();
    await written;
    return hash.digest('hex');
  } catch (error) {
    output.destroy();
    throw failure(error, url, signal);
  } finally {
    clearTimeout(timer);
  }
}

function failure(error: unknown, url: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return new LoomError('cancelled', 'The download was cancelled.');
  if (error instanceof LoomError || (error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return error;
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
  return new LoomError(
    'unavailable',
    `${hostOf(url)} could not be reached (${messageOf(error)}${cause}). Check the network, and try again.`,
    { cause: error },
  );
}

function hostOf(url: string): string {
  return new URL(url).host;
}
