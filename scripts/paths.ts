/** Where things are in the checkout, as absolute paths. */
import { join } from 'node:path';

/** The checkout itself. */
export const root = join(import.meta.dirname, '..');

/** What ships: the bundles and what they read at run time. */
export const distFolder = join(root, 'dist');

/** What is built but never ships: metafiles, test bundles, caches of the checks, pictures of failed tests. */
export const outFolder = join(root, 'out');

/** Cache of what is fetched for running a real VS Code and a browser. Deleting it costs a download. */
export const cacheFolder = join(root, '.vscode-test');

/** A file or folder inside the checkout. */
export function inRoot(...parts: string[]): string {
  return join(root, ...parts);
}
