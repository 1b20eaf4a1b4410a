import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import type { Fact, SessionEvent } from '../../model/events.ts';
import type { SessionState } from '../../model/session.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { showsTheSame, summaryOf } from '../../model/summary.ts';
import type { DatedFact } from '../../model/transcript/recoveredFacts.ts';
import type { AgentConnection } from './agentConnection.ts';
import type { FlawedSession, FoundFlaws } from '../stored/flaws.ts';
import { errnoOf } from '../journal/files.ts';
import type { SessionPermissions } from '../permissions/sessionPermissions.ts';
import { recreateSession, setAside } from '../session/recreate.ts';
import { SessionSearch } from '../search/sessionSearch.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';
import type { SessionOptions } from '../session/session.ts';
import { Session } from '../session/session.ts';
import type { Turns } from './turns.ts';
import type { FileChanges } from '../undo/fileChanges.ts';

/** A session that is loaded: its journal, its agent, its turns. */
export interface LiveSession {
  readonly session: Session;
  readonly agent: AgentConnection;
  readonly turns: Turns;
  readonly permissions: SessionPermissions;
  readonly changes: FileChanges;
}

export interface LiveSessionsOptions {
  readonly sessionsFolder: string;
  readonly index: SessionIndex;
  readonly session: Omit<SessionOptions, 'folder'>;
  /** Puts a session together with its agent and its turns. */
  readonly join: (session: Session) => LiveSession;
  /** Hears all that is recorded, after it was. It must not throw. */
  readonly recorded?: (session: Session, events: readonly SessionEvent[]) => void;
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
/** Milliseconds that an agent has to consent to the end of a session. */
const consentMs = 1000;
/** Prefix of a folder that is being deleted; what a crash leaves of it is removed at the next start. */
export const deletedPrefix = '.deleted-';

/** The sessions of a workspace: those that are loaded, and the index over all. */
export class LiveSessions {
  /** Finds words in all of them. */
  readonly search: SessionSearch;
  readonly #options: LiveSessionsOptions;
  /** Each session that is loaded, being loaded, or being unloaded: whoever wants one of the last waits for that, and loads it anew. */
  readonly #loaded = new Map<string, Promise<LiveSession | undefined>>();
  readonly #live = new Map<string, LiveSession>();
  readonly #deleting = new Set<string>();
  readonly #restingSince = new Map<string, number>();
  /** How often a session was asked for, so that one that was loaded for a look only is not taken from whoever came meanwhile. */
  readonly #asked = new Map<string, number>();
  readonly #changes = new Emitter<SessionChanges>();
  readonly #flawed = new Emitter<FlawedSession>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  /** What the clients were told last. */
  readonly #announced = new Map<string, SessionSummary>();
  #isDraining = false;
  #isClosed = false;
  #frame: NodeJS.Timeout | undefined;

  /** Changed summaries, at most once a frame. */
  readonly onChanged: Event<SessionChanges> = this.#changes.event;
  /** Something is wrong with the journal of a session that was not known before. */
  readonly onFlawed: Event<FlawedSession> = this.#flawed.event;

  constructor(options: LiveSessionsOptions) {
    this.#options = options;
    const { sessionsFolder, index, log } = options;
    const loaded = (id: string): SessionState | undefined => this.#live.get(id)?.session.state;
    this.search = new SessionSearch({ sessionsFolder, index, loaded, files: options.session.files, log, clock: () => performance.now() });
  }

