import { copyFile, lstat, mkdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { GitCall, GitResult } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { isObjectId } from '../git/repository.ts';
import { errnoOf } from '../journal/files.ts';
import { driversOf } from './gitFacts.ts';

/** How a working tree differs from its HEAD. Paths are from its root, with forward slashes. */
export interface TreeStatus {
  /** The commit of HEAD; undefined before the first one. */
  readonly head: string | undefined;
  readonly staged: readonly string[];
  readonly unstaged: readonly string[];
  readonly untracked: readonly string[];
  readonly unmerged: readonly string[];
  /** Folders that are repositories of their own, and submodules with changes; their content is in no tree of ours. */
  readonly repositories: readonly string[];
}

/** A working tree as objects of git; nothing in it was touched for that. */
export interface Snapshot {
  readonly status: TreeStatus;
  /** All that is in the working tree and not ignored, and what else was asked for. */
  readonly tree: string;
  /** What was staged. Where a merge is not finished, its files as they are in the working tree. */
  readonly indexTree: string;
  /** The objects that were made of changed files, by path. */
  readonly stored: ReadonlyMap<string, string>;
}

/** How a snapshot is taken. */
export interface SnapshotOptions {
  /** A folder for the private index, which the caller removes. */
  readonly scratch: string;
  /** Ignored files that are taken along. */
  readonly also?: readonly string[];
  /** `exact`: each byte of a changed file as it is on the disk. `git`: line ends as a commit would have them. */
  readonly bytes: 'exact' | 'git';
  /** Objects go into the scratch folder, so that a look leaves nothing in the repository. */
  readonly isLook?: boolean;
  /** The working tree has just been moved: submodules in it do not know where they are, and are not looked at. */
  readonly wasMoved?: boolean;
}

const patientMs = 120_000;

/** Says what differs in a working tree; `submodules` are those to ignore, `workTree` is where it lies when its repository does not know. Takes no lock, runs no filter and no monitor. */
export async function statusOf(
  repository: Repository,
  cwd: string,
  config: readonly string[],
  ways: { readonly submodules: 'none' | 'all'; readonly workTree?: string | undefined } = { submodules: 'none' },
): Promise<TreeStatus> {
  const args = [
    'status',
    '--porcelain=v2',
    '--branch',
    '-z',
    '--untracked-files=all',
    `--ignore-submodules=${ways.submodules}`,
    '--no-renames',
  ];
  const result = await repository.run(args, { cwd, config, workTree: ways.workTree, timeoutMs: patientMs });
  if (result.code !== 0) throw gitFailed(`The state of ${cwd} could not be read`, result);
  const [staged, unstaged, untracked, unmerged, repositories]: string[][] = [[], [], [], [], []];
  let head: string | undefined;
  for (const record of result.out.toString('utf8').split('\0')) {
    const oid = /^# branch\.oid ([0-9a-f]+)$/.exec(record)?.[1];
    if (oid !== undefined) head = oid;
    const [, x, y, sub, path] = /^1 (.)(.) (....) (?:\S+ ){5}([^]+)$/.exec(record) ?? [];
    if (path !== undefined) {
      if (x !== '.') staged?.push(path);
      if (y !== '.') (sub?.startsWith('S') === true ? repositories : unstaged)?.push(path);
    }
    if (record.startsWith('? ')) (record.endsWith('/') ? repositories : untracked)?.push(record.slice(2));
    const conflict = /^u (?:\S+ ){9}([^]+)$/.exec(record)?.[1];
    if (conflict !== undefined) unmerged?.push(conflict);
  }
  return {
    head,
    staged: staged ?? [],
    unstaged: unstaged ?? [],
    untracked: untracked ?? [],
    unmerged: unmerged ?? [],
    repositories: repositories ?? [],
  };
}

/** Writes a working tree into objects by way of a private index. Rejects with `git`, or with `storage` when a file cannot be read. */
export async function takeSnapshot(repository: Repository, cwd: string, options: SnapshotOptions): Promise<Snapshot> {
  const { scratch, bytes, also = [] } = options;
  const { off } = await driversOf(repository, cwd);
  // What is in no pack yet must survive a power loss before anything that it was made of is deleted.
  const config = [...off, 'core.fsync=committed,loose-object'];
  const status = await statusOf(repository, cwd, off, { submodules: options.wasMoved === true ? 'all' : 'none' });
  const index = join(scratch, 'snapshot-index');
  await mkdir(join(scratch, 'objects'), { recursive: true });
  await rm(index, { force: true });
  await copyIndex(repository, cwd, index);
  const objects =
    options.isLook === true ? { folder: join(scratch, 'objects'), others: join(repository.commonFolder, 'objects') } : undefined;
  const call: GitCall & { readonly cwd: string } = { cwd, config, index, objects, timeoutMs: patientMs };
  const run = async (args: readonly string[], more: Partial<GitCall> = {}): Promise<GitResult> => {
    const result = await repository.run(args, { ...call, ...more });
    if (result.code !== 0) throw gitFailed(`The files of ${cwd} could not be taken in`, result);
    return result;
  };
  const changed = [...new Set([...status.unstaged, ...status.untracked, ...status.unmerged, ...also])];
  const stored = bytes === 'exact' ? await storeExact(cwd, changed, run) : new Map<string, Entry>();
  const put = async (paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return;
    if (bytes === 'exact') await run([...updateIndex, '--index-info'], { stdin: indexInfo(paths, stored) });
    else await run([...updateIndex, '--stdin'], { stdin: paths.map((path) => `${path}\0`).join('') });
  };
  // An index with conflicts has no tree.
  await put(status.unmerged);
  const indexTree = treeOf(await run(['write-tree']));
  await put(changed);
  const tree = treeOf(await run(['write-tree']));
  return {
    status,
    tree,
    indexTree,
    stored: new Map([...stored].flatMap(([path, entry]) => (entry === undefined ? [] : [[path, entry.id]]))),
  };
}

const updateIndex = ['update-index', '--add', '--remove', '--replace', '--verbose', '-z'];

type Entry = { readonly mode: string; readonly id: string } | undefined;
type Run = (args: readonly string[], more?: Partial<GitCall>) => Promise<GitResult>;

async function copyIndex(repository: Repository, cwd: string, to: string): Promise<void> {
  const path = await repository.text(['rev-parse', '--path-format=absolute', '--git-path', 'index'], { cwd });
  try {
    await copyFile(path, to);
  } catch (error) {
    // Before the first `git add` there is none.
    if (errnoOf(error) !== 'ENOENT') throw new LoomError('storage', `The index of ${cwd} could not be read.`, { cause: error });
  }
}

/** The changed files as objects with the very bytes that they have; undefined for one that is gone. */
async function storeExact(cwd: string, paths: readonly string[], run: Run): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  const files: { readonly path: string; readonly mode: string }[] = [];
  for (const path of paths) {
    const about = await lstat(join(cwd, path)).catch(() => undefined);
    if (about?.isFile() === true) files.push({ path, mode: (about.mode & 0o100) === 0 ? '100644' : '100755' });
    else if (about?.isSymbolicLink() === true) {
      const target = await readlink(join(cwd, path), { encoding: 'buffer' });
      const made = await run(['hash-object', '-w', '--no-filters', '--stdin'], { stdin: target });
      entries.set(path, { mode: '120000', id: made.out.toString('utf8').trim() });
    } else entries.set(path, undefined);
  }
  if (files.length === 0) return entries;
  const made = await run(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    stdin: files.map(({ path }) => `${quoted(path)}\n`).join(''),
  });
  const ids = made.out.toString('utf8').trim().split('\n');
  if (ids.length !== files.length) throw new LoomError('storage', `A file of ${cwd} went while it was read. Try again.`);
  for (const [at, { path, mode }] of files.entries()) entries.set(path, { mode, id: ids[at] ?? '' });
  return entries;
}

