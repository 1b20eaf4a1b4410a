/** Puts the extension of the checkout into an extensions folder, as if it were installed. */
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { inRoot } from './paths.ts';

/** What an installed extension consists of. */
const parts = ['dist', 'media', 'l10n', 'package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

const manifestSchema = z.object({ publisher: z.string(), name: z.string(), version: z.string() });

/**
 * Folders are linked, so that the next window runs what was built last; VS Code finds an extension by its folder when it starts the first
 * time. On the desktop an extension runs from its source folder instead, which the VS Code server offers to tests only.
 */
export async function linkExtension(extensionsFolder: string): Promise<void> {
  const { publisher, name, version } = manifestSchema.parse(JSON.parse(readFileSync(inRoot('package.json'), 'utf8')));
  const folder = join(extensionsFolder, `${publisher}.${name}-${version}`);
  await mkdir(folder, { recursive: true });
  for (const part of parts.filter((one) => existsSync(inRoot(one)))) {
    // Windows links folders without rights (as junctions), but not files.
    if (part.includes('.') || part === 'LICENSE') await copyFile(inRoot(part), join(folder, part));
    else await symlink(inRoot(part), join(folder, part), 'junction');
  }
}
