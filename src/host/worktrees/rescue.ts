import { createHash } from 'node:crypto';
import { LoomError } from '../../base/errors.ts';
import { readObjects } from '../git/catFile.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { changeRefs, commitOf } from './gitFacts.ts';
import type { WorktreeRecord } from './records.ts';
import type { Snapshot } from './snapshot.ts';
import { isDirty, ownTips, takeSnapshot, unreachable } from './snapshot.ts';

/** Where rescues lie: `refs/session-loom/rescue/<session>/<time>`. No branch list and no ordinary push shows them. */
export const rescuePrefix = 'refs/session-loom/rescue/';

/** What is in a worktree that is nowhere else. */
export interface OwnWork {
  readonly snapshot: Snapshot;
  /** Ignored files of the list that differ from those in the folder they came from. */
  readonly ignored: readonly string[];
  /** Commits that no other branch, tag, remote or rescue reaches. */
  readonly commits: readonly string[];
}

/** Whether there is anything that a removal would lose. */
export function isWorth({ snapshot, ignored, commits }: OwnWork): boolean {
  return isDirty(snapshot.status) || ignored.length > 0 || commits.length > 0;
}

/** Says what is in a worktree that is nowhere else. `scratch` is a folder that the caller removes; a look leaves no object in the repository. */
export async function ownWork(
  repository: Repository,
  cwd: string,
  options: { readonly ignored: readonly string[]; readonly scratch: string; readonly isLook: boolean },
): Promise<OwnWork> {
  const { ignored, scratch, isLook } = options;
  const snapshot = await takeSnapshot(repository, cwd, { scratch, also: ignored, bytes: 'exact', isLook });
  const commits = await unreachable(repository, await ownTips(repository, cwd), { rescues: true });
  return { snapshot, ignored, commits };
}

/** The person that rescues are made by, so that git need not know one. */
const rescuer = ['user.name=Session Loom', 'user.email=session-loom@localhost', 'core.fsync=committed,loose-object'];

/** Other tips that one rescue holds beside HEAD. */
const mostTips = 50;

/**
 * Makes a ref that holds all of it: its tree is the working tree, its first parent HEAD, its second what was staged, the others commits that
 * nothing else reaches. Every object is read back before this resolves. Rejects with `damaged` when one is not what was written.
 */
export async function makeRescue(repository: Repository, record: WorktreeRecord, work: OwnWork, now: Date): Promise<string> {
  const { snapshot, commits } = work;
  const { head } = snapshot.status;
  if (head === undefined)
    throw new LoomError('git', `${record.path} has no commit, so nothing can be hung onto it. Commit its files, then remove it.`);
  const commit = async (tree: string, parents: readonly string[], message: string): Promise<string> =>
    repository.text(['commit-tree', ...parents.flatMap((id) => ['-p', id]), '-F', '-', tree], { config: rescuer, stdin: message });
  const staged = await commit(snapshot.indexTree, [head], `What was staged in the worktree ${record.branch}\n`);
  const others = commits.filter((id) => id !== head);
  if (others.length > mostTips)
    throw new LoomError(
      'conflict',
      `${record.path} holds more than ${String(mostTips)} lines of commits that no branch reaches. Give those you need a branch, then remove it.`,
    );
  const id = await commit(snapshot.tree, [head, staged, ...others], rescueMessage(record, work));
  const ref = await freeRef(repository, `${rescuePrefix}${record.session}/${stamp(now)}`);
  await changeRefs(repository, [{ ref, from: undefined, to: id }], `session-loom: rescue of ${record.branch}`);
  await readBack(repository, ref, id, work);
  return ref;
}

