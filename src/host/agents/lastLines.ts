const lineLength = 500;

/** Escape sequences of terminals, and control characters other than tab and newline. */
const control = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(\u0007|\u001b\\)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The last lines of a program's error output, without colours, so that a flood of it costs a bounded amount of memory. */
export class LastLines {
  readonly #keep: number;
  readonly #onLine: (line: string) => void;
  #lines: string[] = [];
  #open = '';

  /** Keeps so many lines, each cut to 500 characters, and hands every one on as it is completed. */
  constructor(keep: number, onLine: (line: string) => void) {
    this.#keep = keep;
    this.#onLine = onLine;
  }

  push(text: string): void {
    const pieces = (this.#open + text).split('\n');
    // A line that never ends is cut here already, or it would grow without a bound.
    this.#open = (pieces.pop() ?? '').slice(0, lineLength * 4);
    for (const piece of pieces) this.#add(piece);
  }

  /** Empty lines are left out; the last one may be incomplete. */
  get lines(): readonly string[] {
    const open = clean(this.#open);
    return open === '' ? this.#lines : [...this.#lines, open];
  }

  #add(piece: string): void {
    const line = clean(piece);
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > this.#keep) this.#lines = this.#lines.slice(-this.#keep);
    this.#onLine(line);
  }
}

function clean(text: string): string {
  return text
    .slice(0, lineLength * 4)
    .replace(control, '')
    .trimEnd()
    .slice(0, lineLength);
}
