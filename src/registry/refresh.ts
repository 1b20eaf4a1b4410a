import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Fetch } from './download.ts';
import type { RegistryAgent } from './registryFile.ts';
import { readRegistry } from './registryFile.ts';

/** Where the public registry of agents is published. */
export const registryAddress = 'https://cdn.agentclientprotocol.com/registry/v1/latest/registry.json';

/** Milliseconds for which a copy is new enough. */
const freshMs = 12 * 60 * 60 * 1000;
/** Milliseconds that the server has to answer. */
const limitMs = 10_000;
/** The longest list that is taken, in letters. */
const longest = 8 * 1024 * 1024;

const Cached = z.object({ checkedAt: z.number(), etag: z.string().optional(), text: z.string() });

export interface RefreshOptions {
  /** The file that keeps the last list. */
  readonly file: string;
  readonly fetch: Fetch;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The list as it was last loaded; undefined where it never was, or is not usable. */
export async function cachedRegistry(file: string): Promise<readonly RegistryAgent[] | undefined> {
  const cached = await readCached(file);
  const agents = cached === undefined ? [] : readRegistry(cached.text).agents;
  return agents.length === 0 ? undefined : agents;
}

/**
 * Asks for the list where the copy is not new, and only for a list that has changed. True when a new one was kept. Never rejects: what goes wrong
 * is a line in the log, since there is always the copy that was shipped.
 */
export async function refreshRegistry(options: RefreshOptions, signal?: AbortSignal): Promise<boolean> {
  const { file, fetch, log, now } = options;
  try {
    const cached = await readCached(file);
    const age = now() - (cached?.checkedAt ?? 0);
    if (age >= 0 && age < freshMs) return false;
    const limit = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal === undefined ? [] : [signal])]);
    const response = await fetch(registryAddress, {
      signal: limit,
      headers: { accept: 'application/json', ...(cached?.etag === undefined ? {} : { 'if-none-match': cached.etag }) },
    });
    if (response.status === 304 && cached !== undefined) {
      await keep(file, { ...cached, checkedAt: now() });
      return false;
    }
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const text = await response.text();
    if (text.length > longest) throw new Error('the list is too long');
    const { agents, problems } = readRegistry(text);
    if (agents.length === 0) throw new Error(problems[0] ?? 'the list is empty');
    const etag = response.headers.get('etag');
    await keep(file, { checkedAt: now(), text, ...(etag === null ? {} : { etag }) });
    log.info('The list of agents was loaded anew.', { agents: agents.length, unusable: problems.length });
    return true;
  } catch (error) {
    log.info('The list of agents was not loaded anew; the one at hand is used.', { error: messageOf(error) });
    return false;
  }
}

async function readCached(file: string): Promise<z.infer<typeof Cached> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Cached.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function keep(file: string, cached: z.infer<typeof Cached>): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const scratch = `${file}.${process.pid}.new`;
  await writeFile(scratch, JSON.stringify(cached));
  await rename(scratch, file);
}