/** Reads a rescue back: the ref, its trees, and each object that was made of a file, by its bytes. */
async function readBack(repository: Repository, ref: string, id: string, { snapshot }: OwnWork): Promise<void> {
  const failed = (): LoomError =>
    new LoomError(
      'damaged',
      `The rescue ${ref} could not be read back as it was written. Nothing was deleted. Check the disk, then try again.`,
    );
  if ((await commitOf(repository, ref)) !== id) throw failed();
  const trees = await repository.text(['rev-parse', `${id}^{tree}`, `${id}^2^{tree}`]);
  if (trees !== `${snapshot.tree}\n${snapshot.indexTree}`) throw failed();
  const list = await repository.run(['ls-tree', '-r', '-z', '--full-tree', id], { timeoutMs: 60_000 });
  if (list.code !== 0) throw gitFailed(`The rescue ${ref} could not be read back`, list);
  const held = new Map(
    list.out
      .toString('utf8')
      .split('\0')
      .flatMap((line) => {
        const [, blob, path] = /^\d+ \w+ ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
        return blob === undefined || path === undefined ? [] : [[path, blob] as const];
      }),
  );
  for (const [path, blob] of snapshot.stored) if (held.get(path) !== blob) throw failed();
  const blobs = [...new Set(snapshot.stored.values())];
  for (let at = 0; at < blobs.length; at += 100) {
    const some = blobs.slice(at, at + 100);
    const objects = await readObjects(repository, some);
    if (objects.some((object, index) => object === undefined || hashOf(object.bytes, some[index] ?? '') !== some[index])) throw failed();
  }
}

/** The id that git gives these bytes as a file, by the algorithm that an id of such a length is of. */
function hashOf(bytes: Buffer, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
}

function rescueMessage(record: WorktreeRecord, { snapshot, ignored, commits }: OwnWork): string {
  const { staged, unstaged, untracked, unmerged } = snapshot.status;
  const changed = new Set([...staged, ...unstaged, ...unmerged]).size;
  const line = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return [
    `Rescue of the worktree ${record.branch}`,
    '',
    holding(changed, untracked.length, ignored.length, commits.length),
    '',
    `Loom-Session: ${record.session}`,
    `Loom-Title: ${line(record.title)}`,
    `Loom-Branch: ${record.branch}`,
    `Loom-Base: ${line(record.base)}`,
    `Loom-Base-Commit: ${record.baseCommit}`,
    `Loom-Worktree: ${line(record.path)}`,
    '',
  ].join('\n');
}

/** What a rescue holds beside HEAD, as a sentence. */
function holding(changed: number, untracked: number, ignored: number, lines: number): string {
  const files = [
    ...(changed === 0 ? [] : [`${String(changed)} changed`]),
    ...(untracked === 0 ? [] : [`${String(untracked)} untracked`]),
    ...(ignored === 0 ? [] : [`${String(ignored)} ignored`]),
  ];
  const counted = [
    ...(files.length === 0 ? [] : [`${files.join(', ')} ${changed + untracked + ignored === 1 ? 'file' : 'files'}`]),
    ...(lines === 0 ? [] : [lines === 1 ? 'commits that no branch had' : `${String(lines)} lines of commits that no branch had`]),
  ];
  return counted.length === 0 ? 'The files as they were committed.' : `${counted.join('; ')}.`;
}

/** `20261121T201500Z`. */
function stamp(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, '');
}

async function freeRef(repository: Repository, ref: string): Promise<string> {
  for (let number = 1; ; number++) {
    const next = number === 1 ? ref : `${ref}-${String(number)}`;
    if ((await commitOf(repository, next)) === undefined) return next;
  }
}

/** A rescue as a person picks it. */
export interface Rescue {
  readonly ref: string;
  readonly commit: string;
  readonly head: string;
  readonly at: string;
  readonly session: string;
  readonly title: string;
  readonly branch: string;
  readonly base: string;
  readonly baseCommit: string;
  /** What it holds, as a sentence. */
  readonly holds: string;
}

/** All rescues of the repository, the newest first. */
export async function listRescues(repository: Repository): Promise<readonly Rescue[]> {
  const format = ['%(refname)', '%(objectname)', '%(parent)', '%(committerdate:iso-strict)', '%(contents:body)'].join('%00');
  const text = await repository.text(['for-each-ref', '--sort=-committerdate', `--format=${format}%01`, rescuePrefix]);
  return text
    .split('\u0001')
    .map((row) => row.replace(/^\n/, ''))
    .filter((row) => row !== '')
    .map((row) => {
      const [ref = '', commit = '', parents = '', at = '', body = ''] = row.split('\0');
      const told = (name: string): string => new RegExp(`^Loom-${name}: (.*)$`, 'm').exec(body)?.[1]?.trim() ?? '';
      return {
        ...{ ref, commit, head: parents.split(' ')[0] ?? '', at },
        ...{ session: told('Session'), title: told('Title'), branch: told('Branch'), base: told('Base'), baseCommit: told('Base-Commit') },
        holds: body.trim().split('\n')[0] ?? '',
      };
    });
}
