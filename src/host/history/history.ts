import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod';
import { LoomError, messageOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import type { SessionState, Turn } from '../../model/session.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { HistoryMode } from '../../protocol/settings.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import { FolderStore } from './folderStore.ts';
import type { PreparedRecord, SessionReference } from './layout.ts';
import { composeRecord, composeRemoval, findSession } from './layout.ts';
import { PendingFile } from './pendingFile.ts';
import type { PendingRecord } from './pendingFile.ts';
import type { ReadBlob } from './prepare.ts';
import { prepareSession, prepareTurns } from './prepare.ts';
import { readHistory } from './readHistory.ts';
import type { Redactor } from './redact.ts';
import { RefStore } from './refStore.ts';
import { Repository } from '../git/repository.ts';
import type { Shared } from './share.ts';
import { shareHistory } from './share.ts';
import type { HistoryStore } from './store.ts';

export interface HistoryOptions {
  readonly location: WorkspaceLocation;
  /** The repository of a location of the kind `git`; it is asked for when it is needed first. Undefined for a folder without git. */
  readonly repository: () => Promise<Repository | undefined>;
  readonly mode: z.infer<typeof HistoryMode>;
  /** See `machineId`. */
  readonly machine: string;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly readBlob?: ReadBlob;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds until the first, second … next try of a record that could not be written; the last one goes on. */
  readonly retryDelays?: readonly number[];
}

/** A finished turn to write down, or with no turn the session's own page after a rename or a move. */
export interface RecordRequest {
  readonly session: SessionState;
  readonly turn?: Turn | undefined;
  /** Pages that go into the session's folder as they are, by the names of their files: they were written before, elsewhere. */
  readonly pages?: ReadonlyMap<string, string>;
  /** Other sessions that this one comes from or led to. */
  readonly related?: readonly SessionReference[];
}

interface Job extends RecordRequest {
  prepared?: PreparedRecord;
  readonly pending: PendingRecord;
}

const defaultDelays = [1_000, 5_000, 30_000, 120_000];
const conflictTries = 10;

/**
 * Writes sessions down as markdown, one record after the other and off the critical path. A record that fails is late, never lost: it is tried
 * again with growing pauses, and after a new start its name is in `pending` until it was written.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #pending: PendingFile;
  readonly #jobs: Job[] = [];
  readonly #folders = new Map<string, string>();
  readonly #problems = new Emitter<string | undefined>();
  #store: Promise<HistoryStore | undefined> | undefined;
  #problem: string | undefined;
  #working: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  /** Says why records wait, as a sentence for a person, and `undefined` when they no longer do. */
  readonly onProblem = this.#problems.event;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#pending = new PendingFile(options.location.dataFolder, options.log);
  }

  /** Why records wait, where they do. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Records that are still to be written, those of an earlier run of the host included: call `recordTurn` for them again. */
  get pending(): readonly PendingRecord[] {
    return this.#pending.records;
  }

  /** Takes a record and returns at once. */
  recordTurn(request: RecordRequest): void {
    if (this.#options.mode === 'off' || this.#isClosed) return;
    const pending = { session: request.session.id, ...(request.turn === undefined ? {} : { turn: request.turn.id }) };
    this.#pending.add(pending);
    this.#jobs.push({ ...request, pending });
    if (this.#timer === undefined) this.#work();
  }

  /** Takes back what waits for a session that is gone. */
  forget(sessionId: string): void {
    this.#pending.removeSession(sessionId);
    const kept = this.#jobs.filter((job) => job.session.id !== sessionId);
    this.#jobs.splice(0, this.#jobs.length, ...kept);
  }

  /** The index page, or the pages of one session. Waits until all is written, or says why it is not. */
  async read(sessionId?: string): Promise<ResultOf<HostRequests['history/read']>> {
    await this.idle();
    try {
      const store = await this.#openStore(false);
      const pages = store === undefined ? { pages: [] } : await readHistory(store, sessionId);
      const problem = this.#options.mode === 'off' ? 'The history is switched off by the setting "sessionLoom.history".' : this.#problem;
      return { ...pages, ...(problem === undefined ? {} : { problem }) };
    } catch (error) {
      return { pages: [], problem: messageOf(error) };
    }
  }

  /** Publishes the history to an ordinary branch, and with `remote` pushes it there; see `shareHistory` for when it refuses. */
  async share(branch: string, remote?: string): Promise<Shared> {
    await this.idle();
    const repository = await this.#options.repository();
    if (repository === undefined || this.#options.location.kind !== 'git') {
      throw new LoomError(
        'not-allowed',
        'This folder has no git repository that the history could be shared from. Run "git init" and reload the window.',
      );
    }
    const store = await this.#openStore(false);
    if (store?.ref === undefined)
      throw new LoomError(
        'not-found',
        'The history is not kept in git now, so there is nothing to share. Set "sessionLoom.history" to "ref".',
      );
    return shareHistory(repository, store.ref, branch, { remote, seconds: Math.floor(this.#options.now() / 1000) });
  }

  /** Says in a sentence where the pages of a session lie, or nothing where none do. */
  async whereIs(sessionId: string): Promise<string | undefined> {
    const store = await this.#openStore(false);
    const path = store === undefined ? undefined : await findSession(store, sessionId);
    return path === undefined ? undefined : `The written history keeps its pages in ${path} of ${store?.place ?? ''}.`;
  }

  /**
   * Takes a session out of our own history, out of all of its commits, and says in a sentence where it still is: on branches that the history was
   * shared to, and in git's store of objects until git tidies up. Nothing that others can see is changed. Rejects with `conflict`, `git` or `storage`.
   */
  async purge(sessionId: string): Promise<string | undefined> {
    this.forget(sessionId);
    await this.#working;
    const store = await this.#openStore(false);
    if (store === undefined) return undefined;
    for (let attempt = 1; ; attempt++) {
      const path = await findSession(store, sessionId);
      if (path === undefined) return undefined;
      try {
        await store.purge(path, await composeRemoval(store, path, this.#options.now()));
        const others = await store.othersThatHold(path);
        const until = store.ref === undefined ? [] : ["git's store of objects, unnamed, until git tidies up by itself"];
        return `Its pages were taken out of ${store.place}. They may still be in: ${[...others, ...until].join('; ')}.`;
      } catch (error) {
        if (attempt >= conflictTries || !isConflict(error)) throw error;
        // Two writers of the same ref come out of step.
        await pause(Math.random() * 10 * attempt);
      }
    }
  }

  /** Tries at once what waits, and resolves when all is written or when something cannot be now (see `problem`). */
  async idle(): Promise<void> {
    if (this.#jobs.length > 0) this.#work();
    await this.#working;
  }

  /** Writes what waits, tries nothing twice, and takes nothing more. */
  async close(): Promise<void> {
    await this.idle();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#problems.dispose();
  }

  #work(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
    });
  }

  async #drain(): Promise<void> {
    for (let job = this.#jobs[0]; job !== undefined && !this.#isClosed; job = this.#jobs[0]) {
      try {
        await this.#record(job);
      } catch (error) {
        if (this.#jobs[0] === job) this.#waitAndRetry(error);
        return;
      }
      this.#failures = 0;
      this.#tell(undefined);
      // It is not there any more when its session was forgotten meanwhile.
      if (this.#jobs[0] === job) this.#jobs.shift();
      this.#pending.remove(job.pending);
    }
  }

  #waitAndRetry(error: unknown): void {
    const delays = this.#options.retryDelays ?? defaultDelays;
    const delay = delays[Math.min(this.#failures, delays.length - 1)] ?? 0;
    this.#failures++;
    this.#options.log.warn('A record could not be written; it is tried again.', {
      error: messageOf(error),
      delay,
      waiting: this.#jobs.length,
    });
    this.#tell(`The history is late: ${messageOf(error)} Sessions go on, and the record is tried again.`);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#work(), delay);
    // Waiting for git is no reason to keep the host alive: `pending` remembers.
    this.#timer.unref();
  }

  async #record(job: Job): Promise<void> {
    const store = await this.#openStore(true);
    if (store === undefined) return;
    job.prepared ??= await this.#prepare(job);
    for (let attempt = 1; ; attempt++) {
      const change = await composeRecord(store, job.prepared, this.#folders);
      if (change === undefined) return;
      try {
        await store.write(change);
        return;
      } catch (error) {
        if (attempt >= conflictTries || !isConflict(error)) throw error;
        // Two writers of the same ref come out of step.
        await pause(Math.random() * 10 * attempt);
      }
    }
  }

  async #prepare({ session, turn, pages, related = [] }: Job): Promise<PreparedRecord> {
    const { redactor, readBlob, location, now } = this.#options;
    const ready = await prepareSession(session, redactor);
    const turns = turn === undefined ? undefined : await prepareTurns(session.id, [turn], redactor, readBlob);
    const titles = await redactor.redactAll(related.map(({ title }) => title));
    return {
      session: ready.session,
      sessionFound: ready.found,
      turn: turns?.turns[0],
      pages: pages ?? new Map(),
      turnFound: turns?.found ?? [],
      roots: rootsOf(session, location),
      related: related.map((other, index) => ({ ...other, title: titles.texts[index] ?? '' })),
      now: now(),
    };
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#problems.fire(problem);
  }

  /** Undefined when nothing is kept, or nothing yet and nothing is to be made. A failure is asked again the next time. */
  async #openStore(make: boolean): Promise<HistoryStore | undefined> {
    if (this.#store === undefined) {
      const opening = openStore(this.#options, make);
      this.#store = opening;
      const store = await opening.catch((error: unknown) => {
        this.#store = undefined;
        throw error;
      });
      if (store === undefined) this.#store = undefined;
      return store;
    }
    return this.#store;
  }
}

/** Folders that the paths of a session are shown relative to: where it works, and the workspace. */
export function rootsOf(session: SessionState, location: WorkspaceLocation): readonly string[] {
  return [session.cwd, location.workTreeRoot ?? '', location.folder, session.folder].filter((root) => root !== '');
}

/** The ref of a machine's history, or the branch that it is kept on. */
export function historyRef(mode: 'ref' | 'branch', machine: string): string {
  return mode === 'ref' ? `refs/session-loom/history/${machine}` : 'refs/heads/session-loom/history';
}

async function openStore(options: HistoryOptions, make: boolean): Promise<HistoryStore | undefined> {
  const { mode, location, machine, environment } = options;
  if (mode === 'folder') return new FolderStore(location.workTreeRoot ?? location.folder);
  const repository = location.kind === 'git' ? await options.repository() : undefined;
  const ref = historyRef(mode === 'branch' ? 'branch' : 'ref', machine);
  if (repository !== undefined) return new RefStore(repository, ref);
  // No git here, or none that can be written: a repository of our own beside the journals.
  const folder = join(location.dataFolder, 'history.git');
  const bare = await Repository.openBare(folder, { make, ...(environment === undefined ? {} : { environment }) });
  return bare === undefined ? undefined : new RefStore(bare, ref);
}

function isConflict(error: unknown): boolean {
  return error instanceof LoomError && error.code === 'conflict';
}
