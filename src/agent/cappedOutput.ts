/** How many characters of the beginning and of the end of an output are kept. */
const kept = { head: 8_000, tail: 24_000 } as const;

/** What a command printed: the beginning and the end, with a note about what was left out between them. */
export class CappedOutput {
  #head = '';
  #tail = '';
  #left = 0;

  append(text: string): void {
    const room = kept.head - this.#head.length;
    this.#head += text.slice(0, room);
    this.#tail += text.slice(room);
    // Cutting only now and then keeps a flood of small pieces from copying the tail each time.
    if (this.#tail.length > 2 * kept.tail) this.#cut();
  }

  get text(): string {
    this.#cut();
    if (this.#left === 0) return this.#head + this.#tail;
    return `${this.#head}\n[… ${this.#left.toLocaleString('en')} characters left out …]\n${this.#tail}`;
  }

  #cut(): void {
    const over = this.#tail.length - kept.tail;
    if (over <= 0) return;
    this.#left += over;
    this.#tail = this.#tail.slice(over);
  }
}
