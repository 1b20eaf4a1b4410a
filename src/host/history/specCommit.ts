import { accessSync, constants } from 'node:fs';
import { devNull } from 'node:os';
import { join, resolve } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { gitFailed, saidBy } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { linesOf } from '../git/repository.ts';
import type { DiffFile } from '../git/diffFiles.ts';
import { changedPaths, filteredPaths, stage, withScratch } from './specIndex.ts';
import { completeMessage, specMessage } from './specMessage.ts';
import type { Head, SpecPlace } from './specPlace.ts';
import { assertNothingInProgress, headAt, headText, specPlaceOf } from './specPlace.ts';
import { updateUserIndex } from './userIndex.ts';

/** A spec document that a commit would take in. The path is from the workspace folder, with forward slashes. */
export interface SpecCandidate {
  readonly path: string;
  readonly change: DiffFile['change'];
  readonly added: number;
  readonly removed: number;
}

/** What a commit of the spec documents would be. */
export interface SpecCandidates {
  /** Undefined when HEAD is detached. */
  readonly branch?: string;
  readonly files: readonly SpecCandidate[];
  readonly message: string;
  /** Changed files that the person has to commit: a filter program of git, such as LFS, changes them on their way in, or they are in conflict. */
  readonly leftOut: readonly string[];
}

/** What is asked to be committed. `paths` are those of candidates; of a renamed file, its new one. */
export interface SpecCommitRequest {
  /** The workspace folder, absolute. */
  readonly folder: string;
  readonly paths: readonly string[];
  readonly message: string;
}

/** Lists what changed under `specs/` and `.kiro/specs/` of a workspace folder, as it stands in the working tree. Changes nothing. */
export async function specCandidates(repository: Repository, folder: string): Promise<SpecCandidates> {
  const place = await specPlaceOf(repository, folder);
  const head = await headAt(repository, place);
  const { files, leftOut } = await withScratch((scratch) => lookAt(repository, place, head, scratch));
  const named = files.map(({ path, change, added, removed }) => ({ path: path.slice(place.prefix.length), change, added, removed }));
  return {
    ...(head.branch === undefined ? {} : { branch: head.branch }),
    files: named,
    message: named.length === 0 ? '' : specMessage(named),
    leftOut: leftOut.map((path) => path.slice(place.prefix.length)),
  };
}

/**
 * Commits spec documents, as they stand in the working tree, on the current branch. Everything else stays staged or unstaged as it was, also a
 * file of which only a part is staged.
 *
 * These are the person's own commits, so their name and their wish to sign (`commit.gpgSign`) count, and the reflogs tell of it. Hooks do not run, as
 * for no git command of ours: a hook may change files or the index, which is just what is promised not to happen. `skippedHooks` names those
 * that an ordinary commit would have run.
 *
 * Rejects with `not-allowed` on a detached HEAD; with `conflict` while a merge or the like is in progress, another git command holds the index, the branch
 * moves meanwhile, or a path has no change (any more); with `git` when git does not know who commits, or cannot sign.
 */
export async function commitSpecs(
  repository: Repository,
  request: SpecCommitRequest,
): Promise<{ readonly commit: string; readonly skippedHooks: readonly string[] }> {
  const place = await specPlaceOf(repository, request.folder);
  assertNothingInProgress(place);
  const head = await headAt(repository, place);
  const message = completeMessage(request.message);
  if (message.trim() === '') throw new LoomError('invalid-input', 'The commit needs a message, like "docs(specs): update login".');
  if (head.branch === undefined) {
    throw new LoomError(
      'not-allowed',
      'HEAD is detached, so a commit would belong to no branch and get lost. Switch to a branch or make one, then commit.',
    );
  }
  const branch = `refs/heads/${head.branch}`;
  await assertPersonKnown(repository, place);
  const commit = await withScratch(async (scratch) => {
    const present = await lookAt(repository, place, head, scratch);
    const chosen = chosenFiles(
      request.paths.map((path) => place.prefix + path),
      present.files,
    );
    const paths = chosen.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]));
    const { tree, headTree } = await stage(repository, place, { scratch, head: head.commit, paths, keep: true });
    if (tree === headTree) throw new LoomError('conflict', 'These spec documents have no change any more.');
    const made = await makeCommit(repository, place, { tree, parent: head.commit, message });
    const entries = await entriesOf(repository, place, made, paths);
    const move = (): Promise<void> => moveBranch(repository, place, { branch, head, made, message });
    await updateUserIndex(repository, place, { entries, scratch, move });
    return made;
  });
  return { commit, skippedHooks: await hooksOf(repository, place) };
}

