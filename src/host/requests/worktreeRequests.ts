import { LoomError } from '../../base/errors.ts';
import type { SessionWorktree } from '../../model/worktree.ts';
import { isPlaceReady, placeProblem } from '../../model/worktree.ts';
import { summaryOf } from '../../model/summary.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { worktreeRequests, RescueRow } from '../../protocol/worktreeRequests.ts';
import { textIn } from '../agents/fileAccess.ts';
import type { Client } from '../clients.ts';
import type { LiveSession, LiveSessions } from '../live/liveSessions.ts';
import type { Records } from '../stored/records.ts';
import type { SessionHost } from '../sessionHost.ts';
import type { SessionPlaces } from '../places/sessionPlaces.ts';
import { bringBack, tryBringing } from '../worktrees/bringBack.ts';
import type { Bringing } from '../worktrees/bringBack.ts';
import { bytesAt, changesOf } from '../worktrees/changes.ts';
import { listWorktrees } from '../worktrees/gitFacts.ts';
import type { WorktreeRecord } from '../worktrees/records.ts';
import { lookAt, removeWorktree } from '../worktrees/removeWorktree.ts';
import { listRescues } from '../worktrees/rescue.ts';
import { deleteRescue, sizeOfRescue } from '../worktrees/deleteRescue.ts';
import { restoreRescue } from '../recovery/restoreRescue.ts';

export interface WorktreeRequestsOptions {
  readonly host: SessionHost;
  readonly sessions: LiveSessions;
  readonly places: SessionPlaces;
  readonly records: Records;
  /** The variable, as `name=value`, that all processes of this host carry. */
  readonly mark: string;
}

/** Rescues whose size is counted for one answer. */
const mostSizes = 50;

/** Files that one answer names. */
const mostFiles = 5000;

