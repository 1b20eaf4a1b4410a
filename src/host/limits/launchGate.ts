/**
 * `host/limits` says what may start, and when. It knows neither agents nor journals: whoever has something to start comes to the one gate here,
 * whatever asked for it, and is told.
 */
import type { Hold } from '../../model/hold.ts';

/** A session that has a turn to start. */
export interface Starter {
  readonly id: string;
  /** The agent that the turn needs. */
  readonly agent: string;
  /** When it began to wait, where an earlier host had it wait already; an instant. */
  readonly waitsSince?: string | undefined;
  /** Its turn: a place is kept for it until `leave`. */
  start(): void;
  /** What it waits for has changed. */
  held(hold: Hold): void;
}

/** Why an agent takes nothing: until then, in milliseconds of the system's clock, or until a person goes on. */
interface Block {
  readonly until: number | undefined;
  readonly reason: string;
}

export interface LaunchGateOptions {
  /** How many sessions may be active at once. */
  readonly limit: () => number;
  /** What a budget says about a session that wants to start. */
  readonly budget: (id: string) => Hold | undefined;
  /** Milliseconds since 1970, which is what providers speak of. */
  readonly now: () => number;
  /** A number from 0 to 1, so that not all go on at the same moment. */
  readonly chance: () => number;
}

/** A session that waits, and since when. */
interface Waiting {
  readonly starter: Starter;
  readonly since: string;
}

/** The longest wait for one timer: a clock that was set forward is noticed after this. Milliseconds. */
const longestWait = 30_000;
/** The most by which a wait is drawn out at random, in milliseconds. */
const mostJitter = 3000;

/**
 * The one place where work starts (R1.6): a turn that begins takes a place and gives it back when it has ended, also while it waits for a person.
 * Who finds no place, or whose agent or budget takes nothing, waits in line. Sessions that are merely open need no place.
 */
export class LaunchGate {
  readonly #options: LaunchGateOptions;
  readonly #active = new Set<string>();
  readonly #line: Waiting[] = [];
  readonly #blocks = new Map<string, Block>();
  #timer: NodeJS.Timeout | undefined;
  #isReviewing = false;
  #isClosed = false;

  constructor(options: LaunchGateOptions) {
    this.#options = options;
  }

  /** How many have a place. */
  get active(): number {
    return this.#active.size;
  }

  /** How many wait for something that ends by itself. */
  get waiting(): number {
    return this.#line.filter(({ starter }) => {
      const hold = this.#obstacle(starter);
      return hold === undefined || hold.kind === 'capacity' || hold.kind === 'rate-limited';
    }).length;
  }

  isWaiting(id: string): boolean {
    return this.#line.some(({ starter }) => starter.id === id);
  }

  /** Takes a place and says so; else the session waits in line, and is told. */
  enter(starter: Starter): boolean {
    if (this.#isClosed) return false;
    if (this.#active.has(starter.id)) return true;
    if (this.#line.length === 0 && this.#obstacle(starter) === undefined && this.#hasRoom()) {
      this.#active.add(starter.id);
      return true;
    }
    if (!this.isWaiting(starter.id)) this.#join(starter);
    this.review(starter.id);
    return this.#active.has(starter.id);
  }

  /** Gives the place back. */
  leave(id: string): void {
    if (this.#active.delete(id)) this.review();
  }

  /** The session has nothing to start any more. */
  withdraw(id: string): void {
    const index = this.#line.findIndex(({ starter }) => starter.id === id);
    if (index === -1) return;
    this.#line.splice(index, 1);
    this.review();
  }

  /** Nothing of this agent starts until then (milliseconds since 1970), or until a person goes on. */
  block(agent: string, reason: string, until?: number): void {
    const known = this.#blocks.get(agent);
    // A stop is not softened by a limit with a time that comes later.
    if (known !== undefined && known.until === undefined && until !== undefined) return;
    const jitter = until === undefined ? 0 : this.#options.chance() * Math.min(mostJitter, (until - this.#options.now()) / 10);
    this.#blocks.set(agent, { reason, until: until === undefined ? undefined : Math.ceil(until + Math.max(0, jitter)) });
    this.review();
  }

  /** A person wants to try the agent again. */
  unblock(agent: string): void {
    if (this.#blocks.delete(agent)) this.review();
  }

  /** Looks at the line again: a limit or a budget has changed, or time has passed. `asking` is answered by `enter` and not started here. */
  review(asking?: string): void {
    // Who starts can ask again at once, and is seen by the round that runs.
    if (this.#isReviewing || this.#isClosed) return;
    this.#isReviewing = true;
    try {
      this.#startWhoMay(asking);
      this.#tellTheRest();
    } finally {
      this.#isReviewing = false;
    }
    this.#waitForTheNext();
  }

  /** Nothing starts any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#line.length = 0;
  }

  #join(starter: Starter): void {
    const since = starter.waitsSince ?? new Date(this.#options.now()).toISOString();
    const behind = this.#line.findIndex((each) => each.since > since);
    this.#line.splice(behind === -1 ? this.#line.length : behind, 0, { starter, since });
  }

  #startWhoMay(asking: string | undefined): void {
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      this.#line.splice(this.#line.indexOf(next), 1);
      this.#active.add(next.starter.id);
      if (next.starter.id !== asking) next.starter.start();
    }
  }

  #first(): Waiting | undefined {
    return this.#hasRoom() ? this.#line.find(({ starter }) => this.#obstacle(starter) === undefined) : undefined;
  }

  #tellTheRest(): void {
    let place = 0;
    for (const { starter, since } of this.#line) {
      const hold = this.#obstacle(starter);
      if (hold === undefined) place += 1;
      starter.held(hold ?? { kind: 'capacity', limit: this.#limit(), place, since });
    }
  }

  #obstacle({ id, agent }: Starter): Hold | undefined {
    const block = this.#blocks.get(agent);
    if (block !== undefined && block.until === undefined) return { kind: 'quota', reason: block.reason };
    // What needs the person is said before what passes by itself.
    const budget = this.#options.budget(id);
    if (budget !== undefined || block?.until === undefined || block.until <= this.#options.now()) return budget;
    return { kind: 'rate-limited', until: new Date(block.until).toISOString(), reason: block.reason };
  }

  #hasRoom(): boolean {
    return this.#active.size < this.#limit();
  }

  #limit(): number {
    return Math.max(1, this.#options.limit());
  }

  #waitForTheNext(): void {
    clearTimeout(this.#timer);
    const now = this.#options.now();
    const ends = [...this.#blocks.values()].flatMap(({ until }) => (until === undefined || until <= now ? [] : [until]));
    if (ends.length === 0 || this.#line.length === 0) return;
    this.#timer = setTimeout(() => this.review(), Math.min(longestWait, Math.min(...ends) - now + 1));
  }
}
