import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { TaskQueue } from '../../base/queue.ts';

/** By agent, what it said when it asked for a login. */
export type Logins = ReadonlyMap<string, string>;

const File = z.record(z.string(), z.string());

/** Which agents asked for a login when they were last started, kept for the next host. There is nothing secret in it, and it can be deleted. */
export class LoginMarks {
  readonly #file: string;
  readonly #log: Log;
  readonly #writes = new TaskQueue();

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** What an earlier host kept; empty where there is nothing that can be read. */
  read(): Logins {
    try {
      return new Map(Object.entries(File.parse(JSON.parse(readFileSync(this.#file, 'utf8')))));
    } catch {
      return new Map();
    }
  }

  /** Keeps the marks in the background: they are a help, and nothing waits for them. */
  keep(logins: Logins): void {
    const text = JSON.stringify(Object.fromEntries(logins));
    void this.#writes
      .run(async () => {
        await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
        await rename(`${this.#file}.new`, this.#file);
      })
      .catch((error: unknown) => this.#log.debug('Which agents need a login was not kept.', { error: messageOf(error) }));
  }

  /** Waits until all is kept. */
  idle(): Promise<void> {
    return this.#writes.idle();
  }
}
