import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import type { WorktreeSettings } from '../../protocol/settings.ts';
import { agentEnvironment } from '../agents/environment.ts';
import type { Mark } from '../agents/processList.ts';
import type { LiveSessions } from '../live/liveSessions.ts';
import type { Approvals } from '../permissions/approvals.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';
import { SessionPlaces, defaultWorktreeSettings } from './sessionPlaces.ts';
import { userFolder } from '../stored/userFolder.ts';
import { runApprovedSetup } from '../worktrees/approvedSetup.ts';
import type { Repaired } from '../worktrees/worktrees.ts';
import { Worktrees } from '../worktrees/worktrees.ts';

export interface OpenPlacesOptions {
  readonly location: WorkspaceLocation;
  readonly sessions: LiveSessions;
  readonly index: SessionIndex;
  readonly approvals: Pick<Approvals, 'ask' | 'isApproved'>;
  readonly settings: () => WorktreeSettings | undefined;
  /** The environment that the windows sent. */
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  /** The variable that all processes of this host carry. */
  readonly mark: Mark;
  readonly log: Log;
}

const minute = 60_000;

/** The places of a host's sessions, put together. Nothing is read or written before one is asked for. */
export function openPlaces(options: OpenPlacesOptions): SessionPlaces {
  const { location, sessions, index, approvals, mark, log } = options;
  const settings = (): WorktreeSettings => options.settings() ?? defaultWorktreeSettings;
  const worktrees = new Worktrees({
    dataFolder: location.dataFolder,
    commonDir: location.commonDir,
    repositoryRoot: location.repositoryRoot,
    portsFolder: join(userFolder(), 'ports'),
    log,
    now: () => new Date(),
    needsRepair: true,
  });
  return new SessionPlaces({
    worktrees,
    sessions,
    index,
    settings,
    log,
    setup: ({ record, session, variables, waits }, signal) =>
      runApprovedSetup(
        record,
        {
          approvals,
          environment: agentEnvironment(options.environment(), variables, process.platform),
          mark,
          logFile: worktrees.records.logOf(record.id),
          limitMs: settings().setupTimeout * minute,
          session,
          waits,
        },
        signal,
      ),
  });
}

/** Finishes or undoes what an earlier host was at; a repository that cannot be used now keeps nobody from starting. */
export async function repairPlaces({ worktrees }: SessionPlaces, log: Log): Promise<readonly Repaired[]> {
  try {
    return await worktrees.repair();
  } catch (error) {
    log.warn('Worktrees could not be looked after at the start.', { error: messageOf(error) });
    return [];
  }
}
