import { mkdir, appendFile, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionUpdate } from '@agentclientprotocol/sdk';

/** The first line of a stored conversation. The rest of the file is in the format of `playFile.ts`, so `/play` can play it. */
export interface ConversationHeader {
  readonly play: 1;
  readonly sessionId: string;
  readonly roots: readonly [string, ...string[]];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** One line of a stored conversation: an update as it was sent, `at` milliseconds after the session was created. */
export interface StoredUpdate {
  readonly at: number;
  readonly update: SessionUpdate;
}

/** A conversation as it was stored. */
export interface Conversation {
  readonly header: ConversationHeader;
  readonly updates: readonly StoredUpdate[];
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

/** Where conversations are kept. Appending to one that is not there, or was deleted meanwhile, does nothing. */
export interface ConversationStore {
  create(header: ConversationHeader): Promise<void>;
  append(sessionId: string, updates: readonly StoredUpdate[]): Promise<void>;
  read(sessionId: string): Promise<Conversation | undefined>;
  /** Every conversation, the last changed first. */
  list(): Promise<readonly Conversation[]>;
  /** Says whether there was one. */
  delete(sessionId: string): Promise<boolean>;
}

/** Keeps conversations for the life of the program. */
export function memoryStore(): ConversationStore {
  const conversations = new Map<string, { header: ConversationHeader; updates: StoredUpdate[]; changedAt: number }>();
  return {
    create(header) {
      conversations.set(header.sessionId, { header, updates: [], changedAt: Date.now() });
      return Promise.resolve();
    },
    append(sessionId, updates) {
      const conversation = conversations.get(sessionId);
      conversation?.updates.push(...updates);
      if (conversation !== undefined) conversation.changedAt = Date.now();
      return Promise.resolve();
    },
    read: (sessionId) => Promise.resolve(conversations.get(sessionId)),
    list: () => Promise.resolve([...conversations.values()].sort((one, other) => other.changedAt - one.changedAt)),
    delete: (sessionId) => Promise.resolve(conversations.delete(sessionId)),
  };
}

/** Keeps each conversation in a file of JSON lines. A damaged line is left out, a file without a header is no conversation. */
export function folderStore(folder: string): ConversationStore {
  const fileOf = (sessionId: string): string => join(folder, `${sessionId}.jsonl`);

  async function read(sessionId: string): Promise<Conversation | undefined> {
    // An id names a file, so it is checked before it can name one somewhere else.
    if (!/^[0-9a-z]{1,64}$/.test(sessionId)) return undefined;
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(fileOf(sessionId), 'utf8'), stat(fileOf(sessionId))]);
      const [header, ...updates] = text.split('\n').map(parseLine);
      if (!isHeader(header) || header.sessionId !== sessionId) return undefined;
      return { header, updates: updates.filter(isStoredUpdate), changedAt: mtimeMs };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  return {
    read,
    async create(header) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await appendFile(fileOf(header.sessionId), `${JSON.stringify(header)}\n`, { mode: 0o600 });
    },
    async append(sessionId, updates) {
      const lines = updates.map((update) => `${JSON.stringify(update)}\n`).join('');
      try {
        await stat(fileOf(sessionId));
        await appendFile(fileOf(sessionId), lines);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    async list() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      const ids = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
      const conversations = (await Promise.all(ids.map(read))).filter((conversation) => conversation !== undefined);
      return conversations.sort((one, other) => other.changedAt - one.changedAt);
    },
    async delete(sessionId) {
      if ((await read(sessionId)) === undefined) return false;
      await rm(fileOf(sessionId), { force: true });
      return true;
    },
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A crash can leave half a line at the end; the lines before it are whole.
    return undefined;
  }
}

function isHeader(value: unknown): value is ConversationHeader {
  if (typeof value !== 'object' || value === null || !('sessionId' in value) || !('roots' in value) || !('createdAt' in value))
    return false;
  return typeof value.createdAt === 'string' && Array.isArray(value.roots) && typeof value.roots[0] === 'string';
}

function isStoredUpdate(value: unknown): value is StoredUpdate {
  if (typeof value !== 'object' || value === null || !('at' in value) || !('update' in value)) return false;
  return typeof value.at === 'number' && typeof value.update === 'object' && value.update !== null && 'sessionUpdate' in value.update;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
