import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AgentInstance, AgentProgram, AgentSession } from '../agents/agentPort.ts';
import type { Crashes } from './crashLoop.ts';
import { afterCrash, noCrashes, pauseLeft } from './crashLoop.ts';
import { unlessAborted } from '../unlessAborted.ts';

/** Starts an agent program; `host/agents` has the real one. */
export type StartAgent = (program: AgentProgram, signal?: AbortSignal) => Promise<AgentInstance>;

/** An open session of an agent, with the instance that carries it. */
export interface OpenedAgent {
  readonly instance: AgentInstance;
  readonly session: AgentSession;
}

/** What the pool knows of a program that runs or is being started. */
export interface PooledAgent {
  /** Names it as long as it runs. */
  readonly id: string;
  readonly program: AgentProgram;
  /** Set once it has started. */
  readonly instance: AgentInstance | undefined;
  /** Milliseconds of the pool's clock. */
  readonly startedAt: number;
  /** How often this program was started before, in this host. */
  readonly restarts: number;
  /** No new session comes to it any more: it ends when those that it carries have left. */
  readonly isRetired: boolean;
}

interface Running extends PooledAgent {
  readonly key: string;
  readonly scope: string;
  readonly starting: Promise<AgentInstance>;
  readonly stop: AbortController;
  instance: AgentInstance | undefined;
  isRetired: boolean;
  /** How many open a session in it at this moment; such an agent is not idle, although it carries none yet. */
  opening: number;
}

/** What is remembered of a program beyond the life of its instances. */
interface Past {
  starts: number;
  crashes: Crashes;
  lastReason: string;
}

/**
 * The running agents: one instance for each program and scope, started once however many sessions ask at the same time. A program is its command,
 * arguments, folder and variables, so a session with other variables has another program; a scope keeps a session's instance to itself.
 */
export class AgentPool {
  readonly #start: StartAgent;
  readonly #log: Log;
  readonly #clock: () => number;
  readonly #all = new Set<Running>();
  readonly #past = new Map<string, Past>();
  readonly #ending = new Set<Promise<void>>();
  #made = 0;
  #closed = false;

