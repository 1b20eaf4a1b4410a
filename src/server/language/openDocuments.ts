import type { SpecPlace } from '../../specs/paths.ts';
import { specPlaceOf } from '../../specs/paths.ts';
import type { Range } from '../../specs/text.ts';
import { replaceRange } from '../../specs/text.ts';

/** A spec document as an editor has it. A change makes a new object, so that identity tells whether an answer is still about the present. */
export interface OpenDocument {
  readonly uri: string;
  readonly place: SpecPlace;
  readonly version: number;
  readonly text: string;
}

/** A change as an editor reports it: of a range, or of everything. */
export interface TextChange {
  readonly range?: Range;
  readonly text: string;
}

/** The spec documents that are open in an editor. Other documents are not kept at all. */
export class OpenDocuments {
  readonly #documents = new Map<string, OpenDocument>();

  /** Takes an opened document; undefined when it is no spec document. */
  open(uri: string, version: number, text: string): OpenDocument | undefined {
    const place = specPlaceOf(uri);
    if (place === undefined) return undefined;
    const document = { uri, place, version, text };
    this.#documents.set(uri, document);
    return document;
  }

  /** Applies changes in their order. */
  change(uri: string, version: number, changes: readonly TextChange[]): OpenDocument | undefined {
    const before = this.#documents.get(uri);
    if (before === undefined) return undefined;
    const text = changes.reduce(
      (now, change) => (change.range === undefined ? change.text : replaceRange(now, change.range, change.text)),
      before.text,
    );
    const document = { ...before, version, text };
    this.#documents.set(uri, document);
    return document;
  }

  close(uri: string): OpenDocument | undefined {
    const document = this.#documents.get(uri);
    this.#documents.delete(uri);
    return document;
  }

  get(uri: string): OpenDocument | undefined {
    return this.#documents.get(uri);
  }

  /** The open documents of one spec folder. */
  inFolder(folder: string): readonly OpenDocument[] {
    return [...this.#documents.values()].filter((document) => document.place.folder === folder);
  }
}
