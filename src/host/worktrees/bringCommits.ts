import { LoomError } from '../../base/errors.ts';
import { gitFailed, saidBy } from '../git/gitPort.ts';
import { linesOf } from '../git/repository.ts';
import type { Repository } from '../git/repository.ts';
import { withScratch } from '../history/specIndex.ts';
import { filterProblem } from './bringTree.ts';
import { changeRefs, commitOf, driversOf, listWorktrees } from './gitFacts.ts';
import { mergeCommits, mergeTrees } from './mergeTrees.ts';
import { treeChanges } from './putTree.ts';
import { isDirty, statusOf, takeSnapshot } from './snapshot.ts';

/** A worktree whose commits are brought into its base branch. */
export interface BringRequest {
  readonly path: string;
  readonly branch: string;
  readonly base: string;
  readonly way: 'merge' | 'squash' | 'rebase';
  readonly runsFilters: boolean;
}

/** What the base branch would become. Objects were made, no ref, index or file was touched. */
export interface CommitPlan {
  readonly into: string;
  readonly from: string;
  readonly tip: string;
  readonly commits: readonly string[];
  readonly uncommitted: number;
  readonly files: readonly string[];
  readonly conflicts: readonly string[];
  readonly problem: string | undefined;
  /** The tree of the base branch afterwards. */
  readonly tree: string;
  /** Where the branch is checked out. */
  readonly holder: string | undefined;
}

/** Tries to bring commits into the base branch. With uncommitted files these are tried along, as they would be committed first. */
export async function planCommits(repository: Repository, request: BringRequest): Promise<CommitPlan> {
  const { path, base, way } = request;
  const from = await commitOf(repository, `refs/heads/${base}`);
  if (from === undefined)
    throw new LoomError(
      'not-allowed',
      `The worktree was made from ${base}, which is no branch here. Apply its changes to the folder instead.`,
    );
  const snapshot = await withScratch((scratch) => takeSnapshot(repository, path, { scratch, bytes: 'git' }));
  const { status } = snapshot;
  const head = status.head ?? from;
  const uncommitted = new Set([...status.staged, ...status.unstaged, ...status.untracked, ...status.unmerged]).size;
  const tip = uncommitted === 0 ? head : await trialCommit(repository, snapshot.tree, head);
  const range = await repository.text(['rev-list', '--reverse', '--topo-order', `${from}..${tip}`, '--']);
  const commits = range === '' ? [] : range.split('\n');
  const merged = way === 'rebase' ? await tryRebase(repository, from, commits) : await mergeCommits(repository, from, tip);
  const changes = merged.conflicts.length > 0 ? [] : await treeChanges(repository, from, merged.tree);
  const files = changes.map((change) => change.path);
  const holder = (await listWorktrees(repository)).find(({ branch }) => branch === base)?.path;
  const problem =
    (status.unmerged.length > 0 ? `${path} is in the middle of a merge. Finish it first.` : undefined) ??
    (way === 'rebase' ? await mergeProblem(repository, from, tip) : undefined) ??
    (holder === undefined ? undefined : await holderProblem(repository, request, holder, files));
  return { into: base, from, tip: head, commits, uncommitted, files, conflicts: merged.conflicts, problem, tree: merged.tree, holder };
}

async function trialCommit(repository: Repository, tree: string, parent: string): Promise<string> {
  return repository.text(['commit-tree', '-p', parent, '-m', 'trial', tree], {
    config: ['user.name=Session Loom', 'user.email=session-loom@localhost'],
  });
}

async function mergeProblem(repository: Repository, from: string, tip: string): Promise<string | undefined> {
  const merges = await repository.text(['rev-list', '--count', '--merges', `${from}..${tip}`, '--']);
  if (merges !== '0') return 'The branch holds merge commits, which a rebase would lose. Merge or squash it.';
  const signs = await repository.run(['config', '--type=bool', '--get', 'commit.gpgSign']);
  return linesOf(signs)[0] === 'true'
    ? 'Commits are to be signed here, and a rebase would copy them without. Merge or squash it.'
    : undefined;
}

