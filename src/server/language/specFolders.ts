import { requirementFiles } from '../../specs/paths.ts';
import { readRequirements } from '../../specs/requirements.ts';
import type { TasksDocument } from '../../specs/tasks.ts';
import { readTasks } from '../../specs/tasks.ts';
import type { RequirementIndex } from '../../specs/trace.ts';
import { indexRequirements } from '../../specs/trace.ts';
import type { OpenDocument, OpenDocuments } from './openDocuments.ts';
import { largestDocument } from './specFile.ts';

/** The requirements of a spec folder, and the file they come from. */
export interface FolderRequirements {
  readonly uri: string;
  readonly file: string;
  readonly index: RequirementIndex;
}

/** The tasks of a spec folder. */
export interface FolderTasks {
  readonly uri: string;
  readonly document: TasksDocument;
}

/**
 * Gives the parsed documents of spec folders: what an editor has open as it stands there, the rest from disk. Open documents are parsed
 * once for each version.
 */
export class SpecFolders {
  readonly #open: OpenDocuments;
  readonly #readFile: (uri: string) => Promise<string | undefined>;
  readonly #tasks = new WeakMap<OpenDocument, TasksDocument>();
  readonly #requirements = new WeakMap<OpenDocument, RequirementIndex>();

  constructor(open: OpenDocuments, readFile: (uri: string) => Promise<string | undefined>) {
    this.#open = open;
    this.#readFile = readFile;
  }

  async tasks(folder: string): Promise<FolderTasks | undefined> {
    const uri = `${folder}tasks.md`;
    const open = this.#open.get(uri);
    if (open !== undefined) return { uri, document: cached(this.#tasks, open, readTasks) };
    const text = await this.#readFile(uri);
    return text === undefined ? undefined : { uri, document: readTasks(text) };
  }

  async requirements(folder: string): Promise<FolderRequirements | undefined> {
    for (const file of requirementFiles) {
      const uri = folder + file;
      const open = this.#open.get(uri);
      if (open !== undefined) return { uri, file, index: cached(this.#requirements, open, readIndex) };
      const text = await this.#readFile(uri);
      if (text !== undefined) return { uri, file, index: readIndex(text) };
    }
    return undefined;
  }

  /** The requirements in one open document, which need not be the ones that count for its folder. */
  requirementsOf(document: OpenDocument): RequirementIndex {
    return cached(this.#requirements, document, readIndex);
  }
}

function readIndex(text: string): RequirementIndex {
  return indexRequirements(readRequirements(text));
}

function cached<T>(cache: WeakMap<OpenDocument, T>, document: OpenDocument, read: (text: string) => T): T {
  const known = cache.get(document);
  if (known !== undefined) return known;
  const value = read(document.text.length <= largestDocument ? document.text : '');
  cache.set(document, value);
  return value;
}