async function lookAt(
  repository: Repository,
  place: SpecPlace,
  head: Head,
  scratch: string,
): Promise<{ readonly files: readonly DiffFile[]; readonly leftOut: readonly string[] }> {
  const { changed, unmerged } = await changedPaths(repository, place);
  const filtered = new Set(await filteredPaths(repository, place, changed));
  const paths = changed.filter((path) => !filtered.has(path));
  const { files } = await stage(repository, place, { scratch, head: head.commit, paths, keep: false });
  return { files, leftOut: [...filtered, ...unmerged] };
}

function chosenFiles(paths: readonly string[], files: readonly DiffFile[]): readonly DiffFile[] {
  return [...new Set(paths)].map((path) => {
    const file = files.find((candidate) => candidate.path === path);
    if (file !== undefined) return file;
    throw new LoomError('conflict', `${path} is no changed spec document (any more). Look at the list again.`);
  });
}

async function assertPersonKnown(repository: Repository, place: SpecPlace): Promise<void> {
  const person = await repository.person(place.top);
  if (person.name !== undefined && person.email !== undefined) return;
  throw new LoomError(
    'git',
    'git does not know who you are, so it cannot commit. Run: git config --global user.name "Your Name" and git config --global user.email you@example.org',
  );
}

async function makeCommit(
  repository: Repository,
  place: SpecPlace,
  options: { readonly tree: string; readonly parent: string | undefined; readonly message: string },
): Promise<string> {
  const { tree, parent, message } = options;
  const wish = await repository.run(['config', '--type=bool', '--get', 'commit.gpgSign'], { cwd: place.top });
  const isSigned = linesOf(wish)[0] === 'true';
  const args = ['commit-tree', ...(parent === undefined ? [] : ['-p', parent]), ...(isSigned ? ['--gpg-sign'] : []), '-F', '-', tree];
  // Somebody may have to type a passphrase.
  const result = await repository.run(args, { cwd: place.top, stdin: message, timeoutMs: isSigned ? 60_000 : undefined });
  if (result.code !== 0) throw gitFailed(isSigned ? 'The commit could not be made or signed' : 'The commit could not be made', result);
  return linesOf(result)[0] ?? '';
}

/** What the index has to hold for the paths so that it agrees with the commit. */
async function entriesOf(
  repository: Repository,
  place: SpecPlace,
  commit: string,
  paths: readonly string[],
): Promise<readonly { readonly path: string; readonly mode: string; readonly id: string | undefined }[]> {
  const result = await repository.run(['ls-tree', '-z', '-r', '--full-tree', commit, '--', ...place.folders], { cwd: place.top });
  if (result.code !== 0) throw gitFailed('The new commit could not be read', result);
  const held = new Map<string, { readonly mode: string; readonly id: string }>();
  for (const line of result.out.toString('utf8').split('\0')) {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
    if (mode !== undefined && id !== undefined && path !== undefined) held.set(path, { mode, id });
  }
  return paths.map((path) => ({ path, mode: held.get(path)?.mode ?? '0', id: held.get(path)?.id }));
}

/** Moves the branch, with a line in its reflog and in that of HEAD, if both still are where they were. */
async function moveBranch(
  repository: Repository,
  place: SpecPlace,
  options: { readonly branch: string; readonly head: Head; readonly made: string; readonly message: string },
): Promise<void> {
  const { branch, head, made, message } = options;
  if ((await headText(place)) !== head.text)
    throw new LoomError('conflict', 'The branch was switched meanwhile. Nothing was committed; look at the list again.');
  const reflog = `commit${head.commit === undefined ? ' (initial)' : ''}: ${message.split('\n')[0] ?? ''}`;
  const before = head.commit ?? '0'.repeat(made.length);
  const moved = await repository.run(['update-ref', '-m', reflog, branch, made, before], { cwd: place.top });
  if (moved.code !== 0) throw new LoomError('conflict', `The branch could not be moved, nothing was committed: ${saidBy(moved)}`);
}

/** Hooks that an ordinary commit would run here. */
async function hooksOf(repository: Repository, place: SpecPlace): Promise<readonly string[]> {
  const configured = await repository.run(['config', '--type=path', '--get-all', 'core.hooksPath'], { cwd: place.top });
  const own = linesOf(configured).findLast((path) => path !== devNull);
  const folder = own === undefined ? join(repository.commonFolder, 'hooks') : resolve(place.top, own);
  return ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'].filter((name) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      // There is none, or it is switched off.
      return false;
    }
  });
}