  /** The sessions that are loaded now. */
  get live(): readonly LiveSession[] {
    return [...this.#live.values()];
  }

  /** Loads a session. Rejects with `not-found` when there is none of this id. */
  async get(id: string): Promise<LiveSession> {
    this.#restingSince.delete(id);
    this.#asked.set(id, (this.#asked.get(id) ?? 0) + 1);
    if (!(await this.#exists(id))) throw notFound(id);
    return this.#loadOnce(id);
  }

  /** Loads a session at the start of the host, whether the index knows it or not. `isUnused` tells whether nobody else has asked for it since. */
  async recover(id: string): Promise<{ readonly live: LiveSession; readonly isUnused: () => boolean }> {
    const asked = this.#asked.get(id);
    const wasLoaded = this.#loaded.has(id);
    const live = await this.#loadOnce(id);
    // One that somebody has loaded or made meanwhile is left to that one, and to its rest.
    return { live, isUnused: () => !wasLoaded && this.#asked.get(id) === asked && this.#isUnused(live) };
  }

  /** Makes a session; when this resolves it survives a power loss. */
  async create(created: Extract<Fact, { type: 'session.created' }>): Promise<LiveSession> {
    const live = await this.#load(created.id);
    try {
      live.session.record(created);
      await live.session.barrier();
    } catch (error) {
      await this.delete(created.id);
      throw error;
    }
    return live;
  }

  /**
   * Makes a session again out of what happened in it elsewhere. Rejects with `conflict` when it is here; a folder of which nothing can be read
   * goes into the quarantine.
   */
  async recreate(id: string, facts: readonly DatedFact[]): Promise<LiveSession> {
    const isHere = this.#deleting.has(id) || this.#loaded.has(id) || this.#options.index.get(id) !== undefined;
    if (isHere || !(await this.#isUnreadable(id)))
      throw new LoomError('conflict', 'This session is here already. Open it in the Sessions view.');
    const { epoch, files, log, quarantineFolder } = this.#options.session;
    const folder = this.#folder(id);
    if (await isFolder(folder)) await setAside(files, folder, quarantineFolder);
    await recreateSession({ folder, scratchPrefix: `${deletedPrefix}recovering-`, epoch, files, log }, facts);
    const live = await this.#loadOnce(id);
    this.#note(live.session);
    return live;
  }

  /** True also where there is nothing to be read. */
  async #isUnreadable(id: string): Promise<boolean> {
    if (!(await isFolder(this.#folder(id)))) return true;
    const { live, isUnused } = await this.recover(id);
    const { seq } = live.session.state.position;
    if (seq > 0 || !isUnused()) return false;
    await this.unload(id);
    return true;
  }

  /** No session takes a new turn from now on, also those that are loaded later. */
  drain(): void {
    this.#isDraining = true;
    for (const live of this.#live.values()) live.turns.drain();
  }

  /** Deletes a session with all that belongs to it. Its folder is renamed first, so that a crash leaves no half of it. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    if (this.#deleting.has(id)) throw notFound(id);
    this.#deleting.add(id);
    try {
      // What cannot be written any more need not keep a session from being deleted: a full disk is a reason to delete.
      await this.unload(id).catch((error: unknown) =>
        this.#options.log.warn('A deleted session was not closed in good order.', { session: id, error: messageOf(error) }),
      );
      const grave = join(this.#options.sessionsFolder, `${deletedPrefix}${id}`);
      await rename(this.#folder(id), grave).catch(unlessMissing);
      this.#options.index.remove(id);
      this.#removed.add(id);
      this.#changed.delete(id);
      this.#announceSoon();
      await rm(grave, { recursive: true, force: true });
    } finally {
      this.#deleting.delete(id);
    }
  }

  /** Stops what runs in a session, gives its agent back and closes its journal. Whoever asks for it meanwhile gets it loaded anew. */
  unload(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (live === undefined) return Promise.resolve();
    this.#live.delete(id);
    this.#restingSince.delete(id);
    this.#asked.delete(id);
    const closing = this.#close(live);
    const gone: Promise<undefined> = closing.then(
      () => undefined,
      () => undefined,
    );
    this.#loaded.set(id, gone);
    void gone.then(() => this.#loaded.get(id) === gone && this.#loaded.delete(id));
    return closing;
  }

  /** Unloads sessions that rest: nobody follows, nothing runs, nothing waits, and no agent has them open. */
  async unloadResting(now: number): Promise<void> {
    for (const [id, live] of this.#live) {
      if (!this.#isUnused(live)) this.#restingSince.delete(id);
      else if (now - (this.#restingSince.get(id) ?? now) >= restMs) await this.unload(id);
      else if (!this.#restingSince.has(id)) this.#restingSince.set(id, now);
    }
  }

  /** Unloads all; running turns are stopped and marked before. No session is loaded any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(
      [...this.#live.keys()].map(async (id) => {
        try {
          await this.unload(id);
        } catch (error) {
          this.#options.log.error('A session could not be closed in good order.', { session: id, error: messageOf(error) });
        }
      }),
    );
    this.announce();
  }

  /** Tells the clients of a summary that was made again although nothing was recorded, as after the loss of the catalogue. */
  indexed(id: string): void {
    this.#announced.delete(id);
    this.#changed.add(id);
    this.#announceSoon();
  }

  /** Takes a session whose folder is gone out of the index, and tells the clients. */
  vanished(id: string): void {
    this.#options.index.remove(id);
    this.#removed.add(id);
    this.#announceSoon();
  }

  /** Sends what the frame still holds: of a session that only goes on as before, there is nothing to be said. */
  announce(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    const changed = [...this.#changed].flatMap((id) => this.#news(id) ?? []);
    const removed = [...this.#removed];
    for (const id of removed) this.#announced.delete(id);
    this.#changed.clear();
    this.#removed.clear();
    if (changed.length + removed.length > 0) this.#changes.fire({ changed, removed });
  }

  #news(id: string): SessionSummary | undefined {
    const summary = this.#options.index.get(id);
    const before = this.#announced.get(id);
    if (summary === undefined || (before !== undefined && showsTheSame(before, summary))) return undefined;
    this.#announced.set(id, summary);
    return summary;
  }

  /** Nobody follows but the index, nothing runs and nothing waits for its place. */
  /** When an agent gives a session back that rests is said by a setting (`times.idle`), so one that its agent has open stays. */
  #isUnused(live: LiveSession): boolean {
    if (live.agent.isOpen) return false;
    return !live.session.isFollowed && !live.turns.isRunning && !live.turns.isWaiting && !live.turns.waitsForLogin;
  }

  #folder(id: string): string {
    return join(this.#options.sessionsFolder, id);
  }

  /** While the catalogue is made again the disk knows more than it does. */
  async #exists(id: string): Promise<boolean> {
    return this.#loaded.has(id) || this.#options.index.get(id) !== undefined || isFolder(this.#folder(id));
  }

  /** From the last look at what is loaded to the load itself nobody else gets a turn: a session never has two writers. */
  async #loadOnce(id: string): Promise<LiveSession> {
    for (let known = this.#loaded.get(id); known !== undefined; known = this.#loaded.get(id)) {
      const live = await known;
      if (live !== undefined) return live;
    }
    if (this.#deleting.has(id)) throw notFound(id);
    return this.#load(id);
  }

  #load(id: string): Promise<LiveSession> {
    if (this.#isClosed) throw new LoomError('unavailable', 'The session host is leaving. Try again in a moment.');
    const loading = this.#open(id);
    this.#loaded.set(id, loading);
    loading.catch(() => this.#loaded.get(id) === loading && this.#loaded.delete(id));
    return loading;
  }

  async #open(id: string): Promise<LiveSession> {
    const { session, flaws, isNewDamage } = await Session.open(id, { ...this.#options.session, folder: this.#folder(id) });
    const live = this.#options.join(session);
    if (this.#isDraining || this.#isClosed) live.turns.drain();
    this.#live.set(id, live);
    session.onRecorded((events) => {
      this.#note(session);
      this.#options.recorded?.(session, events);
    });
    // A journal without any record cannot say what is known of it; its quarantine can.
    if (session.state.position.seq > 0 || isNewDamage) this.noteFlaws(session, flaws);
    return live;
  }

  /** Records what is wrong with the journal of a loaded session and tells of it, as far as it is news. */
  noteFlaws(session: Session, found: FoundFlaws): void {
    try {
      const news = session.noteFlaws(found);
      if (news === undefined) return;
      this.#options.log.warn('Something is wrong with a journal.', { session: session.id, ...news });
      this.#flawed.fire({ id: session.id, title: session.state.title === '' ? session.id : session.state.title, news });
    } catch (error) {
      // A disk that takes nothing must not keep what can be read from being opened.
      this.#options.log.warn('What is wrong with a journal was not recorded.', { session: session.id, error: messageOf(error) });
    }
  }

  async #close({ session, turns, agent }: LiveSession): Promise<void> {
    await turns.interrupt();
    await agent.close(consentMs);
    await session.close();
  }

  #note(session: Session): void {
    if (session.state.id === '') return;
    this.#changed.add(session.id);
    try {
      this.#options.index.put(summaryOf(session.state), session.journalBytes);
    } catch (error) {
      // The index is a cache: that it fails must not reach whoever recorded something.
      this.#options.log.error('The catalogue did not take a summary.', { session: session.id, error: messageOf(error) });
    }
    this.#announceSoon();
  }

  #announceSoon(): void {
    this.#frame ??= setTimeout(() => this.announce(), frameMs);
  }
}

function notFound(id: string): LoomError {
  return new LoomError('not-found', `There is no session "${id}". It may have been deleted in another window.`);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function unlessMissing(error: unknown): void {
  if (errnoOf(error) !== 'ENOENT') throw error;
}
