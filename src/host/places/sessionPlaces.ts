import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { TaskQueue } from '../../base/queue.ts';
import type { Fact } from '../../model/events.ts';
import type { SessionState } from '../../model/session.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { SessionWorktree } from '../../model/worktree.ts';
import { isPlaceReady, placeProblem } from '../../model/worktree.ts';
import type { WorktreeSettings } from '../../protocol/settings.ts';
import type { LiveSession, LiveSessions } from '../live/liveSessions.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';
import { changesOf, commonBase, countOf } from '../worktrees/changes.ts';
import { isInside } from '../worktrees/include.ts';
import { portVariables } from '../worktrees/ports.ts';
import type { WorktreeRecord } from '../worktrees/records.ts';
import type { Filling, PlannedWorktree, Repaired, Worktrees } from '../worktrees/worktrees.ts';

type WorktreeChanged = Extract<Fact, { type: 'worktree.changed' }>;

/** Where a new session is to work. */
export interface PlaceWish {
  readonly session: string;
  readonly title: string;
  readonly folder: string;
  readonly isolation: 'folder' | 'worktree' | { readonly worktree: string } | undefined;
  readonly base?: string | undefined;
  readonly branch?: string | undefined;
  readonly begin?: string | undefined;
  readonly filling?: Filling | undefined;
}

/** Where a session works, as the fact of its making says it; `planned` is still to be made. */
export interface Place {
  readonly cwd: string;
  readonly branch: string | undefined;
  readonly worktree: SessionWorktree;
  readonly variables: Readonly<Record<string, string>>;
  readonly planned: PlannedWorktree | undefined;
  readonly filling: Filling | undefined;
}

export interface SessionPlacesOptions {
  readonly worktrees: Worktrees;
  readonly sessions: LiveSessions;
  readonly index: SessionIndex;
  readonly settings: () => WorktreeSettings;
  /** Runs what the repository wants run in a new worktree; see `runApprovedSetup`. */
  readonly setup: (
    run: {
      readonly record: WorktreeRecord;
      readonly session: string;
      readonly variables: Readonly<Record<string, string>>;
      readonly waits: (isWaiting: boolean) => Promise<void>;
    },
    signal: AbortSignal,
  ) => Promise<Partial<WorktreeRecord>>;
  readonly log: Log;
}

/** How worktrees are made where no setting says so. */
export const defaultWorktreeSettings: WorktreeSettings = {
  isolation: 'folder',
  copyLimit: 1024,
  setupTimeout: 10,
  ports: 10,
  runFilters: false,
};

interface Making {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Where sessions work: makes their worktrees in the background and keeps what each session says of its own. */
export class SessionPlaces {
  readonly worktrees: Worktrees;
  readonly #options: SessionPlacesOptions;
  readonly #making = new Map<string, Making>();
  /** Sessions whose worktree waits for an approval; nobody may come to give one. */
  readonly #waiting = new Set<string>();
  readonly #telling = new TaskQueue();
  readonly #counting = new Map<string, Promise<void>>();

  constructor(options: SessionPlacesOptions) {
    this.#options = options;
    this.worktrees = options.worktrees;
  }

  /** How many worktrees are being made now, without those that only wait for a person. */
  get makingCount(): number {
    return this.#making.size - this.#waiting.size;
  }

  /** Decides where a session works; undefined for its folder. Rejects with a sentence for a person where a worktree was asked for and cannot be. */
  async placeOf(wish: PlaceWish): Promise<Place | undefined> {
    const isolation = wish.isolation ?? this.#options.settings().isolation;
    if (isolation === 'folder') return undefined;
    if (typeof isolation === 'object') return this.#existing(wish, isolation.worktree);
    const { session, title, folder, base, branch, begin, filling } = wish;
    return placeIn(await this.worktrees.plan({ session, title, folder, base, branch, begin }), filling);
  }

  /** The place of a fork that gets a worktree of its own: it begins with the files of the other session, as they are now. */
  async placeOfFork({ cwd, worktree, folder, branch }: SessionState, session: string, title: string): Promise<Place> {
    if (!isPlaceReady(worktree)) throw new LoomError('conflict', placeProblem(worktree) ?? 'The worktree of this session is not there.');
    const filling = await this.worktrees.state(cwd);
    const base = worktree?.base ?? branch;
    return placeIn(await this.worktrees.plan({ session, title, folder, base, begin: filling.head }), filling);
  }

  /** Makes the worktree of a session in the background. `ready` is called when the session can work; how it goes is told by the session's events. */
  make({ session }: LiveSession, { planned, filling }: Place, ready: (live: LiveSession) => void): void {
    if (planned === undefined) return;
    const stop = new AbortController();
    const done = this.#make(session.id, planned, filling, stop.signal, ready)
      .catch((error: unknown) =>
        this.#options.log.error('A worktree could not be told of.', { session: session.id, error: messageOf(error) }),
      )
      .finally(() => {
        this.#making.delete(session.id);
        this.#waiting.delete(session.id);
      });
    this.#making.set(session.id, { stop, done });
  }

