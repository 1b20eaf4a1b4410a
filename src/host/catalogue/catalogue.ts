import * as fs from 'node:fs';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { TaskQueue } from '../../base/queue.ts';
import { MemoryDatabase } from './database.ts';
import type { Unusable } from './database.ts';
import { columns, rowOf, valuesOf } from './schema.ts';
import type { CatalogueRow } from './schema.ts';
import { isAsWritten, readSnapshot, setAside, writeSnapshot } from './snapshotFile.ts';

/** Where the catalogue is kept, and how soon changes are saved. */
export interface CatalogueOptions {
  /** The snapshot, for example `catalogue.db` in the data folder. */
  readonly file: string;
  /** `sql-wasm.wasm` of sql.js. */
  readonly wasmFile: string;
  readonly log: Log;
  /** Milliseconds without a change after which changes are saved. Default 250. */
  readonly saveMilliseconds?: number;
  /** Milliseconds after which changes are saved although more keep coming. Default 5000. */
  readonly longestSaveMilliseconds?: number;
}

/** Which rows to list. */
export interface ListOptions {
  readonly includeArchived: boolean;
  readonly limit?: number | undefined;
  /** The id of the last row of the page before; a page after an id that is gone is empty. */
  readonly before?: string | undefined;
}

const putStatement = `INSERT OR REPLACE INTO sessions (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`;

/**
 * What is known of all sessions, loaded or not: a cache in memory, with a snapshot on disk that is replaced as a whole. Whatever happens to the
 * snapshot, the journals are the truth, and `rebuilt` tells the caller to read them.
 */
