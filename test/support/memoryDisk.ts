import * as path from 'node:path';
import type { JournalFile, JournalFiles } from '../../src/host/journal/files.ts';

/** What was done to a file since its last sync. */
type FileOperation = { readonly offset: number; readonly bytes: Buffer } | { readonly length: number };

interface FileNode {
  bytes: Buffer;
  durable: Buffer;
  unsynced: FileOperation[];
  links: number;
}

interface FolderNode {
  entries: Map<string, FileNode | FolderNode>;
  durable: Map<string, FileNode | FolderNode>;
}

function diskError(code: string, file: string): Error {
  return Object.assign(new Error(`${code}: ${file}`), { code });
}

function apply(bytes: Buffer, operation: FileOperation): Buffer {
  if ('length' in operation) return Buffer.from(bytes.subarray(0, operation.length));
  const grown = Buffer.alloc(Math.max(bytes.length, operation.offset + operation.bytes.length));
  bytes.copy(grown);
  operation.bytes.copy(grown, operation.offset);
  return grown;
}

function newFolder(): FolderNode {
  return { entries: new Map(), durable: new Map() };
}

/** A disk in memory that knows what a power loss may take: every write, truncation and name that was not synced. */
export class MemoryDisk implements JournalFiles {
  readonly #root = newFolder();

  /** Starts with these folders, synced. */
  constructor(folders: readonly string[] = []) {
    for (const folder of folders) {
      let node = this.#root;
      for (const part of folder.split(path.sep).filter((each) => each !== '')) {
        const existing = node.entries.get(part);
        const child = existing !== undefined && 'entries' in existing ? existing : newFolder();
        node.entries.set(part, child);
        node.durable.set(part, child);
        node = child;
      }
    }
  }

  create(file: string): JournalFile {
    const folder = this.#folder(path.dirname(file));
    if (folder.entries.has(path.basename(file))) throw diskError('EEXIST', file);
    const node: FileNode = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [], links: 1 };
    folder.entries.set(path.basename(file), node);
    return this.#handle(node);
  }

  openExisting(file: string): JournalFile {
    return this.#handle(this.#file(file));
  }

  makeFolder(folder: string): boolean {
    const parent = path.dirname(folder);
    if (this.#find(parent) === undefined) this.#folder(path.dirname(parent)).entries.set(path.basename(parent), newFolder());
    if (this.#find(folder) !== undefined) return false;
    this.#folder(parent).entries.set(path.basename(folder), newFolder());
    return true;
  }

  syncFolder(folder: string): Promise<void> {
    const node = this.#folder(folder);
    node.durable = new Map(node.entries);
    return Promise.resolve();
  }

  rename(from: string, to: string): void {
    const node = this.#file(from);
    const target = this.#find(to);
    if (target !== undefined && 'links' in target) target.links--;
    this.#folder(path.dirname(from)).entries.delete(path.basename(from));
    this.#folder(path.dirname(to)).entries.set(path.basename(to), node);
  }

  remove(file: string): void {
    this.#file(file).links--;
    this.#folder(path.dirname(file)).entries.delete(path.basename(file));
  }

  list(folder: string): Promise<readonly string[]> {
    const node = this.#find(folder);
    return Promise.resolve(node !== undefined && 'entries' in node ? [...node.entries.keys()] : []);
  }

  // A method of this interface rejects, it does not throw.
  read(file: string, range?: { readonly offset: number; readonly length: number }): Promise<Buffer> {
    return Promise.resolve().then(() => {
      const { bytes } = this.#file(file);
      return Buffer.from(range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length));
    });
  }

  size(file: string): number | undefined {
    const node = this.#find(file);
    return node !== undefined && 'bytes' in node ? node.bytes.length : undefined;
  }

  /** Replaces the content of a file, synced: for damage that a test invents. */
  overwrite(file: string, bytes: Buffer): void {
    const node = this.#file(file);
    Object.assign(node, { bytes, durable: bytes, unsynced: [] });
  }

  /** Cuts the power: what was synced stays, of the rest a random part, some of it in halves. Returns how many operations were lost or torn. */
  losePower(random: () => number): number {
    return this.#lose(this.#root, random);
  }

  #lose(folder: FolderNode, random: () => number): number {
    let lost = 0;
    const kept = new Map(folder.durable);
    for (const name of new Set([...folder.entries.keys(), ...folder.durable.keys()])) {
      const now = folder.entries.get(name);
      if (now === folder.durable.get(name)) continue;
      if (random() < 0.5) lost++;
      else if (now === undefined) kept.delete(name);
      else kept.set(name, now);
    }
    folder.entries = kept;
    folder.durable = new Map(kept);
    for (const node of kept.values()) lost += 'entries' in node ? this.#lose(node, random) : this.#loseWrites(node, random);
    return lost;
  }

  #loseWrites(node: FileNode, random: () => number): number {
    let lost = 0;
    let bytes = node.durable;
    for (const operation of node.unsynced) {
      const fate = random();
      if (fate < 0.6) lost++;
      if (fate < 0.4) continue;
      const isTorn = fate < 0.6 && 'bytes' in operation;
      bytes = apply(
        bytes,
        isTorn ? { ...operation, bytes: operation.bytes.subarray(0, Math.floor(random() * operation.bytes.length)) } : operation,
      );
    }
    Object.assign(node, { bytes, durable: bytes, unsynced: [] });
    return lost;
  }

  #handle(node: FileNode): JournalFile {
    const change = (operation: FileOperation): void => {
      node.bytes = apply(node.bytes, operation);
      node.unsynced.push(operation);
    };
    return {
      write: (bytes) => {
        change({ offset: node.bytes.length, bytes: Buffer.from(bytes) });
        return bytes.length;
      },
      truncate: (length) => change({ length }),
      sync: () => {
        Object.assign(node, { durable: node.bytes, unsynced: [] });
        return Promise.resolve();
      },
      isLinked: () => node.links > 0,
      close: () => undefined,
    };
  }

  #find(file: string): FileNode | FolderNode | undefined {
    let node: FileNode | FolderNode | undefined = this.#root;
    for (const part of file.split(path.sep).filter((each) => each !== '')) {
      node = node !== undefined && 'entries' in node ? node.entries.get(part) : undefined;
    }
    return node;
  }

  #folder(folder: string): FolderNode {
    const node = this.#find(folder);
    if (node === undefined || !('entries' in node)) throw diskError('ENOENT', folder);
    return node;
  }

  #file(file: string): FileNode {
    const node = this.#find(file);
    if (node === undefined || !('bytes' in node)) throw diskError('ENOENT', file);
    return node;
  }
}
