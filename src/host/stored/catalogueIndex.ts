import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import type { CatalogueRow } from '../catalogue/schema.ts';
import type { SessionIndex } from './sessionIndex.ts';

/** Counted up when the shape of a summary changes: rows of another number count as unknown and are made anew from the journals. */
const summaryVersion = 1;

/** Milliseconds for which summaries wait before they are written: one that streams changes many times a second, and is read from here meanwhile. */
const writeMs = 200;

interface Stored {
  readonly v: number;
  readonly summary: SessionSummary;
}

/** The catalogue as an index of summaries. It trusts what it wrote itself, so a list of thousands costs no validation. */
export class CatalogueIndex implements SessionIndex {
  readonly #catalogue: Catalogue;
  readonly #log: Log;
  /** What the catalogue does not have yet. */
  readonly #waiting = new Map<string, { readonly summary: SessionSummary; readonly journalBytes: number }>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(catalogue: Catalogue, log: Log) {
    this.#catalogue = catalogue;
    this.#log = log;
  }

  static async open(options: { readonly file: string; readonly wasmFile: string; readonly log: Log }): Promise<CatalogueIndex> {
    return new CatalogueIndex(await Catalogue.open(options), options.log);
  }

  get(id: string): SessionSummary | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) return waiting.summary;
    const row = this.#catalogue.get(id);
    return row === undefined ? undefined : summaryIn(row.summary);
  }

  put(summary: SessionSummary, journalBytes: number): void {
    this.#waiting.set(summary.id, { summary, journalBytes });
    this.#timer ??= setTimeout(() => this.#write(), writeMs).unref();
  }

  remove(id: string): void {
    this.#waiting.delete(id);
    this.#catalogue.remove(id);
  }

  list(options: Parameters<SessionIndex['list']>[0]): readonly SessionSummary[] {
    this.#write();
    return this.#catalogue.summaries(options).flatMap((text) => summaryIn(text) ?? []);
  }

  count(includeArchived: boolean): number {
    this.#write();
    return this.#catalogue.count({ includeArchived });
  }

  isFresh(id: string, journalBytes: number): boolean {
    this.#write();
    return this.#catalogue.isFresh(id, journalBytes) && this.get(id) !== undefined;
  }

  ids(): readonly string[] {
    this.#write();
    return this.#catalogue.ids();
  }

  async close(): Promise<void> {
    this.#write();
    await this.#catalogue.close();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { summary, journalBytes } of rows) {
      try {
        this.#catalogue.put(rowOf(summary, journalBytes));
      } catch (error) {
        // The index is a cache: the journals have all of it, and the next change of the session puts it in.
        this.#log.error('The catalogue did not take a summary.', { session: summary.id, error: messageOf(error) });
      }
    }
  }
}

function rowOf(summary: SessionSummary, journalBytes: number): CatalogueRow {
  const stored: Stored = { v: summaryVersion, summary };
  return {
    id: summary.id,
    folder: summary.folder,
    title: summary.title,
    status: summary.status,
    archived: summary.archived,
    pinned: summary.pinned,
    agent: summary.agent,
    ...(summary.parent === undefined ? {} : { parent: summary.parent }),
    createdAt: summary.createdAt,
    updatedAt: summary.updatedAt,
    epoch: summary.position.epoch,
    seq: summary.position.seq,
    journalBytes,
    summary: JSON.stringify(stored),
  };
}

function summaryIn(text: string): SessionSummary | undefined {
  const stored = JSON.parse(text) as Stored;
  return stored.v === summaryVersion ? stored.summary : undefined;
}
