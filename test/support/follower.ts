import type { HostLink } from '../../src/client/hostLink.ts';
import type { Entry } from '../../src/model/entries.ts';
import type { Position, SessionEvent } from '../../src/model/events.ts';
import { isAfter } from '../../src/model/isAfter.ts';
import { reduce } from '../../src/model/reduce.ts';
import type { SessionState, Turn } from '../../src/model/session.ts';
import { emptySession } from '../../src/model/session.ts';

/** Follows a session as a panel does: keeps every event it was sent, and what they add up to. */
export class Follower {
  readonly link: HostLink;
  readonly sessionId: string;
  /** All events in the order in which they were sent, those of the answers included. */
  readonly events: SessionEvent[] = [];
  /** Events that were not newer than the one before them: sent twice, or out of order. */
  readonly repeated: SessionEvent[] = [];
  /** How many answers began with a checkpoint. */
  checkpoints = 0;
  state: SessionState = emptySession;
  readonly #waiting = new Set<() => void>();

  private constructor(link: HostLink, sessionId: string) {
    this.link = link;
    this.sessionId = sessionId;
    link.on('session/events', (message) => {
      if (message.sessionId === sessionId) this.#take(message.events);
    });
  }

  static async of(link: HostLink, sessionId: string): Promise<Follower> {
    const follower = new Follower(link, sessionId);
    await follower.follow();
    return follower;
  }

  /** Follows from `after` on, or from the beginning. */
  async follow(after?: Position): Promise<void> {
    const answer = await this.link.call('session/follow', { sessionId: this.sessionId, ...(after === undefined ? {} : { after }) });
    if (answer.checkpoint !== undefined) {
      this.checkpoints += 1;
      this.state = answer.checkpoint;
    }
    this.#take(answer.events);
  }

  /** Follows again by itself whenever the link has a new connection. */
  keepUp(): this {
    this.link.onStateChanged(({ state }) => {
      if (state === 'connected') void this.follow(this.state.position);
    });
    return this;
  }

  get lastTurn(): Turn | undefined {
    return this.state.turns.at(-1);
  }

  get entries(): readonly Entry[] {
    return this.state.turns.flatMap((turn) => turn.entries);
  }

  /** All that the agent said, one message after the other. */
  get text(): string {
    return this.entries.map((entry) => (entry.kind === 'message' ? entry.text : '')).join('');
  }

  /** Waits until the state is as asked. */
  async until(holds: (state: SessionState) => boolean, limit = 50_000): Promise<SessionState> {
    const { promise, resolve, reject } = Promise.withResolvers<SessionState>();
    const look = (): void => {
      if (holds(this.state)) resolve(this.state);
    };
    const timer = setTimeout(
      () => reject(new Error(`The session did not come to: ${holds.toString()}. It is: ${JSON.stringify(this.state).slice(0, 3000)}`)),
      limit,
    );
    this.#waiting.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** Waits until the agent has said this. */
  async says(text: string, limit?: number): Promise<void> {
    await this.until(() => this.text.includes(text), limit);
  }

  /** Waits for the end of turn number `index`, counted from 0. */
  async ended(index: number, limit?: number): Promise<Turn> {
    const state = await this.until(({ turns }) => turns.some((turn) => turn.index === index && turn.endedAt !== undefined), limit);
    const turn = state.turns.find((each) => each.index === index);
    if (turn === undefined) throw new Error('The turn is gone.');
    return turn;
  }

  async prompt(text: string, now = false): Promise<{ readonly queued: boolean }> {
    return this.link.call('session/prompt', { sessionId: this.sessionId, parts: [{ type: 'text', text }], now });
  }

  #take(events: readonly SessionEvent[]): void {
    for (const event of events) {
      const last = this.events.at(-1);
      if (last !== undefined && !isAfter(event, last)) this.repeated.push(event);
      this.events.push(event);
      this.state = reduce(this.state, event);
    }
    for (const look of [...this.#waiting]) look();
  }
}
