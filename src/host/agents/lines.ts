/** A line of a stream, or the beginning and the end of one that was too long to keep. */
export type Line =
  | { readonly type: 'line'; readonly text: string }
  /** `bytes` is the length of the whole line, which was dropped; `head` are its first bytes as text, `tail` its last. */
  | { readonly type: 'dropped'; readonly head: string; readonly tail: string; readonly bytes: number };

const newline = 0x0a;
const keptBytes = 4096;

/**
 * Cuts a byte stream into lines of UTF-8. Invalid bytes become U+FFFD. A line over the limit is never held in memory:
 * it is dropped up to the next newline, and what follows is read as usual.
 */
export class LineSplitter {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #head: string | undefined;
  #tail: Buffer = Buffer.alloc(0);

  /** `limit` is in bytes, the newline not counted. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that this piece of the stream completes. */
  *push(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#take(chunk.subarray(start, end));
      yield this.#finish();
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  /** The last line, when the stream did not end with a newline. */
  *end(): Generator<Line> {
    if (this.#bytes > 0) yield this.#finish();
  }

  #take(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#head !== undefined) {
      this.#tail = lastOf(Buffer.concat([this.#tail, part.subarray(-keptBytes)]));
      return;
    }
    this.#parts.push(part);
    if (this.#bytes <= this.#limit) return;
    this.#head = textOf(this.#parts, keptBytes);
    this.#tail = lastOf(Buffer.concat(this.#parts));
    this.#parts = [];
  }

  #finish(): Line {
    const line: Line =
      this.#head === undefined
        ? { type: 'line', text: textOf(this.#parts, this.#bytes) }
        : { type: 'dropped', head: this.#head, tail: this.#tail.toString('utf8'), bytes: this.#bytes };
    this.#parts = [];
    this.#bytes = 0;
    this.#head = undefined;
    return line;
  }
}

/** A copy, so that what it was cut from can go. */
function lastOf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(-keptBytes));
}

function textOf(parts: readonly Uint8Array[], length: number): string {
  const [only] = parts;
  const bytes = parts.length === 1 && only !== undefined ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(parts);
  return bytes.toString('utf8', 0, Math.min(length, bytes.length));
}
