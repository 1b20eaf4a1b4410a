/** Milliseconds for which lines of one agent are handled before everyone else in this process gets a turn. */
export const sliceMs = 1;
/** Milliseconds for which an agent that was heard counts as working. */
const workingMs = 1000;
/** The part of this process's time that agents may take for good, all together, while more than one of them works. */
const takenByAll = 0.5;
/** The part that each of them may take, however many there are. */
const leastShare = 0.05;
/** Milliseconds of work that an agent may have done at once, as when it repeats a conversation, before its share counts. */
const burstMs = 50;
/** What a slice can have cost at most, in milliseconds: so much for itself, and so much for each kilobyte in it. More was the processor's time for others. */
const mostPerSlice = 0.02;
const mostPerKilobyte = 0.125;
/** The longest pause, in milliseconds: one long line is no reason to let its agent wait for seconds. */
const longestPauseMs = 100;

/**
 * The agents of a host, which all speak to one event loop. While only one of them is heard it may have all of it; while others are, one that floods
 * is read no faster than its share allows, and the pipe makes it wait. Times are in milliseconds of a clock that only goes forward.
 */
export class LoopShares {
  readonly #joined = new Set<LoopShare>();

  /** A share for one agent more, until it leaves. */
  join(): LoopShare {
    const share: LoopShare = new LoopShare(
      (now) => this.#shareOf(share, now),
      () => this.#joined.delete(share),
    );
    this.#joined.add(share);
    return share;
  }

  #shareOf(own: LoopShare, now: number): number {
    let working = 1;
    for (const other of this.#joined) if (other !== own && other.wasHeardSince(now - workingMs)) working += 1;
    return working === 1 ? 1 : Math.max(leastShare, takenByAll / working);
  }
}

/** What one agent may take of the loop. What it does not use adds up to one burst. */
export class LoopShare {
  readonly #share: (now: number) => number;
  readonly leave: () => void;
  #credit = burstMs;
  #countedAt = 0;
  #heardAt = -Infinity;

  /** `share` is the part of the time that this agent may take now, up to 1. */
  constructor(share: (now: number) => number, leave: () => void) {
    this.#share = share;
    this.leave = leave;
  }

  wasHeardSince(time: number): boolean {
    return this.#heardAt >= time;
  }

  /**
   * Takes in that lines of so many characters were handled between two times, and says for how many milliseconds no more are to be read. On a busy
   * machine most of that time can be others': it counts only as far as lines of this length can have taken it.
   */
  worked(from: number, to: number, characters: number): number {
    const cost = Math.min(to - from, mostPerSlice + (characters / 1024) * mostPerKilobyte);
    this.#heardAt = to;
    const share = this.#share(to);
    this.#credit = Math.min(burstMs, this.#credit + (to - this.#countedAt) * share) - cost;
    this.#countedAt = to;
    if (share === 1) this.#credit = Math.max(0, this.#credit);
    return this.#credit >= 0 ? 0 : Math.min(longestPauseMs, Math.ceil(-this.#credit / share));
  }
}
