import type { SessionState } from '../../model/session.ts';
import type { Turn } from '../../model/session.ts';
import type { SessionPage } from '../../model/transcript/readPages.ts';
import type { ParamsOf, ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';

/** A session as its written pages tell it. */
export interface WrittenPages {
  readonly page: SessionPage;
  /** The turns' pages by the names of their files. */
  readonly turns: ReadonlyMap<string, string>;
  /** Where they lie, for a person. */
  readonly place: string;
}

/** What the host needs of git: the written record of its sessions, and the repository's own facts. `host/history` has the real one. */
export interface Records {
  configure(settings: ParamsOf<HostRequests['host/configure']>): void;
  /** Writes a finished turn, or without one the session's own page, later and off the critical path. */
  write(session: SessionState, turn: Turn | undefined): void;
  transcript(session: SessionState, turn: string | undefined): Promise<ResultOf<HostRequests['session/transcript']>>;
  read(sessionId: string | undefined): Promise<ResultOf<HostRequests['history/read']>>;
  /** The sessions of all histories that can be read here and of which `isKnown` knows none. */
  written(isKnown: (id: string) => boolean): Promise<ResultOf<HostRequests['history/sessions']>>;
  /** Searches the pages of those sessions. */
  findWritten(isKnown: (id: string) => boolean, query: string): Promise<ResultOf<HostRequests['history/find']>>;
  fetch(remote: string): Promise<ResultOf<HostRequests['history/fetch']>>;
  /** The pages of a session; undefined where no history tells of it. */
  pages(sessionId: string): Promise<WrittenPages | undefined>;
  /** Takes the pages of a session that was made again into our own history, so that it is whole there. */
  adopt(session: SessionState, pages: ReadonlyMap<string, string>): void;
  share(branch: string, remote: string | undefined): Promise<ResultOf<HostRequests['history/share']>>;
  /** After a session was deleted: with `purge` its record goes as well, else a sentence says where it stays. */
  forget(sessionId: string, purge: boolean): Promise<string | undefined>;
  specCandidates(folder: string): Promise<ResultOf<HostRequests['specs/candidates']>>;
  commitSpecs(folder: string, paths: readonly string[], message: string): Promise<ResultOf<HostRequests['specs/commit']>>;
  head(cwd: string): Promise<string | undefined>;
  commitsSince(cwd: string, head: string | undefined): Promise<readonly string[]>;
  branch(cwd: string): Promise<string | undefined>;
  /** Waits until all is written, at most a few seconds, and ends. */
  close(): Promise<void>;
}