  /** Stops the making of a session's worktree, and waits until it is undone. False where none is being made. */
  async cancel(sessionId: string): Promise<boolean> {
    const making = this.#making.get(sessionId);
    making?.stop.abort();
    await making?.done;
    return making !== undefined;
  }

  /** Makes the worktree anew that could not be made. */
  async retry(sessionId: string, ready: (live: LiveSession) => void): Promise<void> {
    const live = await this.#options.sessions.get(sessionId);
    const { title, folder, worktree } = live.session.state;
    if (worktree?.phase !== 'failed' && worktree?.phase !== 'removed')
      throw new LoomError('conflict', 'The worktree of this session needs not be made anew.');
    const base = worktree.base === worktree.baseCommit ? {} : { base: worktree.base };
    const place = placeIn(
      await this.worktrees.plan({
        session: sessionId,
        title,
        folder,
        ...base,
        begin: worktree.base === worktree.baseCommit ? worktree.baseCommit : undefined,
      }),
      undefined,
    );
    await this.moveTo(live, place);
    this.make(live, place, ready);
  }

  /** Has a session work in its folder from now on. */
  async useFolder(sessionId: string, branch: string | undefined): Promise<LiveSession> {
    const live = await this.#options.sessions.get(sessionId);
    const { worktree, folder } = live.session.state;
    if (worktree === undefined || worktree.phase === 'ready')
      throw new LoomError('conflict', 'This session works where it should. Fork it to go on elsewhere.');
    await this.cancel(sessionId);
    live.session.record({ type: 'worktree.changed', worktree: null, cwd: folder, branch: branch ?? null, variables: null });
    await live.session.barrier();
    return live;
  }

  /** Moves a session to another place, which may still have to be made. */
  async moveTo(live: LiveSession, { worktree, cwd, branch, variables }: Place): Promise<void> {
    live.session.record({ type: 'worktree.changed', worktree, cwd, branch: branch ?? null, variables });
    await live.session.barrier();
  }

  /** Sessions that work in a worktree, newest first. */
  sessionsIn(path: string): readonly SessionSummary[] {
    return this.#options.index
      .list({ includeArchived: true })
      .filter((summary) => summary.worktree?.path === path || isInside(path, summary.cwd));
  }

  /** Tells all sessions of a worktree that it is gone. */
  async tellRemoved(path: string, rescue: string | undefined): Promise<void> {
    for (const { id } of this.sessionsIn(path))
      await this.#tell(id, ({ worktree }) =>
        worktree === undefined
          ? undefined
          : { worktree: { ...without(worktree, 'changes'), phase: 'removed', ...(rescue === undefined ? {} : { rescue }) } },
      );
  }

  /** Counts what the worktree of a session differs in, and tells all sessions that work there. Called after a turn; nobody waits for it. */
  count(state: SessionState): Promise<void> {
    const { worktree } = state;
    if (worktree?.phase !== 'ready') return Promise.resolve();
    const before = this.#counting.get(worktree.path) ?? Promise.resolve();
    const counting = before
      .then(() => this.#count(worktree))
      .catch((error: unknown) =>
        this.#options.log.warn('The changes of a worktree were not counted.', { path: worktree.path, error: messageOf(error) }),
      );
    this.#counting.set(worktree.path, counting);
    void counting.then(() => this.#counting.get(worktree.path) === counting && this.#counting.delete(worktree.path));
    return counting;
  }

  /** After a start: tells sessions what became of what an earlier host was making or removing. */
  async reconcile(repaired: readonly Repaired[]): Promise<void> {
    for (const { record, outcome } of repaired) if (outcome === 'removed') await this.tellRemoved(record.path, record.rescue);
    for (const { id, worktree } of this.#options.index.list({ includeArchived: true })) {
      if (worktree?.phase !== 'making' || this.#making.has(id)) continue;
      await this.#tell(id, (state) =>
        state.worktree === undefined
          ? undefined
          : {
              worktree: {
                ...state.worktree,
                phase: 'failed',
                error: 'The session host ended while the worktree was made. What was made of it was undone.',
              },
            },
      );
    }
  }

  /** Stops what is being made, and waits until it is undone or a limit is over; the next start does the rest. */
  async close(limitMs: number): Promise<void> {
    for (const { stop } of this.#making.values()) stop.abort();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
    await Promise.race([Promise.all([...this.#making.values()].map(({ done }) => done)), limit]);
    clearTimeout(timer);
  }

  async #make(
    id: string,
    planned: PlannedWorktree,
    filling: Filling | undefined,
    signal: AbortSignal,
    ready: (live: LiveSession) => void,
  ): Promise<void> {
    const { copyLimit, ports, runFilters } = this.#options.settings();
    try {
      const record = await this.worktrees.make(
        planned,
        {
          settings: { copyLimit: copyLimit * 1024 * 1024, portCount: ports, runsFilters: runFilters },
          filling,
          onStep: (step) =>
            void this.#tell(id, ({ worktree }) => (worktree === undefined ? undefined : { worktree: { ...worktree, step } })),
          setup: (made, stopped) =>
            this.#options.setup(
              { record: made, session: id, variables: variablesOf(made, id), waits: (isWaiting) => this.#tellWaits(id, isWaiting) },
              stopped,
            ),
        },
        signal,
      );
      await this.#tell(id, ({ worktree }) =>
        worktree === undefined
          ? undefined
          : {
              worktree: {
                ...without(worktree, 'step', 'setup', 'error'),
                phase: 'ready',
                ...(record.notes === undefined || record.notes.length === 0 ? {} : { notes: [...record.notes] }),
              },
              variables: variablesOf(record, id),
            },
      );
      ready(await this.#options.sessions.get(id));
    } catch (error) {
      this.#options.log.warn('A worktree was not made.', { session: id, error: messageOf(error) });
      await this.#tell(id, ({ worktree }) =>
        worktree === undefined ? undefined : { worktree: { ...without(worktree, 'setup'), phase: 'failed', error: messageOf(error) } },
      );
    }
  }

  async #tellWaits(id: string, isWaiting: boolean): Promise<void> {
    if (isWaiting) this.#waiting.add(id);
    else this.#waiting.delete(id);
    await this.#tell(id, ({ worktree }) =>
      worktree === undefined
        ? undefined
        : { worktree: { ...without(worktree, 'setup'), step: 'setup', ...(isWaiting ? { setup: 'waits' as const } : {}) } },
    );
  }

  async #count(worktree: SessionWorktree): Promise<void> {
    const { repository } = await this.worktrees.ground();
    const changes = countOf(await changesOf(repository, worktree));
    for (const { id } of this.sessionsIn(worktree.path))
      await this.#tell(id, (state) => {
        const old = state.worktree?.changes;
        const isSame = old?.files === changes.files && old.added === changes.added && old.removed === changes.removed;
        return state.worktree?.phase !== 'ready' || isSame ? undefined : { worktree: { ...state.worktree, changes } };
      });
  }