export class Catalogue {
  /** Why the catalogue began empty, if it did: index everything again. */
  readonly rebuilt: 'missing' | Unusable | undefined;
  readonly #options: CatalogueOptions;
  readonly #database: MemoryDatabase;
  readonly #saves = new TaskQueue();
  /** What lies at the file's place and could not be moved yet. It is never overwritten. */
  #inTheWay: Unusable | undefined;
  #isChanged = false;
  #firstChange = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(options: CatalogueOptions, database: MemoryDatabase, rebuilt: 'missing' | Unusable | undefined) {
    this.#options = options;
    this.#database = database;
    this.rebuilt = rebuilt;
    this.#inTheWay = rebuilt === 'missing' ? undefined : rebuilt;
  }

  /**
   * Opens the snapshot. One that is missing, damaged or from a newer version is put aside under another name, and an empty catalogue begins:
   * that is no error. Rejects with `unavailable` when SQLite's wasm file cannot be used.
   */
  static async open(options: CatalogueOptions): Promise<Catalogue> {
    const { file, wasmFile, log } = options;
    const sql = await fs.promises
      .readFile(wasmFile)
      .then((wasm) => MemoryDatabase.load(wasm))
      .catch((error: unknown) => {
        throw new LoomError('unavailable', `${wasmFile} cannot be used: ${messageOf(error)}. Install Session Loom again.`, {
          cause: error,
        });
      });
    let bytes: Buffer | undefined;
    try {
      bytes = await readSnapshot(file);
    } catch (error) {
      log.warn('The catalogue cannot be read; a new one is made from the journals.', { file, error: messageOf(error) });
      return await Catalogue.#begin(options, MemoryDatabase.create(sql), 'damaged');
    }
    if (bytes === undefined) return new Catalogue(options, MemoryDatabase.create(sql), 'missing');
    const restored = MemoryDatabase.restore(sql, bytes, await isAsWritten(file, bytes));
    if (restored instanceof MemoryDatabase) return new Catalogue(options, restored, undefined);
    log.warn('The catalogue cannot be used; a new one is made from the journals.', { file, ...restored });
    return await Catalogue.#begin(options, MemoryDatabase.create(sql), restored.unusable);
  }

  static async #begin(options: CatalogueOptions, database: MemoryDatabase, rebuilt: Unusable): Promise<Catalogue> {
    const catalogue = new Catalogue(options, database, rebuilt);
    try {
      await catalogue.#clearTheWay();
    } catch (error) {
      options.log.warn('The unusable catalogue cannot be put aside yet.', { file: options.file, error: messageOf(error) });
    }
    return catalogue;
  }

  /** Adds a row, or replaces the one with its id. */
  put(row: CatalogueRow): void {
    this.#database.run(putStatement, valuesOf(row));
    this.#saveSoon();
  }

  /** Adds or replaces many rows at once, all or none. */
  putAll(rows: Iterable<CatalogueRow>): void {
    this.#database.transaction(() => {
      for (const row of rows) this.#database.run(putStatement, valuesOf(row));
    });
    this.#saveSoon();
  }

  /** Removes a row; an id that is not there is nothing. */
  remove(id: string): void {
    if (this.#database.run('DELETE FROM sessions WHERE id = ?', [id]) > 0) this.#saveSoon();
  }

  get(id: string): CatalogueRow | undefined {
    const values = this.#database.get(`SELECT ${columns} FROM sessions WHERE id = ?`, [id]);
    return values && rowOf(values);
  }

  /** Rows, the last updated first. */
  list(options: ListOptions): readonly CatalogueRow[] {
    return this.#select(columns, options).map(rowOf);
  }

  /** The `summary` texts of the rows that `list` would give: several times faster than whole rows. */
  summaries(options: ListOptions): readonly string[] {
    return this.#select('summary', options).map(([summary]) => String(summary));
  }

  /** The ids of all rows, in no particular order. */
  ids(): readonly string[] {
    return this.#database.all('SELECT id FROM sessions').map(([id]) => String(id));
  }

  /** How many rows `list` would give without a limit. */
  count(options: { readonly includeArchived: boolean } = { includeArchived: true }): number {
    const where = options.includeArchived ? '' : 'WHERE archived = 0';
    return Number(this.#database.get(`SELECT count(*) FROM sessions ${where}`)?.[0]);
  }

  /** Whether the row was made from a journal of this many bytes (and of this last record, if given). */
  isFresh(id: string, journalBytes: number, position?: { readonly epoch: number; readonly seq: number }): boolean {
    const row = this.#database.get('SELECT journal_bytes, epoch, seq FROM sessions WHERE id = ?', [id]);
    if (row?.[0] !== journalBytes) return false;
    return position === undefined || (row[1] === position.epoch && row[2] === position.seq);
  }

  /** Writes the snapshot now, if anything has changed. Rejects with `storage`; the changes stay in memory and are saved with the next ones. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saves.run(async () => {
      if (!this.#isChanged) return;
      this.#isChanged = false;
      try {
        await this.#clearTheWay();
        await writeSnapshot(this.#options.file, this.#database.export());
      } catch (error) {
        this.#isChanged = true;
        throw new LoomError(
          'storage',
          `${this.#options.file} cannot be saved: ${messageOf(error)}. The list is made anew at the next start.`,
          {
            cause: error,
          },
        );
      }
    });
  }

  /** Saves what has changed and gives the memory back. A snapshot that cannot be saved is logged: the next start makes it anew. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#saveAndLog();
    this.#database.close();
  }

  #select(wanted: string, { includeArchived, limit = -1, before }: ListOptions): readonly (readonly unknown[])[] {
    const conditions: string[] = [];
    if (!includeArchived) conditions.push('archived = 0');
    if (before !== undefined) conditions.push('(updated_at, id) < (SELECT updated_at, id FROM sessions WHERE id = $before)');
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const statement = `SELECT ${wanted} FROM sessions ${where} ORDER BY updated_at DESC, id DESC LIMIT $limit`;
    return this.#database.all(statement, { $limit: limit, ...(before === undefined ? {} : { $before: before }) });
  }

  #saveSoon(): void {
    const { saveMilliseconds = 250, longestSaveMilliseconds = 5_000 } = this.#options;
    const now = performance.now();
    if (!this.#isChanged) this.#firstChange = now;
    this.#isChanged = true;
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#firstChange + longestSaveMilliseconds - now);
    this.#timer = setTimeout(() => void this.#saveAndLog(), Math.min(saveMilliseconds, left)).unref();
  }

  async #saveAndLog(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      this.#options.log.warn(messageOf(error));
    }
  }

  async #clearTheWay(): Promise<void> {
    if (this.#inTheWay === undefined) return;
    const aside = await setAside(this.#options.file, this.#inTheWay);
    this.#inTheWay = undefined;
    if (aside !== undefined) this.#options.log.info('The unusable catalogue was put aside.', { aside });
  }
}
