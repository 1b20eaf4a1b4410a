/** `npm run package`: a VSIX of the production bundles. Fails when it is larger than the product promises. */
import { PackageManager, createVSIX, listFiles } from '@vscode/vsce';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.ts';
import { root } from './paths.ts';
import { strangeFiles } from './shipped.ts';

/** The largest VSIX, in bytes. */
const largest = 2 * 1000 * 1000;

/** Builds for production and packs into `file`. Returns the size in bytes. Rejects when a file would ship that should not. */
export async function packExtension(file: string): Promise<number> {
  await build({ production: true });
  const strange = strangeFiles(await listFiles({ cwd: root, packageManager: PackageManager.None }));
  if (strange.length > 0) throw new Error(`These files must not ship, see .vscodeignore: ${strange.join(', ')}`);
  // The repository has no public address yet, which links and pictures of the README could be made absolute with.
  await createVSIX({ cwd: root, packagePath: file, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  return statSync(file).size;
}

if (import.meta.main) {
  const file = join(root, 'session-loom.vsix');
  const size = await packExtension(file);
  console.log(`${file}: ${(size / 1000).toFixed(0)} kB, ${(largest / 1000).toFixed(0)} kB at most`);
  if (size > largest) process.exitCode = 1;
}