  /** One after the other, so that each sees what the one before has said. A session that is gone needs not be told. */
  #tell(id: string, change: (state: SessionState) => Omit<WorktreeChanged, 'type'> | undefined): Promise<void> {
    return this.#telling.run(async () => {
      if (this.#options.index.get(id) === undefined) return;
      const { session } = await this.#options.sessions.get(id);
      const fact = change(session.state);
      if (fact !== undefined) session.record({ type: 'worktree.changed', ...fact });
    });
  }

  async #existing({ session, folder }: PlaceWish, path: string): Promise<Place> {
    const { branch, head, record, ...found } = await this.worktrees.existing(path);
    if (record !== undefined)
      return { ...placeFrom(record, 'ready'), variables: variablesOf(record, session), planned: undefined, filling: undefined };
    const { repository } = await this.worktrees.ground();
    const base = (await repository.branchOf(await realpath(folder))) ?? 'HEAD';
    const baseCommit = await commonBase(repository, { path: found.path, base, baseCommit: head ?? '' });
    const worktree: SessionWorktree = {
      id: '',
      isOurs: false,
      path: found.path,
      base,
      baseCommit,
      phase: 'ready',
      ...(branch === undefined ? {} : { branch }),
    };
    return {
      cwd: found.path,
      branch,
      worktree,
      variables: { LOOM_WORKTREE: found.path, LOOM_SESSION: session },
      planned: undefined,
      filling: undefined,
    };
  }
}

/** The variables that a session in a worktree of ours has: where it is, whose it is, and its ports. */
export function variablesOf({ path, ports }: WorktreeRecord, session: string): Readonly<Record<string, string>> {
  return { LOOM_WORKTREE: path, LOOM_SESSION: session, ...(ports === undefined ? {} : portVariables(ports)) };
}

/** The place that a planned worktree will be. */
export function placeIn(planned: PlannedWorktree, filling: Filling | undefined): Place {
  const { record } = planned;
  return { ...placeFrom(record, 'making'), variables: variablesOf(record, record.session), planned, filling };
}

function placeFrom(record: WorktreeRecord, phase: 'making' | 'ready'): Pick<Place, 'cwd' | 'branch' | 'worktree'> {
  const { id, path, branch, base, baseCommit, within } = record;
  const worktree: SessionWorktree = {
    id,
    isOurs: true,
    path,
    branch,
    base,
    baseCommit,
    phase,
    ...(phase === 'making' ? { step: 'check' as const } : {}),
  };
  return { cwd: within === '' ? path : join(path, within), branch, worktree };
}

function without<Name extends keyof SessionWorktree>(worktree: SessionWorktree, ...names: readonly Name[]): Omit<SessionWorktree, Name> {
  return Object.fromEntries(Object.entries(worktree).filter(([name]) => !names.includes(name as Name))) as Omit<SessionWorktree, Name>;
}