/** The branch is checked out somewhere: its files must be clean, and must be such that git can write them by itself. */
async function holderProblem(
  repository: Repository,
  request: BringRequest,
  holder: string,
  files: readonly string[],
): Promise<string | undefined> {
  const { off } = await driversOf(repository, holder);
  const status = await statusOf(repository, holder, off);
  if (status.staged.length + status.unstaged.length + status.unmerged.length > 0)
    return `${request.base} is checked out in ${holder}, which has uncommitted changes. Commit or stash them, or apply the changes to the folder instead.`;
  const inTheWay = files.find((file) => status.untracked.includes(file));
  if (inTheWay !== undefined) return `The untracked file ${inTheWay} of ${holder} would be written over. Move it away first.`;
  return request.runsFilters ? undefined : filterProblem(repository, holder, files);
}

/** Copies commits one by one onto another, as trees; stops at the first that does not fit. */
async function tryRebase(
  repository: Repository,
  onto: string,
  commits: readonly string[],
): Promise<{ readonly tree: string; readonly conflicts: readonly string[] }> {
  let tree = await repository.text(['rev-parse', `${onto}^{tree}`]);
  for (const commit of commits) {
    const trees = await repository.run(['rev-parse', `${commit}^{tree}`, `${commit}^^{tree}`]);
    // A merge has more parents, and is refused elsewhere; a first commit has none.
    const [theirs = '', base = ''] = linesOf(trees);
    if (trees.code !== 0) return { tree, conflicts: [] };
    const merged = await mergeTrees(repository, { base, ours: tree, theirs });
    if (merged.conflicts.length > 0) return merged;
    tree = merged.tree;
  }
  return { tree, conflicts: [] };
}

/** Commits all that is in a worktree on its branch, as the person; no hook runs. Gives the commit. */
export async function commitAll(repository: Repository, path: string, message: string): Promise<string> {
  const snapshot = await withScratch((scratch) => takeSnapshot(repository, path, { scratch, bytes: 'git' }));
  const { head } = snapshot.status;
  if (head === undefined || !isDirty(snapshot.status)) throw new LoomError('conflict', 'There is nothing to commit any more.');
  if (snapshot.status.repositories.length > 0)
    throw new LoomError(
      'conflict',
      `${snapshot.status.repositories[0] ?? ''} is a repository of its own, with changes. Commit them there first.`,
    );
  const problem = await filterProblem(repository, path, [...snapshot.status.unstaged, ...snapshot.status.untracked]);
  if (problem !== undefined) throw new LoomError('conflict', problem);
  const commit = await personCommit(repository, path, { tree: snapshot.tree, parents: [head], message });
  const branch = await repository.branchOf(path);
  const moved = await repository.run(
    ['update-ref', '-m', `commit: ${message.split('\n')[0] ?? ''}`, branch === undefined ? 'HEAD' : `refs/heads/${branch}`, commit, head],
    { cwd: path },
  );
  if (moved.code !== 0) throw new LoomError('conflict', `The branch of the worktree has moved meanwhile: ${saidBy(moved)}`);
  // The working tree is what the commit says; only the index has to follow.
  const { off } = await driversOf(repository, path);
  const read = await repository.run(['read-tree', commit], { cwd: path, config: off });
  if (read.code !== 0) throw gitFailed('The commit was made, and the index of the worktree could not follow', read);
  await repository.run(['update-index', '-q', '--refresh'], { cwd: path, config: off, timeoutMs: 60_000 });
  return commit;
}

