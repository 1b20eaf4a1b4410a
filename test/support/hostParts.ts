/** The parts of a host in this process, over a folder for temporary files and fake agents: for tests of what they decide together. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import type { AgentProgram } from '../../src/host/agents/agentPort.ts';
import { AgentConnection } from '../../src/host/live/agentConnection.ts';
import { AgentPool } from '../../src/host/instances/agentPool.ts';
import { diskFiles } from '../../src/host/journal/files.ts';
import { Limits } from '../../src/host/limits/limits.ts';
import type { LiveSession } from '../../src/host/live/liveSessions.ts';
import { LiveSessions } from '../../src/host/live/liveSessions.ts';
import { RuleBook } from '../../src/host/permissions/ruleBook.ts';
import { SessionPermissions } from '../../src/host/permissions/sessionPermissions.ts';
import type { Session } from '../../src/host/session/session.ts';
import { SessionHost } from '../../src/host/sessionHost.ts';
import type { SessionIndex } from '../../src/host/stored/sessionIndex.ts';
import { Turns } from '../../src/host/live/turns.ts';
import { FileChanges } from '../../src/host/undo/fileChanges.ts';
import type { SessionSummary } from '../../src/model/summary.ts';
import type { InputOf } from '../../src/protocol/contract.ts';
import type { HostRequests } from '../../src/protocol/host.ts';
import type { FakeAgents } from './fakeAgents.ts';

type Settings = InputOf<HostRequests['host/configure']>;

const builtIn: AgentProgram = { id: 'built-in', name: 'Built-in', command: 'none', args: [], env: {} };
const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** An index that is nothing but a map. */
function mapIndex(): SessionIndex {
  const rows = new Map<string, SessionSummary>();
  return {
    get: (id) => rows.get(id),
    put: (summary) => void rows.set(summary.id, summary),
    remove: (id) => void rows.delete(id),
    list: () => [...rows.values()],
    count: () => rows.size,
    isFresh: () => false,
    ids: () => [...rows.keys()],
  };
}

/** One host over a folder. `close` leaves in good order, `abandon` as a killed one does: nothing more is written. */
export class HostParts {
  readonly folder: string;
  readonly agents: FakeAgents;
  readonly pool: AgentPool;
  readonly limits: Limits;
  readonly sessions: LiveSessions;
  readonly host: SessionHost;
  readonly index = mapIndex();

  constructor(
    agents: FakeAgents,
    options: {
      readonly folder?: string;
      readonly epoch?: number;
      readonly limits?: Settings['limits'];
      readonly scope?: (session: Session) => string;
      readonly today?: () => string;
      readonly clock?: () => number;
    } = {},
  ) {
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'loom-parts-'));
    this.agents = agents;
    const sessionsFolder = join(this.folder, 'sessions');
    mkdirSync(sessionsFolder, { recursive: true });
    this.pool = new AgentPool(agents.start, silentLog);
    this.limits = new Limits({
      dataFolder: this.folder,
      settings: () => this.host.limitSettings,
      spentBy: (id) => this.sessions.live.find(({ session }) => session.id === id)?.session.state.spent,
      tell: (text, session) => session !== undefined && this.host.tell(session.id, 'warning', text, 'open-settings'),
      log: silentLog,
      ...(options.today === undefined ? {} : { today: options.today }),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    });
    this.sessions = new LiveSessions({
      sessionsFolder,
      index: this.index,
      log: silentLog,
      session: {
        epoch: options.epoch ?? 1,
        files: diskFiles,
        quarantineFolder: join(this.folder, 'quarantine'),
        now: () => new Date().toISOString(),
        log: silentLog,
      },
      join: (session) => {
        const now = (): string => new Date().toISOString();
        const permissions = new SessionPermissions({ session, book: new RuleBook(), shell: 'posix', now, log: silentLog });
        const agent = new AgentConnection(session, this.pool, () => this.host.program(session.state.agent), silentLog, {
          permissions,
          scope: () => options.scope?.(session) ?? '',
        });
        const changes: FileChanges = new FileChanges(session, () => turns.isRunning);
        const around = {
          head: nothing,
          commitsSince: () => Promise.resolve([]),
          branch: nothing,
          ended: () => undefined,
          launch: this.limits,
        };
        const turns: Turns = new Turns(session, agent, around, silentLog);
        return { session, agent, turns, permissions, changes };
      },
    });
    this.host = new SessionHost({
      sessions: this.sessions,
      index: this.index,
      agents: this.pool,
      limits: this.limits,
      builtIn,
      branch: nothing,
      log: silentLog,
    });
    this.configure(options.limits);
  }

  /** Sets limits as a window would. */
  configure(limits: Settings['limits']): void {
    this.host.configure({ agents: [], defaultAgent: 'built-in', history: 'off', redactionPatterns: [], ...(limits && { limits }) });
  }

  async create(title: string, message?: string): Promise<LiveSession> {
    return this.host.create({ folder: this.folder, title, ...(message && { prompt: [{ type: 'text', text: message }] }) });
  }

  /** Resolves when the session is as wanted. */
  async until({ session }: LiveSession, isThere: (state: LiveSession['session']['state']) => boolean): Promise<void> {
    if (isThere(session.state)) return;
    await new Promise<void>((resolve) => {
      const heard = session.onRecorded(() => {
        if (!isThere(session.state)) return;
        heard.dispose();
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    await this.leave();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Leaves in good order; what is stored stays. */
  async leave(): Promise<void> {
    await this.sessions.close();
    await this.pool.close();
    await this.limits.close();
  }
}
