import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Event } from '../base/event.ts';
import { Emitter } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import type { Fact } from '../model/events.ts';
import type { SessionSummary } from '../model/summary.ts';
import { summaryOf } from '../model/summary.ts';
import type { AgentConnection } from './agentConnection.ts';
import type { SessionIndex } from './sessionIndex.ts';
import type { SessionOptions } from './session.ts';
import { Session } from './session.ts';
import type { Turns } from './turns.ts';

/** A session that is loaded: its journal, its agent, its turns. */
export interface LiveSession {
  readonly session: Session;
  readonly agent: AgentConnection;
  readonly turns: Turns;
}

export interface LiveSessionsOptions {
  readonly sessionsFolder: string;
  readonly index: SessionIndex;
  readonly session: Omit<SessionOptions, 'folder'>;
  /** Puts a session together with its agent and its turns. */
  readonly join: (session: Session) => LiveSession;
  readonly log: Log;
}

/** Summaries that changed within a frame. */
export interface SessionChanges {
  readonly changed: readonly SessionSummary[];
  readonly removed: readonly string[];
}

/** Milliseconds for which changes of summaries are gathered. */
const frameMs = 50;
/** Milliseconds after which a session that nobody follows and that rests is unloaded. */
const restMs = 60_000;
/** Prefix of a folder that is being deleted; what a crash leaves of it is removed at the next start. */
export const deletedPrefix = '.deleted-';

/** The sessions of a workspace: those that are loaded, and the index over all. */
export class LiveSessions {
  readonly #options: LiveSessionsOptions;
  readonly #loaded = new Map<string, Promise<LiveSession>>();
  readonly #live = new Map<string, LiveSession>();
  readonly #restingSince = new Map<string, number>();
  readonly #changes = new Emitter<SessionChanges>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  #frame: NodeJS.Timeout | undefined;

  /** Changed summaries, at most once a frame. */
  readonly onChanged: Event<SessionChanges> = this.#changes.event;

  constructor(options: LiveSessionsOptions) {
    this.#options = options;
  }

  /** The sessions that are loaded now. */
  get live(): readonly LiveSession[] {
    return [...this.#live.values()];
  }

  /** Loads a session. Rejects with `not-found` when there is none of this id. */
  async get(id: string): Promise<LiveSession> {
    const known = this.#loaded.get(id);
    if (known !== undefined) return known;
    // The index can be behind, for example while it is made anew; the folder decides.
    if (this.#options.index.get(id) === undefined && !existsSync(this.#folder(id)))
      throw new LoomError('not-found', `There is no session "${id}". It may have been deleted in another window.`);
    return this.#load(id);
  }

  /** Makes a session; when this resolves it survives a power loss. */
  async create(created: Extract<Fact, { type: 'session.created' }>): Promise<LiveSession> {
    const live = await this.#load(created.id);
    live.session.record(created);
    await live.session.barrier();
    return live;
  }

  /** Deletes a session with all that belongs to it. Its folder is renamed first, so that a crash leaves no half of it. */
  async delete(id: string): Promise<void> {
    const live = await this.get(id);
    await live.turns.interrupt();
    await live.agent.close();
    this.#forget(id);
    await live.session.close();
    const grave = join(this.#options.sessionsFolder, `${deletedPrefix}${id}`);
    await rename(this.#folder(id), grave);
    this.#options.index.remove(id);
    this.#removed.add(id);
    this.#changed.delete(id);
    this.#announceSoon();
    await rm(grave, { recursive: true, force: true });
  }

  /** Unloads a session that was loaded for a look only. */
  async unloadUnused(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (live !== undefined && this.#isUnused(live)) await this.#unload(id, live);
  }

  /** Unloads sessions that rest: nobody follows, nothing runs, nothing waits. */
  async unloadResting(now: number): Promise<void> {
    for (const [id, live] of this.#live) {
      if (!this.#isUnused(live)) this.#restingSince.delete(id);
      else if (now - (this.#restingSince.get(id) ?? now) >= restMs) await this.#unload(id, live);
      else if (!this.#restingSince.has(id)) this.#restingSince.set(id, now);
    }
  }

  /** Unloads all; running turns are stopped and marked before. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#live].map(async ([id, live]) => {
        try {
          await this.#unload(id, live);
        } catch (error) {
          this.#options.log.error('A session could not be closed in good order.', { session: id, error: messageOf(error) });
        }
      }),
    );
    this.announce();
  }

  /** Sends what the frame still holds. */
  announce(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    const changed = [...this.#changed].flatMap((id) => this.#options.index.get(id) ?? []);
    const removed = [...this.#removed];
    this.#changed.clear();
    this.#removed.clear();
    if (changed.length + removed.length > 0) this.#changes.fire({ changed, removed });
  }

  /** Nobody follows but the index, and nothing runs. */
  #isUnused(live: LiveSession): boolean {
    return live.session.followerCount <= 1 && !live.turns.isRunning;
  }

  #folder(id: string): string {
    return join(this.#options.sessionsFolder, id);
  }

  #load(id: string): Promise<LiveSession> {
    const loading = this.#open(id);
    this.#loaded.set(id, loading);
    loading.catch(() => this.#loaded.delete(id));
    return loading;
  }

  async #open(id: string): Promise<LiveSession> {
    const { session, damaged } = await Session.open(id, { ...this.#options.session, folder: this.#folder(id) });
    const live = this.#options.join(session);
    this.#live.set(id, live);
    if (damaged > 0)
      this.#options.log.warn('A journal had damaged records; their bytes are kept in the quarantine.', { session: id, damaged });
    session.onRecorded(() => this.#note(session));
    return live;
  }

  async #unload(id: string, live: LiveSession): Promise<void> {
    await live.turns.interrupt();
    await live.agent.close();
    this.#forget(id);
    await live.session.close();
  }

  #forget(id: string): void {
    this.#loaded.delete(id);
    this.#live.delete(id);
    this.#restingSince.delete(id);
  }

  #note(session: Session): void {
    if (session.state.id === '') return;
    this.#changed.add(session.id);
    this.#options.index.put(summaryOf(session.state), session.journalBytes);
    this.#announceSoon();
  }

  #announceSoon(): void {
    this.#frame ??= setTimeout(() => this.announce(), frameMs);
  }
}
