import type { SessionSummary } from '../../model/summary.ts';

/** What the host needs of the catalogue: the summaries of all sessions, loaded or not. A cache; the journals are the truth. */
export interface SessionIndex {
  get(id: string): SessionSummary | undefined;
  put(summary: SessionSummary, journalBytes: number): void;
  remove(id: string): void;
  /** Newest first; `before` is the id after which a page begins. */
  list(options: {
    readonly includeArchived: boolean;
    readonly limit?: number | undefined;
    readonly before?: string | undefined;
  }): readonly SessionSummary[];
  count(includeArchived: boolean): number;
  /** Whether the stored summary is of a journal of this many bytes. */
  isFresh(id: string, journalBytes: number): boolean;
  /** Ids of all sessions that the index knows. */
  ids(): readonly string[];
}
