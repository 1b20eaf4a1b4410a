import * as fs from 'node:fs';
import * as path from 'node:path';

/** A file that is only ever appended to. Errors are Node's own, with `code`. */
export interface JournalFile {
  /** Appends at the end, in one system call, and says how many bytes were taken: fewer than given means that there was no room. */
  write(bytes: Uint8Array): number;
  /** Cuts the file back to `length` bytes. */
  truncate(length: number): void;
  /** Resolves when all that was written is on the disk (`fdatasync`). The file's name is another matter: see `syncFolder`. */
  sync(): Promise<void>;
  /** False when the file was removed behind our back: what is written to it then goes nowhere. */
  isLinked(): boolean;
  close(): void;
}

/** All that the journal asks of a disk, so that a test can put faults, a sudden end or a power loss between the two. */
export interface JournalFiles {
  /** Creates a file that must not exist yet (`EEXIST`), to append to it. */
  create(file: string): JournalFile;
  /** Opens a file that exists (`ENOENT`), to append to it or to sync it. */
  openExisting(file: string): JournalFile;
  /** Creates the folder, and its parent but nothing above that, with mode 0700. True when it was not there. */
  makeFolder(folder: string): boolean;
  /** Resolves when the names in the folder are on the disk. */
  syncFolder(folder: string): Promise<void>;
  /** Renames over whatever has the new name. */
  rename(from: string, to: string): void;
  remove(file: string): void;
  /** The names in a folder; none when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** The bytes of a file, or `length` of them from `offset` (fewer at its end). */
  read(file: string, range?: { readonly offset: number; readonly length: number }): Promise<Buffer>;
  /** The size in bytes, or undefined when there is no such file. */
  size(file: string): number | undefined;
}

/** The `code` of an error that Node's file functions threw, for example `ENOENT`. */
export function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

function appendingFile(descriptor: number): JournalFile {
  return {
    write: (bytes) => fs.writeSync(descriptor, bytes),
    truncate: (length) => fs.ftruncateSync(descriptor, length),
    sync: () => new Promise((resolve, reject) => fs.fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)))),
    isLinked: () => fs.fstatSync(descriptor).nlink > 0,
    close: () => fs.closeSync(descriptor),
  };
}

function makeFolder(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  // One level only: a repository that was deleted under us must not come back as a skeleton of folders.
  fs.mkdirSync(path.dirname(folder), { mode: 0o700 });
  fs.mkdirSync(folder, { mode: 0o700 });
  return true;
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and its file systems write names in order by themselves.
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readRange(file: string, offset: number, length: number): Promise<Buffer> {
  const handle = await fs.promises.open(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

/** The disk itself. */
export const diskFiles: JournalFiles = {
  create: (file) => appendingFile(fs.openSync(file, 'ax', 0o600)),
  openExisting: (file) => appendingFile(fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_APPEND)),
  makeFolder,
  syncFolder,
  rename: (from, to) => fs.renameSync(from, to),
  remove: (file) => fs.rmSync(file),
  list: async (folder) => {
    try {
      return await fs.promises.readdir(folder);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  },
  read: (file, range) => (range === undefined ? fs.promises.readFile(file) : readRange(file, range.offset, range.length)),
  size: (file) => fs.statSync(file, { throwIfNoEntry: false })?.size,
};
