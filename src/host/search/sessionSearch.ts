import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { LoomError, messageOf } from '../../base/errors.ts';
import { idFromBytes } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { Id } from '../../model/entries.ts';
import { findText } from '../../model/find.ts';
import type { SessionState } from '../../model/session.ts';
import { summaryOf } from '../../model/summary.ts';
import type { ParamsOf, ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { JournalFiles } from '../journal/files.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';
import { journalParts } from './journalParts.ts';
import { rawLook } from './rawLook.ts';
import { readState } from './readState.ts';

type Params = ParamsOf<HostRequests['sessions/find']>;
type Result = ResultOf<HostRequests['sessions/find']>;
type Found = Result['found'][number];

export interface SessionSearchOptions {
  readonly sessionsFolder: string;
  readonly index: Pick<SessionIndex, 'list'>;
  /** The state of a session that is loaded: what it holds may not be written yet. */
  readonly loaded: (id: string) => SessionState | undefined;
  readonly files: JournalFiles;
  readonly log: Log;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

/** A search that is under way: which sessions it looks at, and how far it is. The list is fixed when it begins, so that none is missed or told twice. */
interface Search {
  readonly token: string;
  readonly query: string;
  readonly ids: readonly string[];
  readonly stop: AbortController;
  at: number;
  unread: number;
}

/** Milliseconds after which one answer is given, with what was found until then. */
const sliceMs = 200;
/** Journals that are looked through at the same time. */
const atOnce = 16;
const defaultLimit = 50;
const defaultMatches = 5;

/**
 * Searches all sessions of the host, the newest first. The answer comes in slices: each one works for a moment and says with which token the next
 * goes on. So nobody waits for the whole archive, and a search that nobody asks on is over. A client has one search at a time: a new one
 * ends the one before.
 */
export class SessionSearch {
  readonly #options: SessionSearchOptions;
  /** By whoever searches; goes with them. */
  readonly #searches = new WeakMap<object, Search>();

  constructor(options: SessionSearchOptions) {
    this.#options = options;
  }

  /** Rejects with `cancelled` when another search of the same client took the place of this one. */
  async find(client: object, { query, limit = defaultLimit, matches = defaultMatches, next }: Params): Promise<Result> {
    const search = next === undefined ? await this.#begin(client, query) : this.#goOn(client, next);
    const until = this.#options.clock() + sliceMs;
    const found: Found[] = [];
    while (search.at < search.ids.length && found.length < limit) {
      const batch = search.ids.slice(search.at, search.at + atOnce);
      const worth = await Promise.all(batch.map((id) => this.#isWorthReading(search, id)));
      for (const [index, id] of batch.entries()) {
        if (found.length >= limit) break;
        search.at++;
        const hit = worth[index] === true ? await this.#read(search, id, matches) : undefined;
        if (hit !== undefined) found.push(hit);
      }
      throwIfReplaced(search);
      if (this.#options.clock() >= until) break;
    }
    const isOver = search.at >= search.ids.length;
    if (isOver) this.#searches.delete(client);
    return { found, searched: search.at, total: search.ids.length, unread: search.unread, ...(isOver ? {} : { next: search.token }) };
  }

  async #begin(client: object, query: string): Promise<Search> {
    this.#searches.get(client)?.stop.abort();
    const search: Search = {
      token: idFromBytes(randomBytes(8)),
      query,
      ids: await this.#ids(),
      stop: new AbortController(),
      at: 0,
      unread: 0,
    };
    this.#searches.get(client)?.stop.abort();
    this.#searches.set(client, search);
    return search;
  }

  #goOn(client: object, token: string): Search {
    const search = this.#searches.get(client);
    if (search?.token === token) return search;
    throw replaced();
  }

  /** Those that the index does not know yet come first: it is being made anew then, and does not know which of them are new. */
  async #ids(): Promise<readonly string[]> {
    const { index, sessionsFolder } = this.#options;
    const known = index.list({ includeArchived: true }).map(({ id }) => id);
    const all = new Set(known);
    const onDisk = await readdir(sessionsFolder).catch(() => []);
    return [...onDisk.filter((name) => !all.has(name) && Id.safeParse(name).success), ...known];
  }

  /** Whether the words may stand in a session; a session that is loaded is read in any case, since that costs little. */
  async #isWorthReading(search: Search, id: string): Promise<boolean> {
    const { files, loaded, sessionsFolder } = this.#options;
    if (loaded(id) !== undefined) return true;
    const look = rawLook(search.query);
    try {
      for await (const part of journalParts(files, join(sessionsFolder, id))) {
        if (search.stop.signal.aborted) return false;
        look.take(part);
        if (look.isFound) return true;
      }
      return look.mayHold;
    } catch (error) {
      return this.#passOver(search, id, error);
    }
  }

  async #read(search: Search, id: string, most: number): Promise<Found | undefined> {
    const { files, loaded, sessionsFolder } = this.#options;
    try {
      const state = loaded(id) ?? (await readState(files, join(sessionsFolder, id), search.stop.signal));
      if (state.id === '') return undefined;
      const matches = findText(state, search.query);
      if (matches.length === 0) return undefined;
      return { session: summaryOf(state), matches: matches.slice(-most).reverse(), total: matches.length };
    } catch (error) {
      throwIfReplaced(search);
      this.#passOver(search, id, error);
      return undefined;
    }
  }

  /** One session that cannot be read must not keep all others from being found. */
  #passOver(search: Search, id: string, error: unknown): false {
    search.unread++;
    this.#options.log.warn('A session could not be searched.', { session: id, error: messageOf(error) });
    return false;
  }
}

function throwIfReplaced({ stop }: Search): void {
  if (stop.signal.aborted) throw replaced();
}

function replaced(): LoomError {
  return new LoomError('cancelled', 'This search was ended by a newer one, or its host has left. Search again.');
}
