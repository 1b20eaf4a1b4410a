/**
 * `host` owns the sessions of one workspace. It knows neither VS Code nor pages nor sockets: doors in `server` bring requests and take events away.
 */
import { LoomError } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import { compact, compactWith } from '../../model/compact.ts';
import type { Fact, JournalFlaws, Position } from '../../model/events.ts';
import { SessionEvent } from '../../model/events.ts';
import { isAfter } from '../../model/isAfter.ts';
import { mergeFacts } from '../../model/mergeFacts.ts';
import { reduce } from '../../model/reduce.ts';
import type { SessionState } from '../../model/session.ts';
import { emptySession } from '../../model/session.ts';
import { windowOf } from '../../model/window.ts';
import type { FoundFlaws } from '../stored/flaws.ts';
import { newFlaws, withFlaws } from '../stored/flaws.ts';
import type { BlobRange, BlobReference } from '../journal/blobs.ts';
import type { JournalFiles } from '../journal/files.ts';
import { Journal } from '../journal/journal.ts';
import { overlappingEpochs } from '../journal/segments.ts';
import type { StorageTrouble } from '../journal/trouble.ts';
import { RecentEvents } from './recentEvents.ts';
import { StreamFrame } from './streamFrame.ts';

export interface SessionOptions {
  /** The session's own folder, `sessions/<id>`. */
  readonly folder: string;
  readonly epoch: number;
  readonly files: JournalFiles;
  readonly quarantineFolder: string;
  /** The time as an ISO instant. */
  readonly now: () => string;
  readonly log: Log;
}

/** What a follower gets: events since its position, or a state to begin with. */
export interface FollowAnswer {
  readonly checkpoint?: SessionState;
  readonly events: readonly SessionEvent[];
}

/** A session with what is wrong with its journal. */
export interface OpenedSession {
  readonly session: Session;
  readonly flaws: FoundFlaws;
  /** Some of the damage was not in the quarantine yet. */
  readonly isNewDamage: boolean;
}

/** Listeners that each session has: the index. Any other one shows it to somebody. */
const ownListeners = 1;
/** Entries that a checkpoint holds unless a follower asks for another number. */
const checkpointEntries = 200;
/** Bytes that may wait for the disk before the agent has to wait as well. */
const roomBytes = 8 * 1024 * 1024;
/** Milliseconds after which a stream that the journal could not keep is tried again. */
const laterMs = 1000;

/**
 * One session: its journal, the state that the journal adds up to, and who follows it. `record` is the only way by which anything changes:
 * append to the journal, reduce, publish, in this order.
 */
export class Session {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #journal: Journal<SessionEvent>;
  readonly #recorded = new Emitter<readonly SessionEvent[]>();
  #state: SessionState;
  readonly #recent: RecentEvents;
  readonly #frame = new StreamFrame(() => this.flush());
  #streamed: Fact[] = [];
  #waitForRoom: (() => void)[] = [];

  /** New events, after they are written and reduced. */
  readonly onRecorded: Event<readonly SessionEvent[]> = this.#recorded.event;
  readonly onTrouble: Event<StorageTrouble>;
  readonly onRecovered: Event<void>;

