import { lstat, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { errnoOf } from './journal/files.ts';

const separators = path.sep === '\\' ? /[\\/]/ : '/';

/** Where a path leads. */
export interface Place {
  /** The path as it was given, absolute, without `.` and `..`; links are not followed. */
  readonly given: string;
  /** Where it really leads: links followed, with the parts that do not exist yet added. Undefined for a link into nowhere, and what cannot be reached. */
  readonly real: string | undefined;
  /** The real path relative to the real folder, with slashes; undefined for what is outside of it. */
  readonly inside: string | undefined;
}

/** Where a path really leads, seen from a folder; parts of it need not exist yet. Rejects only where the folder itself is not there. */
export async function placeOf(folder: string, file: string): Promise<Place> {
  const root = await realpath(folder);
  const given = path.resolve(folder, file);
  const stepped = file.split(separators).includes('..') ? await withoutSteps(folder, file) : given;
  const real = stepped === undefined ? undefined : await realPlace(stepped);
  return { given, real, inside: real === undefined ? undefined : wayInside(root, real) };
}

/** The path without `..`, as the system takes it: a step up from a link leads out of where the link leads to. */
async function withoutSteps(folder: string, file: string): Promise<string | undefined> {
  let place = path.isAbsolute(file) ? path.parse(file).root : folder;
  for (const part of file.split(separators)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') {
      place = path.join(place, part);
      continue;
    }
    const real = await realPlace(place);
    if (real === undefined) return undefined;
    place = path.dirname(real);
  }
  return place;
}

/** The nearest parent that exists, really, and the rest behind it; undefined for a link into nowhere, and what cannot be reached. */
async function realPlace(given: string): Promise<string | undefined> {
  const missing: string[] = [];
  let place = given;
  for (;;) {
    try {
      return path.join(await realpath(place), ...missing);
    } catch (error) {
      const code = errnoOf(error);
      // No file can have a name that is too long, so what follows it does not exist either.
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG') return undefined;
    }
    // A link into nowhere has no real path, and writing to it would create what it points to.
    if ((await lstat(place).catch(() => undefined)) !== undefined) return undefined;
    const parent = path.dirname(place);
    if (parent === place) return undefined;
    missing.unshift(path.basename(place));
    place = parent;
  }
}

/** The way from a folder to what lies in it, with slashes (empty for the folder itself); undefined for what does not. Both are real paths. */
export function wayInside(root: string, real: string): string | undefined {
  const way = path.relative(root, real);
  if (way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way)) return undefined;
  return way.split(path.sep).join('/');
}
