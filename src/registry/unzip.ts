import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UnzipFile } from 'fflate';
import { Unzip, UnzipInflate } from 'fflate';
import { LoomError } from '../base/errors.ts';
import { zipModes } from './zipModes.ts';

/** The most that an archive can hold, in bytes: what unpacks to more is meant to fill the disk. */
const largest = 8 * 1024 ** 3;
/** The longest target of a link that is read, in bytes. */
const longestLink = 4096;

/**
 * Unpacks a zip file into a folder, a piece at a time. Names that would leave the folder end it with `damaged`. Links are made as links, so the
 * caller has to look where they lead; programs get the right to be executed that the archive gives them.
 */
export async function unzip(archive: string, folder: string, signal?: AbortSignal): Promise<void> {
  const modes = await zipModes(archive);
  const writer = new ZipWriter(folder, modes);
  const unzipping = new Unzip((file) => writer.begin(file));
  unzipping.register(UnzipInflate);
  try {
    for await (const chunk of createReadStream(archive, { highWaterMark: 256 * 1024 })) {
      if (signal?.aborted === true) throw new LoomError('cancelled', 'It was cancelled.');
      unzipping.push(chunk as Buffer);
      await writer.drain();
    }
    unzipping.push(new Uint8Array(0), true);
    await writer.drain();
    await writer.makeLinks();
  } catch (error) {
    if (error instanceof LoomError || (error instanceof Error && 'syscall' in error)) throw error;
    throw new LoomError('damaged', 'The archive could not be unpacked: it is no zip file, or it is cut off.', { cause: error });
  } finally {
    await writer.close();
  }
  writer.assertWhole(modes.size);
}

/** Writes the files of an archive in the order in which they come. What comes is held until it is on the disk. */
class ZipWriter {
  readonly #folder: string;
  readonly #modes: ReadonlyMap<string, number>;
  readonly #steps: (() => Promise<void>)[] = [];
  readonly #links: { readonly path: string; readonly target: string }[] = [];
  #file: FileHandle | undefined;
  #bytes = 0;
  #count = 0;
  #failed: unknown;

  constructor(folder: string, modes: ReadonlyMap<string, number>) {
    this.#folder = folder;
    this.#modes = modes;
  }

  begin(file: UnzipFile): void {
    const name = file.name.replaceAll('\\', '/');
    this.#count += 1;
    const parts = name.split('/').filter((part) => part !== '');
    if (/^(\/|[A-Za-z]:)/.test(name) || parts.length === 0 || parts.includes('..') || name.includes('\0'))
      throw new LoomError('damaged', `The archive was not unpacked: "${name.slice(0, 200)}" in it leads out of its folder.`);
    const path = join(this.#folder, ...parts);
    const mode = this.#modes.get(file.name) ?? 0;
    const isLink = (mode & 0o170000) === 0o120000;
    if (name.endsWith('/')) {
      this.#steps.push(async () => {
        await mkdir(path, { recursive: true });
      });
      return;
    }
    const link: Uint8Array[] = [];
    this.#steps.push(async () => {
      await mkdir(dirname(path), { recursive: true });
      await rm(path, { force: true });
      if (!isLink) this.#file = await open(path, 'wx', 0o600);
    });
    file.ondata = (error, data, isLast) => {
      if (error !== null) throw error;
      this.#bytes += data.length;
      if (this.#bytes > largest) throw new LoomError('damaged', 'The archive was not unpacked: it holds more than 8 GB.');
      // The buffer is used again by the decoder.
      const copy = data.slice();
      this.#steps.push(() => this.#write(path, mode, isLink ? link : undefined, copy, isLast));
    };
    file.start();
  }

  async #write(path: string, mode: number, link: Uint8Array[] | undefined, data: Uint8Array, isLast: boolean): Promise<void> {
    if (link === undefined) await this.#file?.write(data);
    else link.push(data);
    if (!isLast) return;
    if (link === undefined) {
      await this.close();
      if ((mode & 0o111) !== 0) await chmod(path, 0o755);
      return;
    }
    this.#links.push({ path, target: Buffer.concat(link).subarray(0, longestLink).toString('utf8') });
  }

  /** Links come last, so that no file is written through one. */
  async makeLinks(): Promise<void> {
    for (const { path, target } of this.#links) {
      // Windows makes links for administrators only; a file with the target's name in it does no harm.
      await symlink(target, path).catch(() => writeFile(path, target, { flag: 'wx' }));
    }
  }

  async drain(): Promise<void> {
    for (let step = this.#steps.shift(); step !== undefined; step = this.#steps.shift()) {
      if (this.#failed === undefined) await step().catch((error: unknown) => (this.#failed = error));
    }
    if (this.#failed !== undefined) throw this.#failed as Error;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  assertWhole(expected: number): void {
    if (this.#count === 0 || this.#count < expected)
      throw new LoomError('damaged', 'The archive could not be unpacked: it is no zip file, or it is cut off.');
  }
}
