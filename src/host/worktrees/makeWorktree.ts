import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { WorktreeStep } from '../../model/worktree.ts';
import { gitFailed } from '../git/gitPort.ts';
import { errnoOf } from '../journal/files.ts';
import type { FreeBytes, WorktreePlan } from './check.ts';
import { assertRoom, filesOfCommit } from './check.ts';
import { changeRefs, driversOf } from './gitFacts.ts';
import { copyIncluded, includedFiles } from './include.ts';
import { markWorktree } from './marker.ts';
import type { IsFree } from './ports.ts';
import { claimPorts } from './ports.ts';
import type { WorktreeRecord } from './records.ts';
import type { Ground } from './undoMaking.ts';
import { branchMark, undoMaking } from './undoMaking.ts';

/** How a worktree is made. */
export interface MakeOptions {
  readonly record: WorktreeRecord;
  readonly plan: WorktreePlan;
  /** Bytes of ignored files that are copied at most. */
  readonly copyLimit: number;
  readonly portCount: number;
  /** The filter programs of git run for the checkout, since the person wants that. */
  readonly runsFilters: boolean;
  /** Puts the state of another working tree over the checkout, where it does not begin with a commit alone. */
  readonly fill?: ((record: WorktreeRecord) => Promise<void>) | undefined;
  /** Runs what the repository wants run, or says what waits; what it gives goes into the record. */
  readonly setup: (record: WorktreeRecord, signal: AbortSignal) => Promise<Partial<WorktreeRecord>>;
  readonly onStep: (step: WorktreeStep, record: WorktreeRecord) => void;
  readonly freeBytes?: FreeBytes | undefined;
  readonly isPortFree?: IsFree | undefined;
}

const checkoutMs = 600_000;

/**
 * Makes a worktree in steps, each noted before and after, and gives its finished record. When a step fails all is undone; the error says which
 * step it was, why, and what was undone.
 */
export async function makeWorktree(ground: Ground, options: MakeOptions, signal: AbortSignal): Promise<WorktreeRecord> {
  let { record } = options;
  const { records, repository } = ground;
  const { plan, onStep } = options;
  const enter = async (step: WorktreeStep): Promise<void> => {
    signal.throwIfAborted();
    record = await records.put({ ...record, step });
    onStep(step, record);
  };
  try {
    await enter('check');
    const notes = await check(ground, options);
    await enter('ports');
    if (options.portCount > 0) {
      const claim = { id: record.id, record: records.fileOf(record.id), count: options.portCount };
      record = await records.put({ ...record, ports: await claimPorts(ground.portsFolder, claim, options.isPortFree) });
    }
    await enter('branch');
    if (plan.isNewBranch) {
      await changeRefs(repository, [{ ref: `refs/heads/${plan.branch}`, from: undefined, to: plan.baseCommit }], branchMark(record.id));
      record = { ...record, madeBranch: true };
    }
    record = { ...record, madeParent: (await makeFolders(plan)) || record.madeParent };
    await enter('add');
    await addWorktree(ground, options);
    await markWorktree(repository, plan.path, record.id, options.runsFilters);
    await enter('copy');
    await options.fill?.(record);
    const included = await includedFiles(repository, record.source, options.copyLimit);
    const copied = await copyIncluded(record.source, plan.path, included.files, signal);
    record = { ...record, copied, notes: [...notes, ...included.notes, ...copyNotes(copied, included.bytes, included.tooMany)] };
    await enter('setup');
    const after = await options.setup(record, signal);
    record = await records.put({ ...record, ...after, notes: [...(record.notes ?? []), ...(after.notes ?? [])], phase: 'ready' });
    return record;
  } catch (error) {
    throw await undoneError(ground, record, error, signal);
  }
}

