import type { Approvals } from '../permissions/approvals.ts';
import type { Mark } from '../agents/processList.ts';
import { LoomError } from '../../base/errors.ts';
import type { WorktreeRecord } from './records.ts';
import { findSetup, runSetup } from './setup.ts';

/** The kind of approval that a set-up script needs; it is bound to the script's own bytes. */
export const setupKind = 'setup';

export interface ApprovedSetup {
  readonly approvals: Pick<Approvals, 'ask' | 'isApproved'>;
  readonly environment: Readonly<Record<string, string>>;
  readonly mark: Mark;
  readonly logFile: string;
  readonly limitMs: number;
  /** The session that the worktree is made for, and how it hears that a person has to decide. */
  readonly session: string;
  readonly waits: (isWaiting: boolean) => Promise<void>;
}

/**
 * Runs the set-up script of a new worktree, if there is one, after a person has approved just this script. One that is refused is left out, and the
 * worktree says so. Rejects as `runSetup` does.
 */
export async function runApprovedSetup(
  record: WorktreeRecord,
  setup: ApprovedSetup,
  signal: AbortSignal,
): Promise<Partial<WorktreeRecord>> {
  const script = await findSetup(record.path);
  if (script === undefined) return {};
  const { approvals, logFile, environment, mark, limitMs, session } = setup;
  const { path, sha256, text } = script;
  if (!approvals.isApproved(setupKind, path, sha256)) {
    await setup.waits(true);
    const isApproved = await approvals.ask(
      {
        kind: setupKind,
        subject: path,
        sha256,
        title: `Run ${path} of this repository in new worktrees?`,
        detail: text,
        sessionId: session,
      },
      signal,
    );
    if (signal.aborted) throw new LoomError('cancelled', 'The set-up was cancelled.');
    await setup.waits(false);
    if (!isApproved) return { notes: [`The set-up script ${path} was not approved, so it did not run.`] };
  }
  await runSetup({ root: record.path, script, environment, mark, logFile, limitMs }, signal);
  return { notes: [`The set-up script ${path} has run. What it printed is kept in ${logFile}.`] };
}
