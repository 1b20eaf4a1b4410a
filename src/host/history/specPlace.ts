import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { linesOf } from '../git/repository.ts';

/** Where the spec documents of a workspace folder lie in its working tree. */
export interface SpecPlace {
  /** The root of the working tree, absolute. Every command runs there. */
  readonly top: string;
  /** The folder inside of it: empty for the root, else with a slash at its end. */
  readonly prefix: string;
  /** The git folder of this working tree, with its index and its HEAD. */
  readonly gitFolder: string;
  /** Folders with spec documents, from the root of the working tree. */
  readonly folders: readonly string[];
}

/** The folders that are committed, from the workspace folder. */
export const specFolders = ['specs', '.kiro/specs'];

/** Finds the working tree of a folder. Rejects with `git` when there is none. */
export async function specPlaceOf(repository: Repository, folder: string): Promise<SpecPlace> {
  const result = await repository.run(['rev-parse', '--absolute-git-dir', '--show-prefix', '--show-toplevel'], { cwd: folder });
  const [gitFolder, prefix = '', top] = linesOf(result);
  if (result.code !== 0 || gitFolder === undefined || top === undefined)
    throw gitFailed(`${folder} lies in no working tree of git`, result);
  return { top: resolve(top), prefix, gitFolder: resolve(gitFolder), folders: specFolders.map((name) => `${prefix}${name}`) };
}

/** What HEAD names: the branch, and its commit where there is one yet. */
export interface Head {
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  /** The text of the file, to see whether it changed. */
  readonly text: string;
}

/** Reads HEAD of a working tree. */
export async function headAt(repository: Repository, place: SpecPlace): Promise<Head> {
  return {
    branch: await repository.branchOf(place.top),
    commit: await repository.headOf(place.top),
    text: await headText(place),
  };
}

/** The text of the file HEAD. */
export function headText(place: SpecPlace): Promise<string> {
  return readFile(join(place.gitFolder, 'HEAD'), 'utf8');
}

const operations: readonly (readonly [file: string, name: string, way: string])[] = [
  ['MERGE_HEAD', 'A merge', 'git merge --abort'],
  ['CHERRY_PICK_HEAD', 'A cherry-pick', 'git cherry-pick --abort'],
  ['REVERT_HEAD', 'A revert', 'git revert --abort'],
  ['rebase-merge', 'A rebase', 'git rebase --abort'],
  ['rebase-apply', 'A rebase', 'git rebase --abort'],
  ['sequencer', 'A sequence of commits', 'git cherry-pick --abort'],
];

/** Throws `conflict` while a merge, a rebase or the like is unfinished: a commit of ours would end it or get lost in it. */
export function assertNothingInProgress(place: SpecPlace): void {
  const found = operations.find(([file]) => existsSync(join(place.gitFolder, file)));
  if (found === undefined) return;
  throw new LoomError(
    'conflict',
    `${found[1]} is in progress. Finish it, or give it up with "${found[2]}", then commit the spec documents.`,
  );
}
