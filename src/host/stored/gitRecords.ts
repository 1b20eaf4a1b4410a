import { join } from 'node:path';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import { excerptOf } from '../../model/find.ts';
import type { SessionState, Turn } from '../../model/session.ts';
import { transcriptMarkdown } from '../../model/transcript/session.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import { fetchHistories, remotesOf } from '../history/fetchHistories.ts';
import type { RecordRequest } from '../history/history.ts';
import { History, rootsOf } from '../history/history.ts';
import type { SessionReference } from '../history/layout.ts';
import { machineId } from '../history/machine.ts';
import type { ReadBlob } from '../history/prepare.ts';
import { diffOf, prepareSession, prepareTurns } from '../history/prepare.ts';
import type { Redactor } from '../history/redact.ts';
import { createRedactor } from '../history/redact.ts';
import { Repository } from '../git/repository.ts';
import type { WrittenSession } from '../history/sources.ts';
import { findInWritten, historySources, readOthers, turnPagesOf, writtenSessions } from '../history/sources.ts';
import { commitSpecs, specCandidates } from '../history/specCommit.ts';
import type { Records, WrittenPages } from './records.ts';
import { userFolder } from './userFolder.ts';

export interface GitRecordsOptions {
  readonly location: WorkspaceLocation;
  readonly log: Log;
  readonly readBlob: ReadBlob;
  /** Other sessions that a session comes from or led to. */
  readonly related: (session: SessionState) => readonly SessionReference[];
}

type Settings = Parameters<Records['configure']>[0];

/** Commits that a turn can have made in a repository that had none. */
const mostFirstCommits = 50;

/** Lines that a search gives of each session that is not here. */
const matchesEach = 5;

/** Milliseconds that the end of a host waits for the last records; what is not written then is written after the next start. */
const closeMs = 2000;

/** The records in git, as the settings of the windows want them. A repository is opened when it is needed first. */
export class GitRecords implements Records {
  readonly #options: GitRecordsOptions;
  readonly #notices = new Emitter<string>();
  #repository: Promise<Repository | undefined> | undefined;
  #history: Promise<History> | undefined;
  #redactor: Redactor = createRedactor({ patterns: [] });
  #mode: Settings['history'] = 'ref';
  #patterns: readonly string[] = [];

  /** Sentences for a person: why the history is late, or what is wrong with a pattern. */
  readonly onNotice: Event<string> = this.#notices.event;

  constructor(options: GitRecordsOptions) {
    this.#options = options;
  }

  /** What takes secrets out of texts, with the person's patterns. */
  get redactor(): Redactor {
    return this.#redactor;
  }

