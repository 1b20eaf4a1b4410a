import type { Log } from '../base/log.ts';
import type { SessionSummary } from '../model/summary.ts';
import { Catalogue } from './catalogue/catalogue.ts';
import type { CatalogueRow } from './catalogue/schema.ts';
import type { SessionIndex } from './sessionIndex.ts';

/** Counted up when the shape of a summary changes: rows of another number count as unknown and are made anew from the journals. */
const summaryVersion = 1;

interface Stored {
  readonly v: number;
  readonly summary: SessionSummary;
}

/** The catalogue as an index of summaries. It trusts what it wrote itself, so a list of thousands costs no validation. */
export class CatalogueIndex implements SessionIndex {
  readonly #catalogue: Catalogue;

  private constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  static async open(options: { readonly file: string; readonly wasmFile: string; readonly log: Log }): Promise<CatalogueIndex> {
    return new CatalogueIndex(await Catalogue.open(options));
  }

  get(id: string): SessionSummary | undefined {
    const row = this.#catalogue.get(id);
    return row === undefined ? undefined : summaryIn(row.summary);
  }

  put(summary: SessionSummary, journalBytes: number): void {
    this.#catalogue.put(rowOf(summary, journalBytes));
  }

  remove(id: string): void {
    this.#catalogue.remove(id);
  }

  list(options: Parameters<SessionIndex['list']>[0]): readonly SessionSummary[] {
    return this.#catalogue.summaries(options).flatMap((text) => summaryIn(text) ?? []);
  }

  count(includeArchived: boolean): number {
    return this.#catalogue.count({ includeArchived });
  }

  isFresh(id: string, journalBytes: number): boolean {
    return this.#catalogue.isFresh(id, journalBytes) && this.get(id) !== undefined;
  }

  ids(): readonly string[] {
    return this.#catalogue.ids();
  }

  async close(): Promise<void> {
    await this.#catalogue.close();
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
