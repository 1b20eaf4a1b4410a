/** What lies at a path of the history. */
export type Found = { readonly kind: 'page'; readonly text: string } | { readonly kind: 'folder'; readonly names: readonly string[] };

/** Some paths of the history at one moment. `tip` is the commit that they were read from, where there is one. */
export interface Look {
  readonly tip: string | undefined;
  readonly found: ReadonlyMap<string, Found>;
}

/** Pages to write on top of what was looked at. */
export interface Change {
  readonly tip: string | undefined;
  readonly write: ReadonlyMap<string, string>;
  readonly message: string;
  /** Seconds since 1970. */
  readonly seconds: number;
}

/** A place where pages are kept: a ref of the repository, or a folder. Paths have forward slashes; the root is the empty path. */
export interface HistoryStore {
  /** Where it is, for a person. */
  readonly place: string;
  /** The full name of the ref, where it is one. */
  readonly ref: string | undefined;
  look(paths: readonly string[]): Promise<Look>;
  /** Lines that hold a text, without regard to case, a few of each page; missing where a store cannot be searched. */
  grep?(text: string): Promise<readonly { readonly path: string; readonly line: string }[]>;
  /** Writes all of the change or nothing, and gives the commit. Rejects with `conflict` when something else was written since the look. */
  write(change: Change): Promise<string | undefined>;
  /** Takes a folder out of the store, and out of all that the store itself remembers; `write` is put on top. */
  purge(folder: string, change: Change): Promise<void>;
  /** Where else the folder can still be read, as names for a person. */
  othersThatHold(folder: string): Promise<readonly string[]>;
}

/** The text of a page, where a page was found. */
export function pageOf(look: Look, path: string): string | undefined {
  const found = look.found.get(path);
  return found?.kind === 'page' ? found.text : undefined;
}

/** The names in a folder; none where there is no folder. */
export function namesOf(look: Look, path: string): readonly string[] {
  const found = look.found.get(path);
  return found?.kind === 'folder' ? found.names : [];
}
