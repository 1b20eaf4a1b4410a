import type { JournalFile, JournalFiles } from '../../src/host/journal/files.ts';

/**
 * What happens at the chosen operation. `error`: it fails and does nothing. `short`: a write takes half of its bytes (any other operation fails).
 * `death`: the process ends within it, so a write may have been done in part, and nothing is possible afterwards.
 */
export type FaultEffect = 'error' | 'short' | 'death';

/** The fault to inject: at the `at`-th operation (from 1) and, with `lasting`, at each one after it that `only` allows. */
export interface FaultPlan {
  readonly at: number;
  readonly effect: FaultEffect;
  /** The `code` of the error. Default `EIO`. */
  readonly code?: string;
  readonly lasting?: boolean;
  /** Counts and fails these operations only, for example `write`. */
  readonly only?: ReadonlySet<string>;
}

/** Thrown by every operation after a death, so that a test sees that the product did not take it for an error of the disk. */
export class ProcessDied extends Error {}

/** Puts a fault between the product and a disk, and says whether it happened: a fault that did not happen proves nothing. */
export class FaultyFiles implements JournalFiles {
  /** How many operations there were. */
  operations = 0;
  /** True once the fault has hit. */
  happened = false;
  /** The operation that was hit first. */
  hit = '';
  readonly #inner: JournalFiles;
  readonly #plan: FaultPlan;
  #isHealed = false;

  constructor(inner: JournalFiles, plan: FaultPlan) {
    this.#inner = inner;
    this.#plan = plan;
  }

  /** Ends a lasting fault. */
  heal(): void {
    this.#isHealed = true;
  }

  create(file: string): JournalFile {
    return this.#wrap(this.#run('create', () => this.#inner.create(file)));
  }

  openExisting(file: string): JournalFile {
    return this.#wrap(this.#run('openExisting', () => this.#inner.openExisting(file)));
  }

  makeFolder(folder: string): boolean {
    return this.#run('makeFolder', () => this.#inner.makeFolder(folder));
  }

  async syncFolder(folder: string): Promise<void> {
    await this.#run('syncFolder', () => this.#inner.syncFolder(folder));
  }

  rename(from: string, to: string): void {
    this.#run('rename', () => this.#inner.rename(from, to));
  }

  remove(file: string): void {
    this.#run('remove', () => this.#inner.remove(file));
  }

  async list(folder: string): Promise<readonly string[]> {
    return await this.#run('list', () => this.#inner.list(folder));
  }

  async read(file: string, range?: { readonly offset: number; readonly length: number }): Promise<Buffer> {
    return await this.#run('read', () => this.#inner.read(file, range));
  }

  size(file: string): number | undefined {
    return this.#run('size', () => this.#inner.size(file));
  }

  #run<R>(operation: string, act: () => R, partly: () => R | undefined = () => undefined): R {
    const { at, effect, lasting = false, only, code = 'EIO' } = this.#plan;
    if (effect === 'death' && this.happened) throw new ProcessDied();
    if (only !== undefined && !only.has(operation)) return act();
    this.operations++;
    const isDue = lasting ? this.operations >= at : this.operations === at;
    if (!isDue || this.#isHealed) return act();
    if (!this.happened) this.hit = operation;
    this.happened = true;
    const partial = effect === 'error' ? undefined : partly();
    if (effect === 'death') throw new ProcessDied();
    if (partial !== undefined) return partial;
    throw Object.assign(new Error(`${code}: injected into ${operation}`), { code });
  }

  #wrap(file: JournalFile): JournalFile {
    return {
      write: (bytes) =>
        this.#run(
          'write',
          () => file.write(bytes),
          () => file.write(bytes.subarray(0, bytes.length >> 1)),
        ),
      truncate: (length) => this.#run('truncate', () => file.truncate(length)),
      sync: async () => this.#run('sync', () => file.sync()),
      isLinked: () => this.#run('isLinked', () => file.isLinked()),
      close: () => this.#run('close', () => file.close()),
    };
  }
}
