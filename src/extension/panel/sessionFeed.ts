import { LoomError, messageOf } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import type { Position, SessionEvent } from '../../model/events.ts';
import { isAfter } from '../../model/isAfter.ts';
import type { SessionState } from '../../model/session.ts';
import type { SessionLink } from '../sessions/sessionStore.ts';
import { isReadable } from '../sessions/sessionStore.ts';

/** Where a feed delivers. */
export interface FeedReader {
  checkpoint(state: SessionState): void;
  events(events: readonly SessionEvent[]): void;
  /** The host does not know the session. */
  gone(): void;
}

/** Entries of the end of a session that a page begins with. */
const windowEntries = 200;

/** Delivers a session to one reader without gap and without repetition, over lost connections and new hosts. */
export class SessionFeed implements Disposable {
  readonly #link: SessionLink;
  readonly #sessionId: string;
  readonly #reader: FeedReader;
  readonly #log: Log;
  readonly #owned = new DisposableStore();
  #position: Position | undefined;
  /** Counts the calls of follow; an answer to an older one is out of date. */
  #round = 0;
  #isWanted = false;
  /** Events that came while the answer to follow was under way. */
  #early: SessionEvent[] | undefined;

  constructor(link: SessionLink, sessionId: string, reader: FeedReader, log: Log) {
    this.#link = link;
    this.#sessionId = sessionId;
    this.#reader = reader;
    this.#log = log;
    this.#owned.add(link.on('session/events', (news) => news.sessionId === sessionId && this.#take(news.events)));
    this.#owned.add(link.onStateChanged(({ state }) => isReadable(state) && this.#isWanted && void this.#follow()));
  }

  /** Begins anew, for a page that knows nothing yet: a checkpoint comes first. */
  async start(): Promise<void> {
    this.#isWanted = true;
    this.#position = undefined;
    await this.#follow();
  }

  /** Goes on after a stop, for a page that still shows what it had: only what is new comes. */
  async resume(): Promise<void> {
    this.#isWanted = true;
    await this.#follow();
  }

  /** Ends the delivery until it is started or resumed. */
  stop(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#round++;
    this.#early = undefined;
    if (!isReadable(this.#link.state.state)) return;
    this.#link
      .call('session/unfollow', { sessionId: this.#sessionId })
      .catch((error: unknown) => this.#log.debug('Unfollowing failed.', { error: messageOf(error) }));
  }

  dispose(): void {
    this.stop();
    this.#owned.dispose();
  }

  async #follow(): Promise<void> {
    const round = ++this.#round;
    this.#early = [];
    try {
      const { checkpoint, events } = await this.#link.call('session/follow', {
        sessionId: this.#sessionId,
        entries: windowEntries,
        ...(this.#position === undefined ? {} : { after: this.#position }),
      });
      if (round !== this.#round) return;
      const early = this.#early;
      this.#early = undefined;
      if (checkpoint !== undefined) {
        this.#position = checkpoint.position;
        this.#reader.checkpoint(checkpoint);
      }
      this.#deliver([...events, ...early]);
    } catch (error) {
      if (round !== this.#round) return;
      this.#early = undefined;
      if (error instanceof LoomError && error.code === 'not-found') this.#reader.gone();
      else this.#log.warn('A session could not be followed; it is tried again when the host is back.', { error: messageOf(error) });
    }
  }

  #take(events: readonly SessionEvent[]): void {
    if (!this.#isWanted) return;
    if (this.#early !== undefined) this.#early.push(...events);
    else this.#deliver(events);
  }

  #deliver(events: readonly SessionEvent[]): void {
    const position = this.#position;
    const news = position === undefined ? events : events.filter((event) => isAfter(event, position));
    const last = news.at(-1);
    if (last === undefined) return;
    this.#position = { epoch: last.epoch, seq: last.seq };
    this.#reader.events(news);
  }
}
