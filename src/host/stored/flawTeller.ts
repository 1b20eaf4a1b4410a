import type { FlawedSession } from './flaws.ts';
import { flawSentences } from './flaws.ts';

/** Milliseconds without another flaw after which those that were found are told, and the longest that the first of them waits. */
const gatherMs = 1000;
const longestMs = 10_000;

/** Tells of flaws in few sentences: a start over many damaged sessions says so once. */
export class FlawTeller {
  readonly #tell: (text: string, sessionId: string | undefined) => void;
  #found: FlawedSession[] = [];
  #since = 0;
  #isHeld = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (text: string, sessionId: string | undefined) => void) {
    this.#tell = tell;
  }

  add(flawed: FlawedSession): void {
    if (this.#found.length === 0) this.#since = performance.now();
    this.#found.push(flawed);
    clearTimeout(this.#timer);
    const left = this.#since + longestMs - performance.now();
    if (!this.#isHeld) this.#timer = setTimeout(() => this.#tellAll(), Math.min(gatherMs, Math.max(0, left))).unref();
  }

  /** Says nothing while many sessions are read one after the other; what was found is told at once when that is over. */
  async during<Result>(reading: () => Promise<Result>): Promise<Result> {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    try {
      return await reading();
    } finally {
      this.#isHeld = false;
      this.#tellAll();
    }
  }

  #tellAll(): void {
    const found = this.#found;
    this.#found = [];
    const only = found.length === 1 ? found[0]?.id : undefined;
    for (const sentence of flawSentences(found)) this.#tell(sentence, only);
  }
}
