import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AgentInstance, AgentProgram, AgentSession } from './agents/agentPort.ts';
import { unlessAborted } from './unlessAborted.ts';

/** Starts an agent program; `host/agents` has the real one. */
export type StartAgent = (program: AgentProgram, signal?: AbortSignal) => Promise<AgentInstance>;

/** An open session of an agent, with the instance that carries it. */
export interface OpenedAgent {
  readonly instance: AgentInstance;
  readonly session: AgentSession;
}

/** A program that runs or is being started. */
interface PooledAgent {
  readonly key: string;
  readonly starting: Promise<AgentInstance>;
  readonly stop: AbortController;
  /** Set once it has started. */
  instance: AgentInstance | undefined;
  /** How many open a session in it at this moment; such an agent is not idle, although it carries none yet. */
  opening: number;
}

/** The running agents: one instance per program, started once however many sessions ask at the same time. */
export class AgentPool {
  readonly #start: StartAgent;
  readonly #log: Log;
  readonly #agents = new Map<string, PooledAgent>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(start: StartAgent, log: Log) {
    this.#start = start;
    this.#log = log;
  }

  /**
   * Opens a session in an agent, which is started first if need be. Rejects with `agent` and a sentence for a person, or with `cancelled` as
   * soon as the signal aborts, also while the agent is still starting.
   */
  async open(program: AgentProgram, options: Parameters<AgentInstance['open']>[0], signal?: AbortSignal): Promise<OpenedAgent> {
    const agent = this.#agent(program);
    const wasRunning = agent.instance !== undefined;
    agent.opening += 1;
    try {
      const instance = await unlessAborted(agent.starting, signal);
      return { instance, session: await instance.open(options, signal) };
    } catch (error) {
      const hasEnded = error instanceof LoomError && error.code === 'disconnected';
      if (hasEnded) this.#drop(agent);
      // That an agent ended while it had nothing to do shows only now; a new one can do what was asked.
      if (!hasEnded || !wasRunning) throw error;
    } finally {
      agent.opening -= 1;
      if (this.#isIdle(agent)) this.#release(agent);
    }
    return this.open(program, options, signal);
  }

  /** The agents that run now, for the health view. */
  list(): Promise<readonly AgentInstance[]> {
    return Promise.resolve([...this.#agents.values()].flatMap(({ instance }) => instance ?? []));
  }

  /** Forgets an instance that ended, so that the next session starts a new one. */
  forget(instance: AgentInstance): void {
    for (const agent of this.#agents.values()) if (agent.instance === instance) this.#drop(agent);
  }

  /** Ends an instance, in the background, if it carries no session any more. */
  releaseIdle(instance: AgentInstance): void {
    const agent = [...this.#agents.values()].find((each) => each.instance === instance);
    if (agent !== undefined && this.#isIdle(agent)) this.#release(agent);
  }

  /** Ends all agents, also those that are still starting, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const agent of this.#agents.values()) this.#release(agent);
    await Promise.all(this.#ending);
  }

  #agent(program: AgentProgram): PooledAgent {
    if (this.#closed) throw new LoomError('unavailable', 'The session host is leaving. Try again in a moment.');
    // A changed command or environment is another program: sessions that run keep the old one.
    const key = JSON.stringify(program);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const stop = new AbortController();
    const agent: PooledAgent = { key, starting: this.#start(program, stop.signal), stop, instance: undefined, opening: 0 };
    this.#agents.set(key, agent);
    agent.starting.then(
      (instance) => (agent.instance = instance),
      () => this.#drop(agent),
    );
    return agent;
  }

  #isIdle(agent: PooledAgent): boolean {
    return agent.opening === 0 && (agent.instance?.sessionCount ?? 0) === 0;
  }

  #drop(agent: PooledAgent): void {
    if (this.#agents.get(agent.key) === agent) this.#agents.delete(agent.key);
  }

  /** Nobody finds it any more from here on, so nobody opens a session in an agent that is being ended. */
  #release(agent: PooledAgent): void {
    this.#drop(agent);
    agent.stop.abort();
    const ending = this.#end(agent).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #end(agent: PooledAgent): Promise<void> {
    try {
      const instance = await agent.starting;
      await instance.close();
    } catch (error) {
      this.#log.debug('An agent did not start, or did not end as it should.', { agent: agent.key.slice(0, 200), error: messageOf(error) });
    }
  }
}
