import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { LoomError } from '../base/errors.ts';
import type { WorkspaceLocation } from '../protocol/location.ts';
import { findGitFolders } from './gitFolders.ts';

/** Whether this user can create files in a folder that exists. */
export type CanWrite = (folder: string) => boolean;

function canWriteNow(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function realFolder(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch (error) {
    throw new LoomError('not-found', `The folder ${folder} is not there. Open the workspace folder again.`, { cause: error });
  }
}

/** The data folder can be written, or made: another user's, or one that was made read-only, is as good as none. */
function isUsable(dataFolder: string, canWrite: CanWrite): boolean {
  return canWrite(fs.existsSync(dataFolder) ? dataFolder : path.dirname(dataFolder));
}

/**
 * Decides where the data of a workspace folder lives: in the repository that it lies in, else in the folder, and when that cannot be written, in
 * a folder of its own in `fallbackStorage`. It only looks: nothing is written, no git is started. The same folder gives the same answer in every
 * window, as long as the disk is the same. Rejects with `not-found` when the folder is not there.
 */
export function locateWorkspace(folderPath: string, fallbackStorage: string, canWrite: CanWrite = canWriteNow): Promise<WorkspaceLocation> {
  return new Promise((resolve) => resolve(locate(folderPath, fallbackStorage, canWrite)));
}

function locate(folderPath: string, fallbackStorage: string, canWrite: CanWrite): WorkspaceLocation {
  const folder = realFolder(folderPath);
  const git = findGitFolders(folder);
  const dataFolder = git === undefined ? path.join(folder, '.session-loom') : path.join(git.commonDir, 'session-loom');
  if (isUsable(dataFolder, canWrite)) return { kind: git === undefined ? 'plain' : 'git', folder, dataFolder, ...git };
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  return {
    kind: 'fallback',
    folder,
    dataFolder: path.join(fallbackStorage, name),
    ...git,
    reason: `${path.dirname(dataFolder)} cannot be written, so the sessions of this folder are kept in the editor’s own storage on this machine. Make it writable and reopen the folder to keep them there.`,
  };
}
