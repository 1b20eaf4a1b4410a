import { LoomError } from '../../base/errors.ts';
import type { LiveSession, LiveSessions } from '../live/liveSessions.ts';
import type { SessionHost } from '../sessionHost.ts';
import type { SessionPlaces } from '../places/sessionPlaces.ts';
import { placeIn } from '../places/sessionPlaces.ts';
import { branchesOf, commitOf, listWorktrees } from '../worktrees/gitFacts.ts';
import type { Rescue } from '../worktrees/rescue.ts';
import { listRescues } from '../worktrees/rescue.ts';

/** What bringing a rescue back works on. */
export interface RestoreGround {
  readonly host: SessionHost;
  readonly sessions: LiveSessions;
  readonly places: SessionPlaces;
}

/**
 * Makes a worktree that holds what a rescue holds: for the session that it was of, if that has no other place by now, else for a new one. The ref stays.
 * Rejects with `not-found` when there is no such rescue.
 */
export async function restoreRescue({ host, sessions, places }: RestoreGround, ref: string, folder: string): Promise<LiveSession> {
  const { repository } = await places.worktrees.ground();
  const rescue = (await listRescues(repository)).find((each) => each.ref === ref);
  if (rescue === undefined) throw new LoomError('not-found', `There is no rescue ${ref} any more.`);
  const filling = await places.worktrees.stateOfRescue(rescue);
  const hasBase = rescue.base !== '' && (await commitOf(repository, rescue.base)) !== undefined;
  const base = hasBase ? rescue.base : rescue.head;
  const branch = await branchFor(places, rescue);
  const known = await sessions.get(rescue.session).catch(() => undefined);
  const phase = known?.session.state.worktree?.phase;
  if (known === undefined || (phase !== 'removed' && phase !== 'failed')) {
    const title = rescue.title === '' ? rescue.branch : rescue.title;
    const wish = {
      title: title.slice(0, 200),
      folder,
      isolation: 'worktree' as const,
      base,
      ...(branch === undefined ? {} : { branchName: branch }),
    };
    return host.create(wish, { begin: rescue.head, filling });
  }
  const { id, title, folder: own } = known.session.state;
  const place = placeIn(await places.worktrees.plan({ session: id, title, folder: own, base, branch, begin: rescue.head }), filling);
  await places.moveTo(known, place);
  places.make(known, place, (live) => host.placeReady(live));
  return known;
}

/** The branch that it was on, where it is free and still where it was, or gone; a new one otherwise. */
async function branchFor(places: SessionPlaces, { branch, head }: Rescue): Promise<string | undefined> {
  const { repository } = await places.worktrees.ground();
  if (branch === '') return undefined;
  if (!(await branchesOf(repository)).includes(branch)) return branch;
  const isFree = !(await listWorktrees(repository)).some((each) => each.branch === branch);
  return isFree && (await commitOf(repository, `refs/heads/${branch}`)) === head ? branch : undefined;
}
