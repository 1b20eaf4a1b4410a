import { relative, sep } from 'node:path';
import type { SessionState } from '../../model/session.ts';

/** A session as far as others that work in the same folder care for it. */
export interface Neighbour {
  readonly state: SessionState;
  readonly isRunning: boolean;
}

/** What others in the same folder have to do with files that one session wants back. */
export interface Shared {
  /** The files that other sessions changed too, with their titles. */
  readonly files: readonly { readonly path: string; readonly titles: readonly string[] }[];
  /** The titles of those that are at work now, and may be writing. */
  readonly working: readonly string[];
}

/** Which other sessions share these files, as far as they are loaded or said so; those whose folder lies elsewhere have none of them. */
export function sharedFiles(own: SessionState, paths: readonly string[], all: readonly Neighbour[]): Shared {
  const others = all.filter(({ state }) => state.id !== own.id && (isAt(own.cwd, state.cwd) || isAt(state.cwd, own.cwd)));
  const files = paths.flatMap((path) => {
    const titles = others.filter(({ state }) => state.files.some((file) => file.path === path)).map(({ state }) => state.title);
    return titles.length === 0 ? [] : [{ path, titles }];
  });
  return { files, working: others.filter(({ isRunning }) => isRunning).map(({ state }) => state.title) };
}

function isAt(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