async function undoneError(ground: Ground, record: WorktreeRecord, error: unknown, signal: AbortSignal): Promise<LoomError> {
  const { step } = record;
  const code = signal.aborted ? 'cancelled' : error instanceof LoomError ? error.code : 'internal';
  const why = signal.aborted ? 'It was cancelled.' : messageOf(error).replace(/[.\s]*$/, '.');
  try {
    const undone = await undoMaking(ground, record);
    const what = undone.length === 0 ? 'Nothing had been made yet.' : `Undone: ${undone.join(', ')}.`;
    return new LoomError(code, `${failedStep[step]} ${why} ${what}`, { cause: error, data: { step } });
  } catch (second) {
    ground.log.error('A worktree that was not finished could not be undone now.', { id: record.id, error: messageOf(second) });
    return new LoomError(
      code,
      `${failedStep[step]} ${why} What was made of it could not be undone now (${messageOf(second)}); the next start tries again.`,
      {
        cause: error,
        data: { step },
      },
    );
  }
}

const failedStep: Readonly<Record<WorktreeStep, string>> = {
  check: 'No worktree can be made here.',
  ports: 'No ports were found for the worktree.',
  branch: 'The branch of the worktree could not be made.',
  add: 'The files of the worktree could not be checked out.',
  copy: 'Ignored files could not be copied into the worktree.',
  setup: 'The set-up of the worktree failed.',
};

async function check({ repository }: Ground, { plan, record, copyLimit, runsFilters, freeBytes }: MakeOptions): Promise<readonly string[]> {
  const [files, included] = await Promise.all([
    filesOfCommit(repository, plan.baseCommit),
    includedFiles(repository, record.source, copyLimit),
  ]);
  await assertRoom(plan.parent, files.bytes + included.bytes, freeBytes);
  const { submodules, filters } = files;
  const [first] = submodules;
  const [filter] = filters;
  return [
    ...(first === undefined
      ? []
      : [
          `It has ${submodules.length === 1 ? `the submodule ${first}, which is` : `${String(submodules.length)} submodules, which are`} empty here. Run "git submodule update --init" where they are needed.`,
        ]),
    ...(filter === undefined || runsFilters
      ? []
      : [
          `Files that pass through ${filter === 'lfs' ? 'Git LFS' : `the filter "${filter}"`} are as git stores them. Run "${filter === 'lfs' ? 'git lfs pull' : 'git checkout -- .'}" in the worktree, or set sessionLoom.worktrees.runFilters.`,
        ]),
  ];
}

/** Makes the worktree's folder, which must not be there: from then on the place is ours. Gives whether its parent was made too. */
async function makeFolders({ parent, path }: WorktreePlan): Promise<boolean> {
  const hadParent = (await stat(parent).catch(() => undefined)) !== undefined;
  try {
    await mkdir(parent, { recursive: true });
    await mkdir(path);
  } catch (error) {
    const why = errnoOf(error) === 'EEXIST' ? `${path} is there already` : `${path} could not be made: ${messageOf(error)}`;
    throw new LoomError('storage', `${why}. Run the session in the folder, or make ${dirname(path)} writable.`, { cause: error });
  }
  return !hadParent;
}

async function addWorktree({ repository }: Ground, { plan, runsFilters }: MakeOptions): Promise<void> {
  const { off } = await driversOf(repository);
  // Files are written by as many processes as there are processors: half the time of the ordinary way.
  const config = [...(runsFilters ? [] : off), 'checkout.workers=0', 'checkout.thresholdForParallelism=200'];
  const result = await repository.run(['worktree', 'add', plan.path, plan.branch], { config, timeoutMs: checkoutMs });
  if (result.code !== 0) throw gitFailed('git said', result);
}

function copyNotes(copied: number, bytes: number, tooMany: number): readonly string[] {
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return [
    ...(copied === 0 ? [] : [`${copied === 1 ? '1 ignored file was' : `${String(copied)} ignored files were`} copied (${size}).`]),
    ...(tooMany === 0
      ? []
      : [`${String(tooMany)} more were left out, since they are larger together than sessionLoom.worktrees.copyLimit allows.`]),
  ];
}
