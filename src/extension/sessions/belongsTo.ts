import { join, relative, sep } from 'node:path';

/**
 * Whether a window on `windowFolder` shows a session that was made in `sessionFolder` of the same repository. A window on the repository's
 * root shows all of them, one on a folder below it those of that folder. A folder that is gone was renamed or moved: nothing is hidden then.
 */
export function belongsTo(sessionFolder: string, windowFolder: string, exists: (path: string) => boolean): boolean {
  if (exists(join(windowFolder, '.git')) || !exists(sessionFolder)) return true;
  const way = relative(windowFolder, sessionFolder);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
