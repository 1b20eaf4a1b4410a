/** Agents without a process: what a pool and the parts above it are tried with, where no pipe matters. */
import { LoomError } from '../../src/base/errors.ts';
import type {
  AgentInstance,
  AgentListener,
  AgentProgram,
  AgentPromptPart,
  AgentSession,
  AgentStop,
} from '../../src/host/agents/agentPort.ts';
import type { StartAgent } from '../../src/host/instances/agentPool.ts';

/** How a prompt is answered; ends with `finished` by default. */
export type FakeTurn = (parts: readonly AgentPromptPart[], listener: AgentListener, signal?: AbortSignal) => Promise<AgentStop>;

/** A session that somebody has opened in a fake agent. */
export interface FakeSession {
  readonly listener: AgentListener;
  readonly acpSessionId: string;
  /** The texts of the prompts that came. */
  readonly prompts: string[];
}

/** A fake agent that runs. */
export interface FakeInstance extends AgentInstance {
  readonly sessions: Map<string, FakeSession>;
  /** Ends it as a crash would. */
  crash(reason: string): void;
}

/** Starts fake agents, and remembers all of them. */
export class FakeAgents {
  readonly started: FakeInstance[] = [];
  readonly #turn: FakeTurn;
  /** What every start waits for. */
  hold: Promise<void> | undefined;

  constructor(turn: FakeTurn = () => Promise.resolve({ reason: 'finished' })) {
    this.#turn = turn;
  }

  /** The agents that have not ended. */
  get running(): readonly FakeInstance[] {
    return this.started.filter(({ pid }) => pid !== undefined);
  }

  readonly start: StartAgent = async (program) => {
    await this.hold;
    const instance = fakeInstance(program, this.started.length + 1, this.#turn);
    this.started.push(instance);
    return instance;
  };
}

function fakeInstance(program: AgentProgram, pid: number, turn: FakeTurn): FakeInstance {
  const sessions = new Map<string, FakeSession>();
  let isOver = false;
  let made = 0;
  const close = (session: FakeSession): Promise<void> => {
    sessions.delete(session.acpSessionId);
    return Promise.resolve();
  };
  return {
    program,
    sessions,
    identity: {
      name: program.name,
      version: '1',
      accepts: { image: false, embedded: false },
      canLoad: false,
      canResume: false,
      canFork: false,
      canForget: false,
    },
    get pid() {
      return isOver ? undefined : pid;
    },
    get sessionCount() {
      return sessions.size;
    },
    open: ({ listener, acpSessionId }): Promise<AgentSession> => {
      if (isOver) return Promise.reject(new LoomError('disconnected', 'The agent has ended.'));
      made += 1;
      const session: FakeSession = { listener, acpSessionId: acpSessionId ?? `fake-${String(pid)}-${String(made)}`, prompts: [] };
      sessions.set(session.acpSessionId, session);
      return Promise.resolve({
        acpSessionId: session.acpSessionId,
        remembers: acpSessionId !== undefined,
        controls: { commands: [], pickers: [] },
        prompt: (parts: readonly AgentPromptPart[], signal?: AbortSignal) => {
          session.prompts.push(parts.map((part) => ('text' in part ? part.text : '')).join('\n'));
          return turn(parts, listener, signal);
        },
        cancel: () => undefined,
        pick: () => Promise.resolve(),
        terminal: () => undefined,
        close: () => close(session),
      });
    },
    logins: [],
    authenticate: () => Promise.resolve(),
    stored: () => Promise.resolve(undefined),
    logout: () => Promise.resolve(false),
    forget: () => Promise.resolve(false),
    measure: () => Promise.resolve(isOver ? undefined : { processes: 1, memoryBytes: 1000 * pid, cpuMs: 10 }),
    close: () => {
      isOver = true;
      return Promise.resolve();
    },
    crash(reason) {
      isOver = true;
      for (const { listener } of sessions.values()) listener.closed(reason);
      sessions.clear();
    },
  };
}
