import { lstat, readFile, rm, stat } from 'node:fs/promises';
import { LoomError, messageOf } from '../../base/errors.ts';
import { placeInside, textIn, writeTextFile } from '../agents/fileAccess.ts';
import { errnoOf } from '../journal/files.ts';

/** The largest file that is put back, in bytes. */
const largestFile = 32 * 1024 * 1024;

/** What a path holds now: nothing, a text, or something that is left alone, with the reason. */
export type FoundFile =
  { readonly kind: 'nothing' } | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'other'; readonly reason: string };

/** The files below the folder in which a session works. Nothing outside is read or written, also not through links that lead there. */
export class FilesInside {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a path holds now. Guesses nothing: what is no text for certain is `other`. */
  async find(path: string): Promise<FoundFile> {
    try {
      const place = await placeInside(this.#folder, path);
      const about = await stat(place);
      if (!about.isFile()) return other('It is no file.');
      if (about.size > largestFile) return other('It is too large.');
      const text = textIn(await readFile(place));
      return text === undefined ? other('It is no text, or not in UTF-8.') : { kind: 'text', text };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { kind: 'nothing' };
      if (error instanceof LoomError && error.code === 'not-allowed') return other('It lies outside of the folder of this session.');
      return other(messageOf(error));
    }
  }

  /**
   * Gives a file this text, or removes it, if it still holds what is expected. Fails with `conflict` when it does not, with `not-allowed` outside
   * of the folder, else with `storage`.
   */
  async put(path: string, expected: string | undefined, text: string | undefined): Promise<void> {
    const found = await this.find(path);
    const now = found.kind === 'text' ? found.text : undefined;
    if (found.kind === 'other' || now !== expected) throw new LoomError('conflict', 'It was changed in this very moment. Try again.');
    if (text !== undefined) {
      await writeTextFile(this.#folder, path, text);
      return;
    }
    const place = await placeInside(this.#folder, path);
    try {
      // Of a link the place is the file that it leads to: without that the link would lead nowhere.
      if ((await lstat(path)).isSymbolicLink()) throw new LoomError('not-allowed', `${path} is a link. It was left alone.`);
      await rm(place);
    } catch (error) {
      if (error instanceof LoomError) throw error;
      throw new LoomError('storage', `${path} could not be deleted: ${messageOf(error)}`, { cause: error });
    }
  }
}

function other(reason: string): FoundFile {
  return { kind: 'other', reason };
}
