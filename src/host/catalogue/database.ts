import initSqlJs from 'sql.js';
import type { BindParams, Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import { LoomError, messageOf } from '../../base/errors.ts';
import { applicationId, migrations } from './schema.ts';

/** Why a stored catalogue cannot be used: it is no sound database of ours, or a newer version of this program wrote it. */
export type Unusable = 'damaged' | 'newer';

/** A database in memory, with statements that are prepared once. */
export class MemoryDatabase {
  readonly #database: Database;
  #statements = new Map<string, Statement>();
  #isClosed = false;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Starts SQLite from the bytes of its wasm file. */
  static async load(wasm: Uint8Array): Promise<SqlJsStatic> {
    const wasmBinary = new ArrayBuffer(wasm.byteLength);
    new Uint8Array(wasmBinary).set(wasm);
    return await initSqlJs({ wasmBinary });
  }

  /** An empty catalogue. */
  static create(sql: SqlJsStatic): MemoryDatabase {
    const database = new MemoryDatabase(new sql.Database());
    database.#database.run(`PRAGMA application_id = ${applicationId}`);
    database.#migrate();
    return database;
  }

  /**
   * The catalogue in these bytes, brought to this version, or why it cannot be used and a sentence about it for the log. Bytes that are certain to be
   * those that were written (`isSound`) are not read through: with ten thousand sessions that takes as long as all else of the start of a catalogue.
   */
  static restore(
    sql: SqlJsStatic,
    bytes: Uint8Array,
    isSound = false,
  ): MemoryDatabase | { readonly unusable: Unusable; readonly detail: string } {
    let restored: MemoryDatabase | undefined;
    try {
      restored = new MemoryDatabase(new sql.Database(bytes));
      if (restored.#pragma('application_id') !== applicationId) throw new Error('It is not a catalogue of this program.');
      const version = Number(restored.#pragma('user_version'));
      if (version > migrations.length) {
        restored.close();
        return { unusable: 'newer', detail: `It has version ${version}; this program writes ${migrations.length}.` };
      }
      if (isSound && version === migrations.length) return restored;
      const check = restored.#pragma('quick_check');
      if (check !== 'ok') throw new Error(String(check));
      restored.#migrate();
      // The columns are there, or this throws.
      restored.get('SELECT count(*), max(journal_bytes), max(summary), max(seq) FROM sessions');
      return restored;
    } catch (error) {
      restored?.close();
      return { unusable: 'damaged', detail: messageOf(error) };
    }
  }

  /** The first row, or undefined. */
  get(statement: string, parameters: BindParams = []): readonly SqlValue[] | undefined {
    const prepared = this.#prepare(statement);
    prepared.bind(parameters);
    const row = prepared.step() ? prepared.get() : undefined;
    prepared.reset();
    return row;
  }

  /** All rows. */
  all(statement: string, parameters: BindParams = []): readonly (readonly SqlValue[])[] {
    const prepared = this.#prepare(statement);
    const rows: SqlValue[][] = [];
    prepared.bind(parameters);
    while (prepared.step()) rows.push(prepared.get());
    prepared.reset();
    return rows;
  }

  /** Changes rows, and says how many. */
  run(statement: string, parameters: BindParams = []): number {
    this.#prepare(statement).run(parameters);
    return this.#database.getRowsModified();
  }

  /** Runs the changes as one, all or none. */
  transaction(change: () => void): void {
    this.#database.run('BEGIN');
    try {
      change();
      this.#database.run('COMMIT');
    } catch (error) {
      this.#database.run('ROLLBACK');
      throw error;
    }
  }

  /** The whole database as the bytes of a file. */
  export(): Uint8Array {
    // An export closes and reopens the database, which frees every statement.
    this.#statements = new Map();
    return this.#database.export();
  }

  close(): void {
    this.#isClosed = true;
    this.#statements = new Map();
    this.#database.close();
  }

  #prepare(text: string): Statement {
    // The library itself would say that it is out of memory.
    if (this.#isClosed) throw new LoomError('disconnected', 'The session host is leaving. It starts again with the next request.');
    const existing = this.#statements.get(text);
    if (existing !== undefined) return existing;
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  #pragma(name: string): SqlValue | undefined {
    return this.#database.exec(`PRAGMA ${name}`)[0]?.values[0]?.[0];
  }

  #migrate(): void {
    const version = Number(this.#pragma('user_version'));
    this.transaction(() => {
      for (const migration of migrations.slice(version)) this.#database.run(migration);
      this.#database.run(`PRAGMA user_version = ${migrations.length}`);
    });
  }
}
