import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { messageOf } from '../../base/errors.ts';

/** A turn whose record is not in the history yet. `turn` is missing for a change of the session's page alone. */
export interface PendingRecord {
  readonly session: string;
  readonly turn?: string | undefined;
}

/** Remembers, over the end of the host, which records are still to be written. It is a hint: a lost one costs a page, never a turn. */
export class PendingFile {
  readonly #file: string;
  readonly #log: Log;
  #records: readonly PendingRecord[];

  constructor(dataFolder: string, log: Log) {
    this.#file = join(dataFolder, 'history-pending.json');
    this.#log = log;
    this.#records = readRecords(this.#file);
  }

  get records(): readonly PendingRecord[] {
    return this.#records;
  }

  add(record: PendingRecord): void {
    if (this.#records.some((other) => isSame(other, record))) return;
    this.#save([...this.#records, record]);
  }

  remove(record: PendingRecord): void {
    const others = this.#records.filter((other) => !isSame(other, record));
    if (others.length < this.#records.length) this.#save(others);
  }

  removeSession(session: string): void {
    const others = this.#records.filter((other) => other.session !== session);
    if (others.length < this.#records.length) this.#save(others);
  }

  #save(records: readonly PendingRecord[]): void {
    this.#records = records;
    const temporary = `${this.#file}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      if (records.length === 0) return rmSync(this.#file, { force: true });
      writeFileSync(temporary, JSON.stringify({ version: 1, pending: records }), { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch (error) {
      rmSync(temporary, { force: true });
      this.#log.warn('The list of records that are still to be written could not be saved.', { error: messageOf(error) });
    }
  }
}

function isSame(a: PendingRecord, b: PendingRecord): boolean {
  return a.session === b.session && a.turn === b.turn;
}

function readRecords(file: string): readonly PendingRecord[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pending' in value) || !Array.isArray(value.pending)) return [];
    return value.pending.flatMap((item: unknown) => {
      if (typeof item !== 'object' || item === null || !('session' in item) || typeof item.session !== 'string') return [];
      return [{ session: item.session, ...('turn' in item && typeof item.turn === 'string' ? { turn: item.turn } : {}) }];
    });
  } catch {
    // Missing, or damaged: then nothing is known to wait.
    return [];
  }
}
