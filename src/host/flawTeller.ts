import type { FlawedSession } from './flaws.ts';
import { flawSentences } from './flaws.ts';

/** Milliseconds without another flaw after which those that were found are told, and the longest that the first of them waits. */
const gatherMs = 500;
const longestMs = 5000;

/** Tells of flaws in few sentences: a start over many damaged sessions says so once. */
export class FlawTeller {
  readonly #tell: (text: string, sessionId: string | undefined) => void;
  #found: FlawedSession[] = [];
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (text: string, sessionId: string | undefined) => void) {
    this.#tell = tell;
  }

  add(flawed: FlawedSession): void {
    if (this.#found.length === 0) this.#since = performance.now();
    this.#found.push(flawed);
    clearTimeout(this.#timer);
    const left = this.#since + longestMs - performance.now();
    this.#timer = setTimeout(() => this.#tellAll(), Math.min(gatherMs, Math.max(0, left))).unref();
  }

  #tellAll(): void {
    const found = this.#found;
    this.#found = [];
    const only = found.length === 1 ? found[0]?.id : undefined;
    for (const sentence of flawSentences(found)) this.#tell(sentence, only);
  }
}
