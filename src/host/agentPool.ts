import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AgentInstance, AgentListener, AgentProgram, AgentSession } from './agents/agentPort.ts';

/** Starts an agent program; `host/agents` has the real one. */
export type StartAgent = (program: AgentProgram, signal?: AbortSignal) => Promise<AgentInstance>;

/** An open session of an agent, with the instance that carries it. */
export interface OpenedAgent {
  readonly instance: AgentInstance;
  readonly session: AgentSession;
}

/** The running agents: one instance per program, started once however many sessions ask at the same time. */
export class AgentPool {
  readonly #start: StartAgent;
  readonly #log: Log;
  readonly #instances = new Map<string, Promise<AgentInstance>>();
  #closed = false;

  constructor(start: StartAgent, log: Log) {
    this.#start = start;
    this.#log = log;
  }

  /** Opens a session in an agent, which is started first if need be. Rejects with `agent` and a sentence for a person. */
  async open(
    program: AgentProgram,
    options: { readonly cwd: string; readonly acpSessionId?: string | undefined; readonly listener: AgentListener },
    signal?: AbortSignal,
  ): Promise<OpenedAgent> {
    const instance = await this.#instance(program);
    return { instance, session: await instance.open(options, signal) };
  }

  /** The agents that run now, for the health view. */
  async list(): Promise<readonly AgentInstance[]> {
    const settled = await Promise.allSettled(this.#instances.values());
    return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }

  /** Forgets an instance that ended, so that the next session starts a new one. */
  forget(instance: AgentInstance): void {
    for (const [key, started] of this.#instances) {
      void started.then(
        (each) => each === instance && this.#instances.get(key) === started && this.#instances.delete(key),
        () => undefined,
      );
    }
  }

  /** Ends an instance that carries no session any more. */
  async releaseIdle(instance: AgentInstance): Promise<void> {
    if (instance.sessionCount > 0) return;
    this.forget(instance);
    await this.#end(instance);
  }

  /** Ends all agents. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = await this.list();
    this.#instances.clear();
    await Promise.all(running.map((instance) => this.#end(instance)));
  }

  async #instance(program: AgentProgram): Promise<AgentInstance> {
    if (this.#closed) throw new LoomError('unavailable', 'The session host is leaving. Try again in a moment.');
    // A changed command or environment is another program: sessions that run keep the old one.
    const key = JSON.stringify(program);
    const known = this.#instances.get(key);
    if (known !== undefined) return known;
    const started = this.#start(program);
    this.#instances.set(key, started);
    started.catch(() => this.#instances.delete(key));
    return started;
  }

  async #end(instance: AgentInstance): Promise<void> {
    try {
      await instance.close();
    } catch (error) {
      this.#log.warn('An agent did not end as it should.', { agent: instance.program.id, error: messageOf(error) });
    }
  }
}
