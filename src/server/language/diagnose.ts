import type { Diagnostic } from 'vscode-languageserver';
import type { Log } from '../../base/log.ts';
import { messageOf } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { checkRequirements } from '../../specs/checkRequirements.ts';
import { checkTasks } from '../../specs/checkTasks.ts';
import { checkText } from '../../specs/checkText.ts';
import { readProse } from '../../specs/prose.ts';
import type { Problem } from '../../specs/problems.ts';
import { traceTasks } from '../../specs/trace.ts';
import { toDiagnostic } from './convert.ts';
import type { OpenDocument, OpenDocuments } from './openDocuments.ts';
import type { SpecFolders } from './specFolders.ts';

/** Runs something a little later, unless the answer is disposed first. Tests bring a clock of their own. */
export type Later = (run: () => void) => Disposable;

/** Where diagnostics go. */
export type Publish = (uri: string, version: number | undefined, diagnostics: Diagnostic[]) => void;

/** What the diagnostics are made from and where they go. */
export interface DiagnoserOptions {
  readonly open: OpenDocuments;
  readonly folders: SpecFolders;
  readonly publish: Publish;
  readonly later: Later;
  readonly log: Log;
}

/** Keeps the diagnostics of open spec documents up to date, folder by folder: what changes in one document concerns the others. */
export class Diagnoser implements Disposable {
  readonly #options: DiagnoserOptions;
  readonly #waiting = new Map<string, Disposable>();

  constructor(options: DiagnoserOptions) {
    this.#options = options;
  }

  /** Something in a folder changed: its open documents are checked once the changes pause. */
  touch(folder: string): void {
    this.#waiting.get(folder)?.dispose();
    const waiting = this.#options.later(() => {
      this.#waiting.delete(folder);
      for (const document of this.#options.open.inFolder(folder)) void this.#check(document);
    });
    this.#waiting.set(folder, waiting);
  }

  async #check(document: OpenDocument): Promise<void> {
    const { open, folders, publish, log } = this.#options;
    try {
      const requirements = await folders.requirements(document.place.folder);
      const problems = await this.#problems(document);
      // The document may have changed while its neighbours were read; the check that follows the change then speaks.
      if (open.get(document.uri) !== document || this.#waiting.has(document.place.folder)) return;
      const uris = { same: document.uri, requirements: requirements?.uri };
      const diagnostics = problems.map((problem) => toDiagnostic(problem, uris));
      publish(document.uri, document.version, diagnostics);
    } catch (thrown) {
      log.error('A spec document could not be checked.', { uri: document.uri, error: messageOf(thrown) });
    }
  }

  async #problems(document: OpenDocument): Promise<readonly Problem[]> {
    const { folders } = this.#options;
    const { folder, file } = document.place;
    if (file === 'design.md') return checkText(readProse(document.text));
    const tasks = await folders.tasks(folder);
    if (file !== 'tasks.md') {
      const index = folders.requirementsOf(document);
      // Many a file is called so; only one whose requirements can be read is ours to judge.
      if (file === 'spec.md' && index.document.requirements.length === 0) return [];
      return checkRequirements(index.document, tasks === undefined ? undefined : traceTasks(index, tasks.document));
    }
    const requirements = await folders.requirements(folder);
    return tasks === undefined ? [] : checkTasks(tasks.document, requirements?.index, requirements?.file);
  }

  dispose(): void {
    for (const waiting of this.#waiting.values()) waiting.dispose();
    this.#waiting.clear();
  }
}