/** A path as git reads it in a list of lines. Source of the form: `core.quotePath` in `git help config`. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** What goes is named first, since a file may stand where a folder was. */
function indexInfo(paths: readonly string[], entries: ReadonlyMap<string, Entry>): string {
  const length = [...entries.values()].find((entry) => entry !== undefined)?.id.length ?? 40;
  const lines = paths.map((path) => ({ path, entry: entries.get(path) }));
  return lines
    .toSorted((a, b) => Number(a.entry !== undefined) - Number(b.entry !== undefined))
    .map(({ path, entry }) => `${entry?.mode ?? '0'} ${entry?.id ?? '0'.repeat(length)}\t${path}\0`)
    .join('');
}

function treeOf(result: GitResult): string {
  return result.out.toString('utf8').trim();
}

/** Whether anything in a working tree is not in a commit. */
export function isDirty(status: TreeStatus): boolean {
  return status.staged.length + status.unstaged.length + status.untracked.length + status.unmerged.length + status.repositories.length > 0;
}

/** Tips of work that only this working tree knows of: what a merge or rebase in progress has set aside, refs of its own, what its HEAD was before. */
export async function ownTips(repository: Repository, cwd: string): Promise<readonly string[]> {
  const names = ['HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD', 'ORIG_HEAD'];
  const stdin = names.map((name) => `${name}^{commit}\n`).join('');
  const found = await repository.text(['cat-file', '--batch-check=%(objectname)'], { cwd, stdin });
  const refs = await repository.text(['for-each-ref', '--format=%(objectname)', 'refs/worktree', 'refs/bisect', 'refs/rewritten'], { cwd });
  const log = await repository.run(['log', '-g', '--max-count=200', '--format=%H', 'HEAD', '--'], { cwd });
  const all = [...found.split('\n'), ...refs.split('\n'), ...(log.code === 0 ? log.out.toString('utf8').split('\n') : [])];
  return [...new Set(all.filter(isObjectId))];
}

/** Those of the commits that no branch, tag or remote (and with `rescues` no rescue) reaches, apart from the branch `but`; of two that follow on each other only the later one. */
export async function unreachable(
  repository: Repository,
  tips: readonly string[],
  options: { readonly but?: string | undefined; readonly rescues: boolean },
): Promise<readonly string[]> {
  if (tips.length === 0) return [];
  const { but, rescues } = options;
  const others = [
    ...(but === undefined ? [] : [`--exclude=${but}`]),
    ...['--branches', '--tags', '--remotes'],
    ...(rescues ? ['--glob=refs/session-loom/rescue'] : []),
  ];
  const stdin = tips.map((tip) => `${tip}\n`).join('');
  const result = await repository.run(['rev-list', '--stdin', '--topo-order', '--parents', '--not', ...others], {
    stdin,
    timeoutMs: patientMs,
  });
  if (result.code !== 0) throw gitFailed('The commits of the worktree could not be compared with the branches', result);
  const lines = result.out.toString('utf8').split('\n');
  const rows = lines.filter((line) => line !== '').map((line) => line.split(' '));
  const parents = new Set(rows.flatMap(([, ...rest]) => rest));
  return rows.flatMap(([id]) => (id !== undefined && !parents.has(id) ? [id] : []));
}
