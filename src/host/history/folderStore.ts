import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Change, Found, HistoryStore, Look } from './store.ts';

/** Where the pages lie in a working tree when the history is kept as files: visible, and for the person to commit or not. */
export const historyFolder = 'docs/sessions';

/** Keeps the history as files in a working tree. Nothing is staged and nothing is committed. */
export class FolderStore implements HistoryStore {
  readonly ref = undefined;
  readonly #root: string;
  readonly #folder: string;

  /** `root` is an absolute folder that nothing is written outside of, whatever links are in it. */
  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, ...historyFolder.split('/'));
  }

  get place(): string {
    return historyFolder;
  }

  async look(paths: readonly string[]): Promise<Look> {
    const found = new Map<string, Found>();
    for (const path of paths) {
      const here = await foundAt(this.#pathOf(path));
      if (here !== undefined) found.set(path, here);
    }
    return { tip: undefined, found };
  }

  async write(change: Change): Promise<undefined> {
    for (const [path, text] of change.write) {
      const file = this.#pathOf(path);
      await this.#makeFolder(dirname(file));
      // A reader, and a commit that is being made, see the old page or the new one and never half of one.
      const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
      try {
        await writeFile(temporary, text, { flag: 'wx' });
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        throw new LoomError(
          'storage',
          `The history page ${file} could not be written: ${messageOf(error)}. Check the folder's permissions.`,
          { cause: error },
        );
      }
    }
  }

  async purge(folder: string, change: Change): Promise<void> {
    await this.#makeFolder(this.#folder);
    await rm(this.#pathOf(folder), { recursive: true, force: true });
    await this.write(change);
  }

  othersThatHold(): Promise<readonly string[]> {
    return Promise.resolve([`commits that you made with the files of ${historyFolder}`]);
  }

  /** Makes a folder, and refuses one that a link leads out of the working tree. */
  async #makeFolder(folder: string): Promise<void> {
    try {
      await mkdir(folder, { recursive: true });
      const inside = relative(await realpath(this.#root), await realpath(folder));
      if (!inside.startsWith('..') && inside.split(sep)[0] === historyFolder.split('/')[0]) return;
    } catch (error) {
      throw new LoomError(
        'storage',
        `The folder ${folder} for the history could not be made: ${messageOf(error)}. Check its permissions.`,
        { cause: error },
      );
    }
    throw new LoomError(
      'not-allowed',
      `${historyFolder} is a link that leads out of the working tree, so that no history is written there. Remove the link.`,
    );
  }

  #pathOf(path: string): string {
    const parts = path.split('/').filter((part) => part !== '');
    if (parts.includes('..')) throw new LoomError('invalid-input', 'A path of the history leads out of it.');
    return join(this.#folder, ...parts);
  }
}

async function foundAt(path: string): Promise<Found | undefined> {
  try {
    return { kind: 'folder', names: (await readdir(path)).filter((name) => !name.endsWith('.tmp')) };
  } catch {
    // No folder: a page, or nothing.
    return readFile(path, 'utf8').then(
      (text) => ({ kind: 'page' as const, text }),
      () => undefined,
    );
  }
}
