/**
 * The catalogue knows SQL and the rows of its own table. It does not know what a session is: it is given rows, by a caller that reads journals.
 * This file is the layout of the file on disk.
 */

/** Marks the file as ours in SQLite's `application_id` pragma: `LOOM` in ASCII. */
export const applicationId = 0x4c4f4f4d;

/** How to come from version n (the `user_version` pragma, the index) to n + 1. Only ever add to the end. */
export const migrations: readonly string[] = [
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     folder TEXT NOT NULL,
     title TEXT NOT NULL,
     status TEXT NOT NULL,
     archived INTEGER NOT NULL,
     pinned INTEGER NOT NULL,
     agent TEXT NOT NULL,
     parent TEXT,
     created_at TEXT NOT NULL,
     updated_at TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     journal_bytes INTEGER NOT NULL,
     summary TEXT NOT NULL
   );
   CREATE INDEX sessions_by_update ON sessions (updated_at, id);`,
];

/** A session as the catalogue keeps it. It can be lost: all of it comes from the session's journal. */
export interface CatalogueRow {
  readonly id: string;
  /** The workspace folder that the session was started in. */
  readonly folder: string;
  readonly title: string;
  readonly status: string;
  readonly archived: boolean;
  readonly pinned: boolean;
  readonly agent: string;
  /** The id of the session that this one came from. */
  readonly parent?: string | undefined;
  /** ISO instants in UTC, which sort as text. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The last record that the row includes, and the bytes that the journal had then: see `isFresh`. */
  readonly epoch: number;
  readonly seq: number;
  readonly journalBytes: number;
  /** The whole summary as JSON text, which the catalogue does not look into. */
  readonly summary: string;
}

/** The names of the columns, in the order in which `valuesOf` gives and `rowOf` takes them. */
export const columns =
  'id, folder, title, status, archived, pinned, agent, parent, created_at, updated_at, epoch, seq, journal_bytes, summary';

/** A row as the values of its columns. */
export function valuesOf(row: CatalogueRow): (string | number | null)[] {
  return [
    row.id,
    row.folder,
    row.title,
    row.status,
    Number(row.archived),
    Number(row.pinned),
    row.agent,
    row.parent ?? null,
    row.createdAt,
    row.updatedAt,
    row.epoch,
    row.seq,
    row.journalBytes,
    row.summary,
  ];
}

/** The values of the columns as a row. */
export function rowOf(values: readonly unknown[]): CatalogueRow {
  const text = (index: number): string => String(values[index]);
  const parent = values[7];
  return {
    id: text(0),
    folder: text(1),
    title: text(2),
    status: text(3),
    archived: values[4] === 1,
    pinned: values[5] === 1,
    agent: text(6),
    ...(typeof parent === 'string' ? { parent } : {}),
    createdAt: text(8),
    updatedAt: text(9),
    epoch: Number(values[10]),
    seq: Number(values[11]),
    journalBytes: Number(values[12]),
    summary: text(13),
  };
}
