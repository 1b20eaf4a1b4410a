import { LoomError } from '../../base/errors.ts';
import type { InstanceHealth } from '../../protocol/instanceRequests.ts';
import type { InstanceMode } from '../../protocol/settings.ts';
import type { AgentInstance } from '../agents/agentPort.ts';
import type { AgentPool, PooledAgent } from '../instances/agentPool.ts';
import type { LiveSession } from './liveSessions.ts';
import type { Session } from '../session/session.ts';

export interface InstancesOptions {
  readonly pool: AgentPool;
  /** The sessions that are loaded. */
  readonly live: () => readonly LiveSession[];
  readonly settings: (agent: string) => InstanceMode;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** The time as an instant. */
  readonly now: () => string;
  /** Whether an instance has run for so long that it is soon started anew. */
  readonly isOld?: (id: string) => boolean;
}

const retiredNote = 'It is being replaced: each of its sessions moves to a new one when no turn runs in it.';
const oldNote = 'It has run for long, and is soon started anew between two turns.';

/** The processor time of an instance at its last look, so that the next one can say what was used since. */
interface Look {
  readonly at: number;
  readonly cpuMs: number;
}

/** The running agents as a person sees them: how they are, and starting them anew without losing a session. Measured only when somebody asks. */
export class Instances {
  readonly #options: InstancesOptions;
  #looks = new Map<string, Look>();

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** The scope of a session in the pool: its own where it shares no instance. */
  scopeOf({ id, state }: Session): string {
    return this.#options.settings(state.agent) === 'perSession' ? id : '';
  }

  /** How the agents are. */
  async health(): Promise<readonly InstanceHealth[]> {
    const looks = new Map<string, Look>();
    const all = await Promise.all(this.#running().map((agent) => this.#healthOf(agent, looks)));
    this.#looks = looks;
    return all;
  }

  /** Starts an agent anew. Its sessions stay, and come back to the new one; turns that run are cut off with the reason. */
  async restart(id: string): Promise<void> {
    const agent = this.#find(id);
    const carried = await this.#release(agent, `The agent “${agent.program.name}” was restarted.`);
    this.#options.pool.forgive(agent.program.id);
    for (const live of carried) if (live.session.state.lifecycle === 'open') live.agent.start();
  }

  /** Ends an agent. Its sessions stay, and start it again with their next message. */
  async stop(id: string): Promise<void> {
    const agent = this.#find(id);
    await this.#release(agent, `The agent “${agent.program.name}” was stopped.`);
  }

  /** Starts the agent of a session anew, or for the first time. */
  async restartFor({ session, agent }: LiveSession): Promise<void> {
    const { instance } = agent;
    const running = instance === undefined ? undefined : this.#options.pool.find(instance);
    if (running !== undefined) return this.restart(running.id);
    const { lifecycle } = session.state;
    if (lifecycle === 'completed' || lifecycle === 'closed')
      throw new LoomError('conflict', `This session is ${lifecycle}. Reopen it to go on.`);
    this.#options.pool.forgive(session.state.agent);
    agent.start();
  }

  async #release(agent: PooledAgent, reason: string): Promise<readonly LiveSession[]> {
    const { pool } = this.#options;
    const carried = this.#carriedBy(agent.instance);
    if (agent.instance !== undefined) pool.retire(agent.instance);
    await Promise.all(carried.map((live) => live.agent.release(reason)));
    await pool.end(agent.id);
    return carried;
  }

  async #healthOf(agent: PooledAgent, looks: Map<string, Look>): Promise<InstanceHealth> {
    const { id, program, instance, startedAt, restarts, isRetired } = agent;
    const { clock, now } = this.#options;
    const usage = await instance?.measure();
    const at = clock();
    if (usage !== undefined) looks.set(id, { at, cpuMs: usage.cpuMs });
    // The first look has the whole life to divide by.
    const last = this.#looks.get(id) ?? { at: startedAt, cpuMs: 0 };
    const carried = this.#carriedBy(instance);
    const began = new Date(Date.parse(now()) - (at - startedAt)).toISOString();
    return {
      instance: id,
      agent: program.id,
      name: program.name,
      ...(instance?.identity.version ? { version: instance.identity.version } : {}),
      state: instance === undefined ? 'starting' : 'running',
      ...(isRetired ? { note: retiredNote } : this.#options.isOld?.(id) === true ? { note: oldNote } : {}),
      ...(instance?.pid === undefined ? {} : { pid: instance.pid }),
      ...(usage === undefined
        ? {}
        : {
            cpu: at > last.at ? Math.max(0, Math.round(((usage.cpuMs - last.cpuMs) / (at - last.at)) * 1000) / 10) : 0,
            memoryBytes: usage.memoryBytes,
            processes: usage.processes,
            ...(usage.threads === undefined ? {} : { threads: usage.threads }),
            ...(usage.files === undefined ? {} : { files: usage.files }),
          }),
      startedAt: began,
      restarts,
      sessions: carried.map(({ session }) => session.id),
      working: carried.filter(({ turns }) => turns.isRunning).length,
    };
  }

  #running(): readonly PooledAgent[] {
    return this.#options.pool.list().filter(({ instance }) => instance === undefined || instance.pid !== undefined);
  }

  #carriedBy(instance: AgentInstance | undefined): readonly LiveSession[] {
    return instance === undefined ? [] : this.#options.live().filter(({ agent }) => agent.instance === instance);
  }

  #find(id: string): PooledAgent {
    const found = this.#running().find((agent) => agent.id === id);
    if (found === undefined) throw new LoomError('not-found', 'This agent no longer runs. Look at the list again.');
    return found;
  }
}