async function personCommit(
  repository: Repository,
  cwd: string,
  { tree, parents, message }: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<string> {
  const person = await repository.person(cwd);
  if (person.name === undefined || person.email === undefined)
    throw new LoomError(
      'git',
      'git does not know who you are, so it cannot commit. Run: git config --global user.name "Your Name" and git config --global user.email you@example.org',
    );
  const wish = await repository.run(['config', '--type=bool', '--get', 'commit.gpgSign'], { cwd });
  const isSigned = linesOf(wish)[0] === 'true';
  const args = ['commit-tree', ...parents.flatMap((id) => ['-p', id]), ...(isSigned ? ['--gpg-sign'] : []), '-F', '-', tree];
  const made = await repository.run(args, { cwd, stdin: `${message.trim()}\n`, timeoutMs: isSigned ? 60_000 : undefined });
  if (made.code !== 0) throw gitFailed(isSigned ? 'The commit could not be made or signed' : 'The commit could not be made', made);
  return linesOf(made)[0] ?? '';
}

/** Moves the base branch to what was planned, and the files of where it is checked out with it. Gives the commit that it is at now. */
export async function carryOutCommits(
  repository: Repository,
  request: BringRequest,
  plan: CommitPlan,
  message: string | undefined,
): Promise<string> {
  const { way, base, branch, path } = request;
  const { from, tip, tree } = plan;
  const isAhead = (await repository.run(['merge-base', '--is-ancestor', from, tip])).code === 0;
  const commit =
    way === 'rebase'
      ? isAhead
        ? tip
        : await rebased(repository, path, from, plan.commits)
      : way === 'squash'
        ? await personCommit(repository, path, { tree, parents: [from], message: message ?? `Squash ${branch}` })
        : isAhead
          ? tip
          : await personCommit(repository, path, {
              tree,
              parents: [from, tip],
              message: message ?? `Merge branch '${branch}' into ${base}`,
            });
  await moveBranch(repository, request, { holder: plan.holder, from, to: commit });
  return commit;
}

async function moveBranch(
  repository: Repository,
  { base, branch, way, runsFilters }: BringRequest,
  { holder, from, to }: { readonly holder: string | undefined; readonly from: string; readonly to: string },
): Promise<void> {
  if (holder === undefined) return changeRefs(repository, [{ ref: `refs/heads/${base}`, from, to }], `session-loom: ${way} of ${branch}`);
  const config = runsFilters ? [] : (await driversOf(repository, holder)).off;
  if ((await repository.headOf(holder)) !== from)
    throw new LoomError('conflict', `${base} has moved meanwhile. Nothing was changed; try again.`);
  const moved = await repository.run(['merge', '--ff-only', '--no-stat', '--no-autostash', to], {
    cwd: holder,
    config,
    timeoutMs: 120_000,
  });
  if (moved.code !== 0) throw new LoomError('conflict', `git did not move ${base} in ${holder}, and nothing was changed: ${saidBy(moved)}`);
}

/** The commits anew on top of another one, with their authors, dates and messages. */
async function rebased(repository: Repository, cwd: string, onto: string, commits: readonly string[]): Promise<string> {
  const committer = await repository.text(['var', 'GIT_COMMITTER_IDENT'], { cwd });
  let parent = onto;
  for (const commit of commits) {
    const [theirs = '', base = '', ours = ''] = (
      await repository.text(['rev-parse', `${commit}^{tree}`, `${commit}^^{tree}`, `${parent}^{tree}`])
    ).split('\n');
    const { tree, conflicts } = await mergeTrees(repository, { base, ours, theirs });
    if (conflicts.length > 0)
      throw new LoomError('conflict', 'The branch has moved meanwhile, and its commits no longer fit. Nothing was changed; try again.');
    if (tree === ours) continue;
    const raw = await repository.run(['cat-file', 'commit', commit]);
    if (raw.code !== 0) throw gitFailed('A commit could not be read', raw);
    const text = raw.out.toString('latin1');
    const end = text.indexOf('\n\n');
    const author = /^author .*$/m.exec(text.slice(0, end))?.[0] ?? `author ${committer}`;
    const encoding = /^encoding .*\n/m.exec(text.slice(0, end + 1))?.[0] ?? '';
    const object = Buffer.concat([
      Buffer.from(`tree ${tree}\nparent ${parent}\n`),
      Buffer.from(`${author}\n`, 'latin1'),
      Buffer.from(`committer ${committer}\n`),
      Buffer.from(encoding + text.slice(end + 1), 'latin1'),
    ]);
    parent = await repository.text(['hash-object', '-w', '-t', 'commit', '--stdin'], { stdin: object });
  }
  return parent;
}

/** Has the worktree go on from where the base branch is now; its files become those of the base. Only for one without uncommitted files. */
export async function catchUp(repository: Repository, path: string, to: string): Promise<void> {
  const { off } = await driversOf(repository, path);
  const result = await repository.run(['reset', '--keep', to], { cwd: path, config: off, timeoutMs: 120_000 });
  if (result.code !== 0) throw gitFailed('The changes were brought back, and the worktree could not go on from there', result);
}
