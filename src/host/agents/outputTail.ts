/** The end of an output, in bytes, cut from the front at the border of a letter. What was cut is counted. */
export class OutputTail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes since the beginning, those that are no longer kept included. */
  get end(): number {
    return this.#dropped + this.#size;
  }

  get isTruncated(): boolean {
    return this.#dropped > 0;
  }

  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    // Cut in large steps, so that a flood does not copy what is kept with each piece.
    if (this.#size > this.#limit * 2 + 4096) this.#cut();
  }

  /** What is kept, as text; a letter of which only the beginning has come is left out. */
  text(): string {
    this.#cut();
    return decode(this.#chunks[0] ?? Buffer.alloc(0));
  }

  /** The text from a place on, or from the first that is kept; `next` is where the rest will begin. */
  from(place: number): { readonly text: string; readonly next: number } {
    this.#cut();
    const all = this.#chunks[0] ?? Buffer.alloc(0);
    const part = all.subarray(Math.max(0, place - this.#dropped));
    const whole = part.subarray(0, part.length - openBytes(part));
    return { text: decode(whole), next: this.end - (part.length - whole.length) };
  }

  #cut(): void {
    const all = Buffer.concat(this.#chunks);
    let start = Math.max(0, all.length - this.#limit);
    while (start > 0 && start < all.length && isContinuation(all[start])) start++;
    this.#chunks = [all.subarray(start)];
    this.#dropped += start;
    this.#size = all.length - start;
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function decode(bytes: Buffer): string {
  return bytes.subarray(0, bytes.length - openBytes(bytes)).toString('utf8');
}

/** How many bytes at the end are the beginning of a letter whose rest has not come. */
function openBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
