import { randomBytes } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import { idFromBytes } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { TaskQueue } from '../../base/queue.ts';
import type { WorktreeStep } from '../../model/worktree.ts';
import { Repository } from '../git/repository.ts';
import { withScratch } from '../history/specIndex.ts';
import { takeBack } from './applyTree.ts';
import type { FreeBytes, WorktreePlan } from './check.ts';
import { planWorktree } from './check.ts';
import { listWorktrees } from './gitFacts.ts';
import { makeWorktree } from './makeWorktree.ts';
import type { IsFree } from './ports.ts';
import { putTree } from './putTree.ts';
import type { WorktreeRecord } from './records.ts';
import { WorktreeRecords } from './records.ts';
import { repairRemoval } from './removeWorktree.ts';
import type { Rescue } from './rescue.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Ground } from './undoMaking.ts';
import { undoMaking } from './undoMaking.ts';

export interface WorktreesOptions {
  readonly dataFolder: string;
  /** The git folder that all working trees share; undefined without a repository. */
  readonly commonDir: string | undefined;
  readonly repositoryRoot: string | undefined;
  readonly portsFolder: string;
  readonly log: Log;
  readonly now: () => Date;
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly freeBytes?: FreeBytes | undefined;
  readonly isPortFree?: IsFree | undefined;
  /** An earlier host may have been cut off: nothing is begun before `repair` is over. */
  readonly needsRepair?: boolean | undefined;
}

/** What a new worktree is wanted for. */
export interface NewWorktree {
  readonly session: string;
  readonly title: string;
  /** The workspace folder, absolute. */
  readonly folder: string;
  readonly base?: string | undefined;
  /** The commit to begin with, where it is not that of the base. */
  readonly begin?: string | undefined;
  readonly branch?: string | undefined;
}

/** How a worktree is made, as the settings have it. */
export interface MakeSettings {
  readonly copyLimit: number;
  readonly portCount: number;
  readonly runsFilters: boolean;
}

/** A worktree that is going to be made: names are taken, nothing else is there. */
export interface PlannedWorktree {
  readonly record: WorktreeRecord;
  readonly plan: WorktreePlan;
}

/** What a worktree begins with beside a commit: the state of a working tree, as objects. */
export interface Filling {
  readonly head: string;
  readonly tree: string;
  readonly indexTree: string;
}

type Setup = (record: WorktreeRecord, signal: AbortSignal) => Promise<Partial<WorktreeRecord>>;

/** What a start has found of worktrees that an earlier host was at work on. */
export interface Repaired {
  readonly record: WorktreeRecord;
  readonly outcome: 'undone' | 'removed' | 'kept' | 'failed';
}

/** The worktrees of one repository that were made for sessions. One host at a time has them. */
export class Worktrees {
  readonly records: WorktreeRecords;
  readonly #options: WorktreesOptions;
  readonly #planning = new TaskQueue();
  readonly #repaired = Promise.withResolvers<undefined>();
  #repository: Promise<Repository | undefined> | undefined;

  constructor(options: WorktreesOptions) {
    this.#options = options;
    this.records = new WorktreeRecords(options.dataFolder, options.log);
    if (options.needsRepair !== true) this.#repaired.resolve(undefined);
  }

  /** What all work on. Rejects with `not-allowed`, and what to do, where there is no repository. */
  async ground(): Promise<Ground> {
    await this.#repaired.promise;
    return this.#open();
  }

