/** Milliseconds for which streamed updates of a session are merged that somebody looks at: what waits here waits for a frame of the page as well. */
const shownFrameMs = 8;
/** The same while nobody does: then a frame costs more than it is worth. */
const unseenFrameMs = 64;

/**
 * How many milliseconds a fact that streams waits for others, when the last frame was so many milliseconds ago. Zero is at once: after what
 * came together with it.
 */
export function frameWait(sinceLast: number, isFollowed: boolean): number {
  return Math.max(0, (isFollowed ? shownFrameMs : unseenFrameMs) - sinceLast);
}

/** A frame of a session that streams: runs once when it is over, unless it is ended before. */
export class StreamFrame {
  readonly #run: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #last = -Infinity;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** Begins a frame where none runs. */
  begin(isFollowed: boolean): void {
    if (this.#timer !== undefined || this.#immediate !== undefined) return;
    const wait = frameWait(performance.now() - this.#last, isFollowed);
    // A timer needs a millisecond at least, and what reads pipes goes first.
    if (wait === 0) this.#immediate = setImmediate(this.#run);
    else this.after(wait);
  }

  /** Begins a frame of so many milliseconds in place of the one that runs. */
  after(milliseconds: number): void {
    this.clear();
    this.#timer = setTimeout(this.#run, milliseconds);
  }

  /** The frame is over: what it held is taken. */
  end(): void {
    this.clear();
    this.#last = performance.now();
  }

  /** Lets the frame go without what it would have run. */
  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }
}
