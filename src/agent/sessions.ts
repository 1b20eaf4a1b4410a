import { randomBytes } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { RequestError } from '@agentclientprotocol/sdk';
import type { ListSessionsResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import { idFromBytes } from '../base/ids.ts';
import { statusOf } from './files.ts';
import { modeOf } from './modes.ts';
import { AgentSession } from './session.ts';
import type { Conversation, ConversationStore } from './store.ts';

/** How many sessions one page of `session/list` holds. */
const pageSize = 100;

/** The sessions that are open in this program, over the store that remembers them all. */
export class Sessions {
  readonly #open = new Map<string, AgentSession>();
  readonly #created = new Map<string, number>();
  readonly #store: ConversationStore;

  constructor(store: ConversationStore) {
    this.#store = store;
  }

  /** Opens a new session. The folders must be absolute, and the first must be there. */
  async create(cwd: string, more: readonly string[]): Promise<AgentSession> {
    const roots = rootsOf(cwd, more);
    if ((await statusOf(roots[0]))?.isDirectory() !== true) throw RequestError.invalidParams({ cwd }, `There is no folder ${cwd}.`);
    const id = idFromBytes(randomBytes(16));
    const now = new Date();
    await this.#store.create({ play: 1, sessionId: id, roots, createdAt: now.toISOString() });
    return this.#add(new AgentSession(id, roots), now.getTime());
  }

  /** The open session of that id. Fails with ACP's "resource not found". */
  get(id: string): AgentSession {
    const session = this.#open.get(id);
    if (session === undefined) throw RequestError.sessionNotFound(id);
    return session;
  }

  /** The open session of that id, if there is one. */
  find(id: string): AgentSession | undefined {
    return this.#open.get(id);
  }

  /** Opens a stored session and hands out its conversation. A turn of it that runs here is stopped first. */
  async load(id: string, cwd: string, more: readonly string[]): Promise<{ session: AgentSession; updates: readonly SessionUpdate[] }> {
    await this.#open.get(id)?.stop();
    const conversation = await this.#store.read(id);
    if (conversation === undefined) throw RequestError.sessionNotFound(id);
    const session = new AgentSession(id, rootsOf(cwd, more));
    const updates = conversation.updates.map((line) => line.update);
    restore(session, updates);
    return { session: this.#add(session, Date.parse(conversation.header.createdAt)), updates };
  }

  /** One page of the stored sessions, the last changed first. The cursor is opaque to clients: a position in that list. */
  async list(cwd: string | undefined, cursor: string | undefined): Promise<ListSessionsResponse> {
    const start = cursor === undefined ? 0 : Number.parseInt(cursor, 10);
    if (!Number.isInteger(start) || start < 0) throw RequestError.invalidParams({ cursor }, 'This cursor did not come from this agent.');
    const all = (await this.#store.list()).filter(({ header }) => cwd === undefined || header.roots[0] === resolve(cwd));
    const page = all.slice(start, start + pageSize);
    const next = start + page.length;
    return { sessions: page.map(infoOf), ...(next < all.length ? { nextCursor: String(next) } : {}) };
  }

  /** Writes down what a session sent. */
  async remember(session: AgentSession, updates: readonly SessionUpdate[]): Promise<void> {
    const created = this.#created.get(session.id) ?? Date.now();
    if (updates.length > 0)
      await this.#store.append(
        session.id,
        updates.map((update) => ({ at: Date.now() - created, update })),
      );
  }

  /** Stops a session and forgets that it is open. What is stored stays. */
  async closeOne(id: string): Promise<void> {
    const session = this.get(id);
    await session.stop();
    this.#forget(id);
  }

  /** Stops a session and deletes what is stored of it. */
  async delete(id: string): Promise<void> {
    await this.#open.get(id)?.stop();
    this.#forget(id);
    if (!(await this.#store.delete(id))) throw RequestError.sessionNotFound(id);
  }

  /** Stops every session. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.stop()));
    this.#open.clear();
  }

  #forget(id: string): void {
    this.#open.delete(id);
    this.#created.delete(id);
  }

  #add(session: AgentSession, createdAt: number): AgentSession {
    this.#open.set(session.id, session);
    this.#created.set(session.id, createdAt);
    return session;
  }
}

function rootsOf(cwd: string, more: readonly string[]): readonly [string, ...string[]] {
  const relative = [cwd, ...more].find((path) => !isAbsolute(path));
  if (relative !== undefined) throw RequestError.invalidParams({ path: relative }, 'A session needs absolute folders.');
  return [resolve(cwd), ...more.map((path) => resolve(path))];
}

/** Brings back what the session itself must know of its past. */
function restore(session: AgentSession, updates: readonly SessionUpdate[]): void {
  for (const update of updates) {
    session.characters += JSON.stringify(update).length;
    session.serial++;
    if (update.sessionUpdate === 'agent_message_chunk') session.introduced = true;
    if (update.sessionUpdate === 'session_info_update') session.title = update.title ?? session.title;
    if (update.sessionUpdate === 'current_mode_update') session.mode = modeOf(update.currentModeId) ?? session.mode;
  }
}

function infoOf(conversation: Conversation): ListSessionsResponse['sessions'][number] {
  const { header, updates, changedAt } = conversation;
  const named = updates.findLast(({ update }) => update.sessionUpdate === 'session_info_update')?.update;
  const title = named?.sessionUpdate === 'session_info_update' ? named.title : undefined;
  const [cwd, ...additionalDirectories] = header.roots;
  const updatedAt = new Date(changedAt).toISOString();
  return { sessionId: header.sessionId, cwd, additionalDirectories, updatedAt, ...(title === undefined ? {} : { title }) };
}
