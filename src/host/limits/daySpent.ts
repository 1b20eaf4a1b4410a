import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { addSpent, costsOf, nothingSpent, Spent } from '../../model/spent.ts';

const DayFile = z.object({ day: z.string(), spent: Spent });

const fileName = 'spent.json';

/** What all sessions of a data folder have spent today, by the calendar of this machine. It is kept in a small file, written when something was spent. */
export class DaySpent {
  readonly #file: string;
  readonly #today: () => string;
  readonly #log: Log;
  #day: string;
  #spent: Spent;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isStale = false;

  /** `today` names the day, as 2026-11-21. */
  constructor(dataFolder: string, today: () => string, log: Log) {
    this.#file = join(dataFolder, fileName);
    this.#today = today;
    this.#log = log;
    const stored = read(this.#file);
    this.#day = stored?.day ?? today();
    this.#spent = stored?.spent ?? nothingSpent;
  }

  /** What was spent today; nothing yet after midnight. */
  get spent(): Spent {
    return this.#day === this.#today() ? this.#spent : nothingSpent;
  }

  /** More was spent now. */
  add(more: Spent): void {
    if (more.tokens + more.turns + more.minutes + costsOf(more).length === 0) return;
    this.#spent = addSpent(this.spent, more);
    this.#day = this.#today();
    this.#isStale = true;
    // However often something is spent, one write waits at most.
    if (!this.#isWriting) this.#writing = this.#writeAll();
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#isStale) {
      this.#isStale = false;
      await this.#write(JSON.stringify({ day: this.#day, spent: this.#spent }));
    }
    this.#isWriting = false;
  }

  async #write(text: string): Promise<void> {
    try {
      await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
      await rename(`${this.#file}.new`, this.#file);
    } catch (error) {
      this.#log.warn('What was spent today could not be written.', { error: messageOf(error) });
    }
  }
}

/** A file that is missing or cannot be understood says nothing: a day's budget is no reason not to start. */
function read(file: string): z.infer<typeof DayFile> | undefined {
  try {
    const parsed = DayFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
