import * as fs from 'node:fs';
import * as path from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import { diskFiles, errnoOf } from '../journal/files.ts';

async function writeIfMissing(file: string, text: string): Promise<void> {
  try {
    await fs.promises.writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/**
 * Makes the data folder where it was decided to be, readable by its owner only, with what keeps git from seeing it in a plain folder. One that
 * is there stays as it is. The repository, or the plain folder, must exist: neither comes back as an empty folder. Rejects with `storage`.
 */
export async function prepareDataFolder(location: Pick<WorkspaceLocation, 'kind' | 'dataFolder'>): Promise<void> {
  const { kind, dataFolder } = location;
  const parent = path.dirname(dataFolder);
  try {
    if (kind === 'fallback') await fs.promises.mkdir(parent, { recursive: true, mode: 0o700 });
    const made = await fs.promises.mkdir(dataFolder, { mode: 0o700 }).then(
      () => true,
      (error: unknown) => {
        if (errnoOf(error) !== 'EEXIST' || !fs.statSync(dataFolder).isDirectory()) throw error;
        return false;
      },
    );
    if (kind === 'plain') await writeIfMissing(path.join(dataFolder, '.gitignore'), '*\n');
    if (made) await diskFiles.syncFolder(parent);
  } catch (error) {
    throw new LoomError('storage', `${dataFolder} cannot be made: ${messageOf(error)}. Check that ${parent} is there and can be written.`, {
      cause: error,
    });
  }
}