  /** `clock` in milliseconds, going only forward. */
  constructor(start: StartAgent, log: Log, clock: () => number = () => performance.now()) {
    this.#start = start;
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * Opens a session in an agent, which is started first if need be. Rejects with `agent` and a sentence for a person, or with `cancelled` as
   * soon as the signal aborts, also while the agent is still starting.
   */
  async open(program: AgentProgram, options: Parameters<AgentInstance['open']>[0], signal?: AbortSignal, scope = ''): Promise<OpenedAgent> {
    const agent = this.#agent(program, scope);
    const wasRunning = agent.instance !== undefined;
    agent.opening += 1;
    try {
      const instance = await unlessAborted(agent.starting, signal);
      return { instance, session: await instance.open(options, signal) };
    } catch (error) {
      const hasEnded = error instanceof LoomError && error.code === 'disconnected';
      if (hasEnded) this.#all.delete(agent);
      // That an agent ended while it had nothing to do shows only now; a new one can do what was asked.
      if (!hasEnded || !wasRunning) throw error;
    } finally {
      agent.opening -= 1;
      if (this.#isIdle(agent)) void this.#release(agent);
    }
    return this.open(program, options, signal, scope);
  }

  /** The agents that run or start now. */
  list(): readonly PooledAgent[] {
    return [...this.#all];
  }

  /** What the pool knows of an instance; undefined when it has ended. */
  find(instance: AgentInstance): PooledAgent | undefined {
    return [...this.#all].find((agent) => agent.instance === instance);
  }

  /** An instance has ended by itself: the next session starts a new one, but not without end where that happens again and again. */
  forget(instance: AgentInstance, reason: string): void {
    const agent = this.#running(instance);
    if (agent === undefined) return;
    this.#all.delete(agent);
    const past = this.#pastOf(agent.key);
    past.crashes = afterCrash(past.crashes, this.#clock());
    past.lastReason = reason;
  }

  /** A person wants an agent to be tried again, however often it has ended. */
  forgive(program: string): void {
    for (const [key, past] of this.#past) if (programIn(key) === program) past.crashes = noCrashes;
  }

  /** No new session comes to an instance any more; it ends when it carries none. */
  retire(instance: AgentInstance): void {
    const agent = this.#running(instance);
    if (agent === undefined) return;
    agent.isRetired = true;
    this.releaseIdle(instance);
  }

  /** Ends an instance, in the background, if it carries no session any more. */
  releaseIdle(instance: AgentInstance): void {
    const agent = this.#running(instance);
    if (agent !== undefined && this.#isIdle(agent)) void this.#release(agent);
  }

  /** Ends an agent, whatever it carries, and waits until it is gone. */
  async end(id: string): Promise<void> {
    const agent = [...this.#all].find((each) => each.id === id);
    if (agent !== undefined) await this.#release(agent);
  }

  /** Ends all agents, also those that are still starting, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const agent of this.#all) void this.#release(agent);
    await Promise.all(this.#ending);
  }

  #agent(program: AgentProgram, scope: string): Running {
    if (this.#closed) throw new LoomError('unavailable', 'The session host is leaving. Try again in a moment.');
    // A changed command or environment is another program: sessions that run keep the old one.
    const key = JSON.stringify([program.id, scope, program]);
    const known = [...this.#all].find((each) => each.key === key && !each.isRetired);
    if (known !== undefined) return known;
    const past = this.#pastOf(key);
    const pause = pauseLeft(past.crashes, this.#clock());
    if (pause > 0) throw pausedFailure(program, pause, past.lastReason);
    const stop = new AbortController();
    const agent: Running = {
      id: `i${++this.#made}`,
      key,
      scope,
      program,
      starting: this.#start(program, stop.signal),
      stop,
      instance: undefined,
      isRetired: false,
      opening: 0,
      startedAt: this.#clock(),
      restarts: past.starts++,
    };
    this.#all.add(agent);
    agent.starting.then(
      (instance) => (agent.instance = instance),
      () => this.#all.delete(agent),
    );
    return agent;
  }

  #running(instance: AgentInstance): Running | undefined {
    return [...this.#all].find((agent) => agent.instance === instance);
  }

  #pastOf(key: string): Past {
    const known = this.#past.get(key) ?? { starts: 0, crashes: noCrashes, lastReason: '' };
    this.#past.set(key, known);
    return known;
  }

  #isIdle(agent: Running): boolean {
    return agent.opening === 0 && (agent.instance?.sessionCount ?? 0) === 0;
  }

  /** Nobody finds it any more from here on, so nobody opens a session in an agent that is being ended. */
  #release(agent: Running): Promise<void> {
    this.#all.delete(agent);
    // What was a session's own is not asked for again, unless it has to be held back.
    if (agent.scope !== '' && this.#pastOf(agent.key).crashes === noCrashes) this.#past.delete(agent.key);
    agent.stop.abort();
    const ending = this.#end(agent).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }

  async #end(agent: Running): Promise<void> {
    try {
      const instance = await agent.starting;
      await instance.close();
    } catch (error) {
      this.#log.debug('An agent did not start, or did not end as it should.', { agent: agent.program.id, error: messageOf(error) });
    }
  }
}

function programIn(key: string): unknown {
  return (JSON.parse(key) as readonly unknown[])[0];
}

function pausedFailure({ id, name }: AgentProgram, pause: number, reason: string): LoomError {
  const seconds = Math.ceil(pause / 1000);
  return new LoomError(
    'agent',
    `The agent “${name}” ended again and again within a minute, so it is not started for the next ${seconds} seconds. Restart it to try at once. The last time: ${reason}`,
    { data: { agent: id, kind: 'paused' } },
  );
}
