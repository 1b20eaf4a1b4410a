/**
 * `host` owns the sessions of one workspace. It knows neither VS Code nor pages nor sockets: doors in `server` bring requests and take events away.
 */
import type { Event } from '../base/event.ts';
import { Emitter } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { compact } from '../model/compact.ts';
import type { Fact, Position } from '../model/events.ts';
import { SessionEvent, isAfter } from '../model/events.ts';
import { mergeFacts } from '../model/mergeFacts.ts';
import { reduce } from '../model/reduce.ts';
import type { SessionState } from '../model/session.ts';
import { emptySession } from '../model/session.ts';
import { windowOf } from '../model/window.ts';
import type { BlobRange, BlobReference } from './journal/blobs.ts';
import type { JournalFiles } from './journal/files.ts';
import { Journal } from './journal/journal.ts';
import type { StorageTrouble } from './journal/trouble.ts';

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

/** Milliseconds for which streamed updates are merged. */
const frameMs = 16;
/** Events that a session keeps at hand for followers that come back. */
const keptEvents = 2000;
/** Entries that a checkpoint holds unless a follower asks for another number. */
const checkpointEntries = 200;

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
  #recent: SessionEvent[] = [];
  /** The position before `#recent[0]`. */
  #recentAfter: Position;
  #streamed: Fact[] = [];
  #frame: NodeJS.Timeout | undefined;
  #lastFlush = 0;

  /** New events, after they are written and reduced. */
  readonly onRecorded: Event<readonly SessionEvent[]> = this.#recorded.event;
  readonly onTrouble: Event<StorageTrouble>;
  readonly onRecovered: Event<void>;

  private constructor(options: SessionOptions, journal: Journal<SessionEvent>, state: SessionState, id: string) {
    this.id = id;
    this.#options = options;
    this.#journal = journal;
    this.#state = state;
    this.#recentAfter = state.position;
    this.onTrouble = journal.onTrouble;
    this.onRecovered = journal.onRecovered;
  }

  /** Reads the journal and adds it up. A journal without records gives an empty session, which a `session.created` begins. */
  static async open(id: string, options: SessionOptions): Promise<{ readonly session: Session; readonly damaged: number }> {
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
    return { session: new Session(options, opened.journal, state, id), damaged: opened.damage.filter((each) => each.isNew).length };
  }

  get state(): SessionState {
    return this.#state;
  }

  get journalBytes(): number {
    return this.#journal.byteSize;
  }

  /** How many listen to what is recorded; the index is one of them. */
  get followerCount(): number {
    return this.#recorded.listenerCount;
  }

  /** Writes facts now, after whatever was streamed before them. Throws `storage` when the journal can keep no more. */
  record(...facts: readonly Fact[]): void {
    this.#write([...this.#takeStreamed(), ...facts]);
  }

  /** Writes a fact of a stream: the first at once, those that follow within a frame merged with each other. */
  stream(fact: Fact): void {
    const merged = mergeFacts(this.#streamed.at(-1), fact);
    if (merged === undefined) this.#streamed.push(fact);
    else this.#streamed[this.#streamed.length - 1] = merged;
    if (this.#frame !== undefined) return;
    const since = performance.now() - this.#lastFlush;
    this.#frame = setTimeout(() => this.flush(), Math.max(0, frameMs - since));
  }

  /** Writes what a frame still holds back. */
  flush(): void {
    this.#write(this.#takeStreamed());
  }

  /** Resolves when all that was recorded until now survives a power loss. */
  async barrier(): Promise<void> {
    this.flush();
    await this.#journal.barrier();
  }

  /** What a follower missed since `after`; without it, or where that is too long ago, a state whose window holds about `entries` entries. */
  since(after: Position | undefined, entries = checkpointEntries): FollowAnswer {
    this.flush();
    const known = after !== undefined && !isAfter(this.#recentAfter, after) && !isAfter(after, this.#state.position);
    if (known) return { events: this.#recent.filter((event) => isAfter(event, after)) };
    return { checkpoint: windowOf(this.#state, entries), events: [] };
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
    await this.#journal.close();
    this.#recorded.dispose();
  }

  #takeStreamed(): Fact[] {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    this.#lastFlush = performance.now();
    const streamed = this.#streamed;
    this.#streamed = [];
    return streamed;
  }

  #write(facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    let { seq } = this.#state.position;
    const at = this.#options.now();
    const events = facts.map((fact): SessionEvent => ({ epoch: this.#options.epoch, seq: ++seq, at, fact }));
    this.#journal.append(events);
    this.#state = events.reduce(reduce, this.#state);
    this.#keep(events);
    this.#recorded.fire(events);
  }

  #keep(events: readonly SessionEvent[]): void {
    this.#recent.push(...events);
    // Trimmed in large steps, so that a stream does not move the array with each event.
    if (this.#recent.length <= keptEvents * 2) return;
    const dropped = this.#recent.splice(0, this.#recent.length - keptEvents);
    this.#recentAfter = dropped.at(-1) ?? this.#recentAfter;
  }
}

function parseEvent(value: unknown): SessionEvent | undefined {
  const parsed = SessionEvent.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