  configure(settings: Settings): void {
    const patterns = settings.redactionPatterns;
    const isSame = settings.history === this.#mode && patterns.join('\n') === this.#patterns.join('\n');
    if (isSame) return;
    this.#mode = settings.history;
    this.#patterns = patterns;
    this.#redactor = createRedactor({ patterns });
    for (const problem of this.#redactor.problems) this.#notices.fire(problem);
    const old = this.#history;
    this.#history = undefined;
    void old?.then((history) => history.close()).catch((error: unknown) => this.#options.log.warn(messageOf(error)));
  }

  write(session: SessionState, turn: Turn | undefined): void {
    this.#record({ session, turn, related: this.#options.related(session) });
  }

  #record(request: RecordRequest): void {
    if (this.#mode === 'off') return;
    void this.#open().then(
      (history) => history.recordTurn(request),
      (error: unknown) => this.#notices.fire(`The history cannot be written: ${messageOf(error)}`),
    );
  }

  /** Turns of an earlier run whose records were not written. */
  async pending(): Promise<readonly { readonly session: string; readonly turn?: string | undefined }[]> {
    return this.#mode === 'off' ? [] : (await this.#open()).pending;
  }

  async transcript(session: SessionState, turn: string | undefined): ReturnType<Records['transcript']> {
    const wanted = turn === undefined ? session.turns : session.turns.filter((each) => each.id === turn);
    const about = await prepareSession(session, this.#redactor);
    const turns = await prepareTurns(session.id, wanted, this.#redactor, this.#options.readBlob);
    const redacted = [...about.found, ...turns.found];
    const roots = rootsOf(session, this.#options.location);
    const markdown = transcriptMarkdown(about.session, turns.turns, { roots, diffOf: (diff) => diffOf(diff, roots), redacted });
    return { markdown, redacted: redacted.reduce((sum, { count }) => sum + count, 0) };
  }

  async read(sessionId: string | undefined): ReturnType<Records['read']> {
    const own = await (await this.#open()).read(sessionId);
    if (own.pages.length > 0) return own;
    // Without git there is nothing else to look at, and `own` says why.
    const stores = await historySources(this.#options.location, await this.#openRepository().catch(() => undefined));
    const others = await readOthers(stores, sessionId);
    return others === undefined ? own : others;
  }

  async written(isKnown: (id: string) => boolean): ReturnType<Records['written']> {
    const repository = await this.#openRepository();
    const stores = await historySources(this.#options.location, repository);
    const found = await writtenSessions(stores, isKnown);
    return {
      sessions: found.map(toWritten),
      places: stores.map(({ place }) => place),
      remotes: repository === undefined ? [] : [...(await remotesOf(repository))],
    };
  }

  async findWritten(isKnown: (id: string) => boolean, query: string): ReturnType<Records['findWritten']> {
    const stores = await historySources(this.#options.location, await this.#openRepository());
    const found = await findInWritten(await writtenSessions(stores, isKnown), query, matchesEach);
    return {
      found: found.map(({ session, matches }) => ({
        session: toWritten(session),
        matches: matches.flatMap(({ turn, line }) => {
          const excerpt = excerptOf(line, query.toLowerCase());
          return excerpt === undefined ? [] : [{ turn, entry: -1, ...excerpt }];
        }),
      })),
    };
  }

  async fetch(remote: string): ReturnType<Records['fetch']> {
    return { refs: [...(await fetchHistories(await this.#mustHaveRepository(), remote))] };
  }

  async pages(sessionId: string): Promise<WrittenPages | undefined> {
    const stores = await historySources(this.#options.location, await this.#openRepository());
    const [found] = await writtenSessions(stores, (id) => id !== sessionId);
    return found === undefined ? undefined : { page: found.page, turns: await turnPagesOf(stores, found), place: found.store.place };
  }

  adopt(session: SessionState, pages: ReadonlyMap<string, string>): void {
    this.#record({ session, pages, related: this.#options.related(session) });
  }

  async share(branch: string, remote: string | undefined): ReturnType<Records['share']> {
    return (await this.#open()).share(branch, remote);
  }

  async forget(sessionId: string, purge: boolean): Promise<string | undefined> {
    try {
      const history = await this.#open();
      history.forget(sessionId);
      return await (purge ? history.purge(sessionId) : history.whereIs(sessionId));
    } catch (error) {
      // The session is gone already; what the history keeps of it is all that can still be said.
      this.#options.log.warn('The history could not be asked about a deleted session.', { error: messageOf(error) });
      return `The written history could not be looked at: ${messageOf(error)}`;
    }
  }

  async specCandidates(folder: string): ReturnType<Records['specCandidates']> {
    return specCandidates(await this.#mustHaveRepository(), folder);
  }

  async commitSpecs(folder: string, paths: readonly string[], message: string): ReturnType<Records['commitSpecs']> {
    return commitSpecs(await this.#mustHaveRepository(), { folder, paths, message });
  }

  readonly head = async (cwd: string): Promise<string | undefined> => this.#ask((repository) => repository.headOf(cwd));

  readonly branch = async (cwd: string): Promise<string | undefined> => this.#ask((repository) => repository.branchOf(cwd));

  readonly commitsSince = async (cwd: string, head: string | undefined): Promise<readonly string[]> => {
    const commits = await this.#ask(async (repository) => {
      const now = await repository.headOf(cwd);
      return now === undefined || now === head ? [] : repository.commitsBetween(head, now, cwd);
    });
    // Without a commit to begin with, all that there is would be named: right for a new repository, wrong where git did not answer before.
    return commits === undefined || (head === undefined && commits.length > mostFirstCommits) ? [] : commits;
  };

  async close(): Promise<void> {
    const history = await this.#history?.catch(() => undefined);
    if (history === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeMs)));
    await Promise.race([history.close(), limit]);
    clearTimeout(timer);
  }

  /** A turn is never held up or failed by git: what it does not say is not known. */
  async #ask<T>(question: (repository: Repository) => Promise<T>): Promise<T | undefined> {
    try {
      const repository = await this.#openRepository();
      return repository === undefined ? undefined : await question(repository);
    } catch (error) {
      this.#options.log.debug('Git did not answer.', { error: messageOf(error) });
      return undefined;
    }
  }

  async #mustHaveRepository(): Promise<Repository> {
    const repository = await this.#openRepository();
    if (repository !== undefined) return repository;
    throw new LoomError('not-allowed', 'This folder has no git repository to commit to. Run "git init" in it first.');
  }

  async #openRepository(): Promise<Repository | undefined> {
    const { location } = this.#options;
    if (location.commonDir === undefined && location.kind !== 'git') return undefined;
    this.#repository ??= Repository.open(location.folder);
    try {
      return await this.#repository;
    } catch (error) {
      this.#repository = undefined;
      throw error;
    }
  }

  #open(): Promise<History> {
    this.#history ??= this.#make();
    this.#history.catch(() => (this.#history = undefined));
    return this.#history;
  }

  async #make(): Promise<History> {
    const { location, log, readBlob } = this.#options;
    const machine = await machineId(join(userFolder(), 'machine'));
    const history = new History({
      location,
      repository: () => this.#openRepository(),
      mode: this.#mode,
      machine,
      log,
      redactor: this.#redactor,
      readBlob,
      now: () => Date.now(),
    });
    history.onProblem((problem) => problem !== undefined && this.#notices.fire(problem));
    return history;
  }
}

function toWritten({ page, store }: WrittenSession): ResultOf<HostRequests['history/sessions']>['sessions'][number] {
  const { id, title, agent, agentName, createdAt, updatedAt, turns } = page;
  const named = agentName === undefined ? {} : { agentName };
  return { id, title, agent, ...named, createdAt, updatedAt: updatedAt ?? createdAt, turns, place: store.place };
}
