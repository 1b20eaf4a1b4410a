import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AgentInstance } from '../agents/agentPort.ts';
import type { AgentPool } from '../instances/agentPool.ts';
import type { SignIn } from '../instances/signIn.ts';

export interface AgentCopiesOptions {
  /** An agent that runs is asked first. */
  readonly pool: Pick<AgentPool, 'list'>;
  /** Starts one for this work, and ends it after. */
  readonly signIn: Pick<SignIn, 'with'>;
  readonly log: Log;
}

/**
 * What agents have stored of sessions that a person deleted here: they are asked to delete it too. That happens in the background, and an agent
 * that has to be started for it is started once for all that wait; a failure is noted only, since nothing here depends on it.
 */
export class AgentCopies {
  readonly #options: AgentCopiesOptions;
  readonly #waiting = new Map<string, Set<string>>();
  readonly #working = new Map<string, Promise<void>>();

  constructor(options: AgentCopiesOptions) {
    this.#options = options;
  }

  /** How many agents have still to be asked. */
  get pending(): number {
    return this.#working.size;
  }

  /** Has an agent delete what it calls by this id. */
  delete(agent: string, acpSessionId: string): void {
    this.#waiting.set(agent, (this.#waiting.get(agent) ?? new Set()).add(acpSessionId));
    if (this.#working.has(agent)) return;
    const working = this.#work(agent)
      .catch((error: unknown) => this.#note(agent, error))
      .finally(() => this.#working.delete(agent));
    this.#working.set(agent, working);
  }

  /** Resolves when all agents were asked. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values());
  }

  async #work(agent: string): Promise<void> {
    const { pool, signIn } = this.#options;
    const instance = pool.list().find(({ program, isRetired }) => program.id === agent && !isRetired)?.instance;
    // One that ends meanwhile, since the deleted session was its last, leaves the rest to one that is started for it.
    if (instance !== undefined) await this.#ask(agent, instance);
    if ((this.#waiting.get(agent)?.size ?? 0) > 0) await signIn.with(agent, (own) => this.#ask(agent, own));
    this.#waiting.delete(agent);
  }

  async #ask(agent: string, instance: AgentInstance): Promise<void> {
    const waiting = this.#waiting.get(agent) ?? new Set();
    for (const id of waiting) {
      try {
        const can = await instance.forget(id);
        this.#options.log.info(can ? 'An agent has deleted its copy of a session.' : 'An agent keeps its copy of a session.', { agent });
      } catch (error) {
        if (error instanceof LoomError && error.code === 'disconnected') return;
        this.#note(agent, error);
      }
      waiting.delete(id);
    }
  }

  #note(agent: string, error: unknown): void {
    this.#options.log.warn('An agent did not delete its copy of a session.', { agent, error: messageOf(error) });
  }
}