  async #open(): Promise<Ground> {
    const { commonDir, repositoryRoot, portsFolder, log, environment } = this.#options;
    // The common folder is there as long as the data is, while the folder of a window may be a worktree that goes.
    this.#repository ??= commonDir === undefined ? Promise.resolve(undefined) : Repository.open(repositoryRoot ?? commonDir, environment);
    this.#repository.catch(() => (this.#repository = undefined));
    const repository = await this.#repository;
    if (repository === undefined)
      throw new LoomError(
        'not-allowed',
        'This folder has no git repository, and a worktree needs one. Run "git init" and commit, or run the session in the folder.',
      );
    return { repository, records: this.records, portsFolder, log };
  }

  /** Finishes or undoes what a host that was killed was at. */
  async repair(): Promise<readonly Repaired[]> {
    try {
      return await this.#repair();
    } finally {
      this.#repaired.resolve(undefined);
    }
  }

  async #repair(): Promise<readonly Repaired[]> {
    const staging = join(this.records.folder, 'applying');
    const half = await takeBack(staging);
    if (half !== undefined) this.#options.log.warn('Changes that were being applied were taken back.', { folder: half });
    await rm(staging, { recursive: true, force: true });
    const records = (await this.records.all()).filter(({ phase }) => phase !== 'ready');
    if (records.length === 0) return [];
    const ground = await this.#open();
    const repaired: Repaired[] = [];
    for (const record of records) {
      try {
        if (record.phase === 'making') await undoMaking(ground, record);
        repaired.push({ record, outcome: record.phase === 'making' ? 'undone' : await repairRemoval(ground, record) });
      } catch (error) {
        this.#options.log.error('What was begun with a worktree could not be finished or undone.', {
          id: record.id,
          error: messageOf(error),
        });
        repaired.push({ record, outcome: 'failed' });
      }
    }
    return repaired;
  }

  /** Takes the names for a new worktree. Rejects with a sentence for a person where none can be made. */
  plan(wish: NewWorktree): Promise<PlannedWorktree> {
    return this.#planning.run(async () => {
      const { repository } = await this.ground();
      const source = await sourceOf(repository, wish.folder);
      const root = this.#options.repositoryRoot ?? source;
      const others = await this.records.all();
      const taken = others.flatMap(({ path, branch }) => [path.split(sep).at(-1) ?? '', branch.split('/').at(-1) ?? '']);
      const plan = await planWorktree(
        repository,
        { title: wish.title, source, repositoryRoot: root, base: wish.base, begin: wish.begin, branch: wish.branch },
        taken,
      );
      if (others.some(({ branch }) => branch === plan.branch))
        throw new LoomError(
          'conflict',
          `The branch "${plan.branch}" belongs to another worktree. Pick another name, or run the session in that worktree.`,
        );
      const record = await this.records.put({
        version: 1,
        id: idFromBytes(randomBytes(10)),
        session: wish.session,
        title: wish.title,
        path: plan.path,
        branch: plan.branch,
        madeBranch: false,
        // Whoever of several is removed last takes the folder along that the first one has made.
        madeParent: others.some(({ path, madeParent }) => madeParent && dirname(path) === plan.parent),
        base: plan.base,
        baseCommit: plan.baseCommit,
        source,
        within: relative(source, await realpath(wish.folder))
          .split(sep)
          .join('/'),
        phase: 'making',
        step: 'check',
        madeAt: this.#options.now().toISOString(),
      });
      return { plan, record };
    });
  }

  /** Makes what was planned. When it fails nothing of it is left, and the error says so. */
  async make(
    planned: PlannedWorktree,
    how: {
      readonly settings: MakeSettings;
      readonly filling?: Filling | undefined;
      readonly setup: Setup;
      readonly onStep: (step: WorktreeStep, record: WorktreeRecord) => void;
    },
    signal: AbortSignal,
  ): Promise<WorktreeRecord> {
    const ground = await this.ground();
    const { filling } = how;
    const fill = filling === undefined ? undefined : (record: WorktreeRecord) => this.#fill(ground, record, filling);
    const { freeBytes, isPortFree } = this.#options;
    return makeWorktree(ground, { ...planned, ...how.settings, setup: how.setup, onStep: how.onStep, fill, freeBytes, isPortFree }, signal);
  }

  /** Gives up what was planned and not begun. */
  async abandon({ record }: PlannedWorktree): Promise<void> {
    await undoMaking(await this.ground(), record);
  }

  /** The root of the working tree that a folder lies in. Rejects with `not-allowed` in a bare repository. */
  async rootOf(folder: string): Promise<string> {
    return sourceOf((await this.ground()).repository, folder);
  }

  /** The state of a working tree, kept as objects, so that another one can begin with it. */
  async state(cwd: string): Promise<Filling> {
    const { repository } = await this.ground();
    return withScratch(async (scratch) => {
      const root = await sourceOf(repository, cwd);
      const { status, tree, indexTree } = await takeSnapshot(repository, root, { scratch, bytes: 'exact' });
      if (status.head === undefined) throw new LoomError('not-allowed', `${cwd} has no commit yet. Commit something first.`);
      return { head: status.head, tree, indexTree };
    });
  }

  /** The state that a rescue holds. */
  async stateOfRescue({ commit, head }: Rescue): Promise<Filling> {
    const { repository } = await this.ground();
    const [tree = '', indexTree = ''] = (await repository.text(['rev-parse', `${commit}^{tree}`, `${commit}^2^{tree}`])).split('\n');
    return { head, tree, indexTree };
  }

  /** The record of the worktree at a path, if it is one of ours that is ready. */
  async at(path: string): Promise<WorktreeRecord | undefined> {
    return (await this.records.all()).find((record) => record.path === path && record.phase === 'ready');
  }

  /** A worktree that a person names: ours or theirs. Rejects with `not-found` when it is none of this repository. */
  async existing(path: string): Promise<{
    readonly path: string;
    readonly branch: string | undefined;
    readonly head: string | undefined;
    readonly record: WorktreeRecord | undefined;
  }> {
    const { repository } = await this.ground();
    const real = await realpath(path).catch(() => path);
    const listed = await listWorktrees(repository);
    const found = listed.find((each) => each.path === real);
    if (found === undefined || found.isBare)
      throw new LoomError('not-found', `${path} is no worktree of this repository. "git worktree list" names those that there are.`);
    return { path: found.path, branch: found.branch, head: found.head, record: await this.at(found.path) };
  }

  async #fill({ repository }: Ground, record: WorktreeRecord, { head, tree, indexTree }: Filling): Promise<void> {
    if ((await repository.headOf(record.path)) !== head)
      throw new LoomError('conflict', 'The state that the worktree was to begin with belongs to another commit.');
    await putTree(repository, record.path, head, tree);
    await repository.run(['read-tree', indexTree], { cwd: record.path });
    // Its exit code says whether files differ, which they may.
    await repository.run(['update-index', '--refresh', '-q'], { cwd: record.path, timeoutMs: 60_000 });
  }
}

/** The root of the working tree around a folder. */
async function sourceOf(repository: Repository, folder: string): Promise<string> {
  const result = await repository.run(['rev-parse', '--show-toplevel'], { cwd: folder });
  if (result.code === 0) return result.out.toString('utf8').replace(/\n$/, '');
  throw new LoomError(
    'not-allowed',
    `${folder} lies in a bare repository, or in none, so there are no files to begin with. Open one of its working trees, or run the session in the folder.`,
  );
}