  private constructor(options: SessionOptions, journal: Journal<SessionEvent>, state: SessionState, id: string) {
    this.id = id;
    this.#options = options;
    this.#journal = journal;
    this.#state = state;
    this.#recent = new RecentEvents(state.position);
    this.onTrouble = journal.onTrouble;
    this.onRecovered = journal.onRecovered;
    journal.onRecovered(() => this.#leaveRoom());
  }

  /** Reads the journal and adds it up. A journal without records gives an empty session, which a `session.created` begins. */
  static async open(id: string, options: SessionOptions): Promise<OpenedSession> {
    const opened = await Journal.open<SessionEvent>({
      folder: options.folder,
      epoch: options.epoch,
      files: options.files,
      log: options.log,
      mode: 'write',
      parse: parseEvent,
      quarantineFolder: options.quarantineFolder,
      compact,
    });
    const state = opened.records.reduce(reduce, emptySession);
    return {
      session: new Session(options, opened.journal, state, id),
      flaws: { damaged: opened.damage.length, mergedEpochs: overlappingEpochs(opened.records) },
      isNewDamage: opened.damage.some(({ isNew }) => isNew),
    };
  }

  get state(): SessionState {
    return this.#state;
  }

  get journalBytes(): number {
    return this.#journal.byteSize;
  }

  /** Somebody besides the index hears what is recorded. */
  get isFollowed(): boolean {
    return this.#recorded.listenerCount > ownListeners;
  }

  /** What keeps the journal from writing now; what is recorded meanwhile waits in memory. */
  get trouble(): StorageTrouble | undefined {
    return this.#journal.trouble;
  }

  /** Writes facts now, after whatever was streamed before them. Throws `storage` when the journal can keep no more; then these facts are not recorded. */
  record(...facts: readonly Fact[]): void {
    const streamed = this.#takeStreamed();
    const events = this.#asEvents([...streamed, ...facts]);
    if (events.length === 0) return;
    const bytesBefore = this.#journal.byteSize;
    try {
      this.#journal.append(events);
    } catch (error) {
      this.#streamed = streamed;
      if (streamed.length > 0) this.#frame.after(laterMs);
      throw error;
    }
    this.#state = events.reduce(reduce, this.#state);
    this.#recent.add(events, this.#journal.byteSize - bytesBefore);
    this.#recorded.fire(events);
  }

  /** Undefined while the journal can take more. Else a promise that resolves when it can again, or when the session is closed. */
  untilRoom(): Promise<void> | undefined {
    if (this.#journal.waitingBytes < roomBytes) return undefined;
    return new Promise((resolve) => this.#waitForRoom.push(resolve));
  }

  /** Writes a fact of a stream: the first at once, those that follow within a frame merged with each other; a frame is longer while nobody follows. */
  stream(fact: Fact): void {
    const merged = mergeFacts(this.#streamed.at(-1), fact);
    if (merged === undefined) this.#streamed.push(fact);
    else this.#streamed[this.#streamed.length - 1] = merged;
    this.#frame.begin(this.isFollowed);
  }

  /** Writes what a frame still holds back. What the journal cannot keep is held and tried again. */
  flush(): void {
    try {
      this.record();
    } catch (error) {
      if (!(error instanceof LoomError) || error.code !== 'storage') throw error;
    }
  }

  /** Resolves when all that was recorded until now survives a power loss. */
  async barrier(): Promise<void> {
    this.flush();
    await this.#journal.barrier();
  }

  /** What a follower missed since `after`; without it, or where that is too long ago, a state whose window holds about `entries` entries. */
  since(after: Position | undefined, entries = checkpointEntries): FollowAnswer {
    this.flush();
    const missed = after === undefined || isAfter(after, this.#state.position) ? undefined : this.#recent.since(after);
    if (missed !== undefined) return { events: missed };
    return { checkpoint: windowOf(this.#state, entries), events: [] };
  }

  /** Records what is wrong with the journal as far as that is not known yet, and gives it back. A journal without any record stays as it is. */
  noteFlaws(found: FoundFlaws): JournalFlaws | undefined {
    const flaws = withFlaws(this.#state.flaws, found);
    const news = newFlaws(this.#state.flaws, flaws);
    if (news !== undefined && this.#state.position.seq > 0) this.record({ type: 'journal.flawed', flaws });
    return news;
  }

  /** Reads the journal once more, and says how much of it is damaged by now. */
  async inspect(): Promise<FoundFlaws> {
    return { damaged: (await this.#journal.inspect()).length };
  }

  /** Shortens segments of hosts that are gone. `seals` are the seals of turns that were streamed in the segment, also where they stand in a later one. */
  async compactLeft(seals: ReadonlyMap<string, readonly SessionEvent[]>): Promise<void> {
    for (const [segment, found] of seals) await this.#journal.compactLeft(segment, (events) => compactWith(events, found));
  }

  /** The id of the next turn. The epoch in it keeps apart the turns of two hosts that both go on from the same place. */
  nextTurnId(): string {
    return `t${this.#state.turnCount}e${this.#options.epoch}`;
  }

  /** Keeps bytes beside the journal; they are written before the records that follow. */
  putBlob(bytes: Buffer): BlobReference {
    return this.#journal.putBlob(bytes);
  }

  readBlob(id: string, range?: BlobRange): Promise<Buffer> {
    return this.#journal.readBlob(id, range);
  }

  /** Writes and syncs what is left, and closes the journal. */
  async close(): Promise<void> {
    this.flush();
    this.#frame.clear();
    try {
      await this.#journal.close();
    } finally {
      this.#leaveRoom();
      this.#recorded.dispose();
    }
  }

  #leaveRoom(): void {
    for (const resolve of this.#waitForRoom.splice(0)) resolve();
  }

  #takeStreamed(): Fact[] {
    this.#frame.end();
    const streamed = this.#streamed;
    this.#streamed = [];
    return streamed;
  }

  #asEvents(facts: readonly Fact[]): SessionEvent[] {
    let { seq } = this.#state.position;
    const at = this.#options.now();
    return facts.map((fact): SessionEvent => ({ epoch: this.#options.epoch, seq: ++seq, at, fact }));
  }
}

function parseEvent(value: unknown): SessionEvent | undefined {
  const parsed = SessionEvent.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