/** The requests about the worktrees of sessions. */
export function worktreeHandlers(options: WorktreeRequestsOptions): Pick<Handlers<HostRequests, Client>, keyof typeof worktreeRequests> {
  const { host, sessions, places, records, mark } = options;
  const { worktrees } = places;
  const ready = (live: LiveSession): void => host.placeReady(live);
  const sessionsAt = (path: string): { id: string; title: string; isOpen: boolean }[] =>
    places.sessionsIn(path).map(({ id, title, lifecycle }) => ({ id, title, isOpen: lifecycle === 'open' || lifecycle === 'paused' }));
  return {
    'worktree/list': async () => {
      const { repository } = await worktrees.ground();
      const ours = new Set((await worktrees.records.all()).map(({ path }) => path));
      const listed = (await listWorktrees(repository)).filter(({ isBare }) => !isBare);
      return {
        worktrees: listed.map(({ path, branch, locked }, index) => ({
          path,
          ...(branch === undefined ? {} : { branch }),
          isMain: index === 0,
          isOurs: ours.has(path),
          locked: locked !== undefined,
          sessions: index === 0 ? [] : sessionsAt(path),
        })),
      };
    },
    'worktree/retry': async ({ sessionId }) => {
      await places.retry(sessionId, ready);
      return {};
    },
    'worktree/cancel': async ({ sessionId }) => ({ cancelled: await places.cancel(sessionId) }),
    'worktree/useFolder': async ({ sessionId }) => {
      const { folder } = (await sessions.get(sessionId)).session.state;
      ready(await places.useFolder(sessionId, await records.branch(folder)));
      return {};
    },
    'worktree/changes': async ({ sessionId }) => {
      const worktree = worktreeOf(await sessions.get(sessionId));
      const { repository } = await worktrees.ground();
      const { base, commits, files } = await changesOf(repository, worktree);
      return {
        root: worktree.path,
        base: worktree.base,
        baseCommit: base,
        commits,
        files: files.slice(0, mostFiles).map((file) => ({ ...file })),
      };
    },
    'worktree/baseText': async ({ sessionId, baseCommit, path }) => {
      worktreeOf(await sessions.get(sessionId));
      const bytes = await bytesAt((await worktrees.ground()).repository, baseCommit, path);
      const text = bytes === undefined ? undefined : textIn(bytes);
      return { isBinary: bytes !== undefined && text === undefined, ...(text === undefined ? {} : { text }) };
    },
    'worktree/look': async ({ path }) => {
      const { branch, changed, untracked, ignored, commits, isDirty } = await lookAt(await worktrees.ground(), await oursAt(path));
      return { branch, changed, untracked, ignored: ignored.slice(0, mostFiles), commits, isDirty, sessions: sessionsAt(path) };
    },
    'worktree/remove': async ({ path, force = false }) => {
      const record = await oursAt(path);
      await leaveWorktree(path);
      const removed = await removeWorktree(await worktrees.ground(), record, { force, mark, now: new Date() });
      await places.tellRemoved(path, removed.rescue);
      return { branchGone: removed.branchGone, ...(removed.rescue === undefined ? {} : { rescue: removed.rescue }) };
    },
    'worktree/rescues': async ({ sizes = false }) => {
      const { repository } = await worktrees.ground();
      const rescues: RescueRow[] = [];
      for (const rescue of await listRescues(repository)) {
        const { ref, commit, at, session, title, branch, base, holds } = rescue;
        const bytes = sizes && rescues.length < mostSizes ? await sizeOfRescue(repository, rescue) : undefined;
        rescues.push({ ref, commit, at, session, title, branch, base, holds, ...(bytes === undefined ? {} : { bytes }) });
      }
      return { rescues };
    },
    'worktree/deleteRescue': async ({ ref, commit }) => {
      await deleteRescue((await worktrees.ground()).repository, ref, commit);
      return {};
    },
    'worktree/restore': async ({ ref, folder }) => {
      const { session } = await restoreRescue({ host, sessions, places }, ref, folder);
      return { session: summaryOf(session.state) };
    },
    'worktree/tryBring': async ({ sessionId, way }) => {
      const found = await tryBringing((await worktrees.ground()).repository, await bringing(sessionId), way);
      const { problem, files, ...rest } = found;
      return {
        ...rest,
        files: files.slice(0, mostFiles),
        conflicts: found.conflicts.slice(0, mostFiles),
        ...(problem === undefined ? {} : { problem }),
      };
    },
    'worktree/bring': async ({ sessionId, way, message }) => {
      const live = await sessions.get(sessionId);
      for (const { id } of places.sessionsIn(worktreeOf(live).path)) await assertRests(await sessions.get(id));
      const done = await bringBack(await worktrees.ground(), await bringing(sessionId), way, message);
      await places.count(live.session.state);
      return done;
    },
  };

  /** A record of ours for a path. Rejects with `not-allowed` for what a person has made. */
  async function oursAt(path: string): Promise<WorktreeRecord> {
    const record = await worktrees.at(path);
    if (record !== undefined) return record;
    throw new LoomError('not-allowed', `${path} was not made by Session Loom, so it is left alone. Remove it with "git worktree remove".`);
  }

  /** Nothing of ours may run in what is to go: agents that only wait are given back, a turn that runs is a reason to stay. */
  async function leaveWorktree(path: string): Promise<void> {
    const users = places
      .sessionsIn(path)
      .filter(({ lifecycle, hasAgent }) => lifecycle === 'open' || lifecycle === 'paused' || hasAgent === true);
    for (const { id } of users) {
      const live = await sessions.get(id);
      await assertRests(live);
      await live.agent.close();
    }
  }

  async function bringing(sessionId: string): Promise<Bringing> {
    const live = await sessions.get(sessionId);
    const worktree = worktreeOf(live);
    const target = await worktrees.rootOf(live.session.state.folder);
    const settings = host.settings.worktrees;
    return {
      session: sessionId,
      worktree,
      record: worktree.isOurs ? await worktrees.at(worktree.path) : undefined,
      target,
      runsFilters: settings?.runFilters ?? false,
      stagingFolder: worktrees.records.folder,
    };
  }
}

function worktreeOf({ session }: LiveSession): SessionWorktree {
  const { worktree } = session.state;
  if (worktree === undefined) throw new LoomError('not-found', 'This session works in its folder, not in a worktree.');
  if (!isPlaceReady(worktree)) throw new LoomError('conflict', placeProblem(worktree) ?? 'The worktree is not there.');
  return worktree;
}

/** A turn that runs may be writing, and so may one whose message waits; one that has ended is only still being written down. */
async function assertRests({ session, turns }: LiveSession): Promise<void> {
  const { title, queue, lifecycle } = session.state;
  if (turns.isTurnOpen || (turns.isRunning && queue.length > 0 && lifecycle === 'open'))
    throw new LoomError('conflict', `“${title}” is at work in this worktree. Stop it, or wait for its end.`);
  await turns.idle();
}
