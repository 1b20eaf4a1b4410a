import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { LimitSettings } from '../../protocol/settings.ts';
import { usualMemoryMb } from '../../model/limitDefaults.ts';
import { timeIn } from '../../model/times.ts';
import type { AgentPool, PooledAgent } from '../instances/agentPool.ts';
import type { LiveSession } from '../live/liveSessions.ts';
import { AwakeTime } from './awakeTime.ts';
import { TurnWatch } from './turnWatch.ts';

export interface CareOptions {
  readonly pool: AgentPool;
  /** The sessions that are loaded. */
  readonly live: () => readonly LiveSession[];
  readonly settings: () => LimitSettings;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** The memory of this process, in bytes. */
  readonly ownMemory: () => number;
  /** The memory of the machine, in bytes. */
  readonly machineMemory: () => number;
  /** The time as an instant, `agoMs` milliseconds ago; in the time to come where that is less than none. */
  readonly instant: (agoMs: number) => string;
  /** Has the line looked at again: a new day has a new budget. */
  readonly review: () => void;
  /** Tells everybody something. */
  readonly tell: (text: string) => void;
  readonly log: Log;
}

/** How often one looks, and how often at memory, in milliseconds. */
export const lookEveryMs = 5000;
const memoryEveryMs = 60_000;
/** Below this share of the limit a person hears of the next time that it is reached. */
const calmShare = 0.8;
const megabyte = 1024 * 1024;

/** What is remembered of a session that rests: where its journal stood, and since when it stands there. */
interface Rest {
  readonly place: string;
  readonly since: number;
}

/** Looks after sessions and agents: the idle hibernate, agents that have run for long are started anew, memory stays within its limit. */
export class Care {
  readonly #options: CareOptions;
  readonly #awake: AwakeTime;
  readonly #watch: TurnWatch;
  readonly #rests = new Map<string, Rest>();
  readonly #born = new Map<string, number>();
  readonly #warned = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #memoryAt = 0;
  #hasToldOfMemory = false;
  #isMoving = false;

  constructor(options: CareOptions) {
    this.#options = options;
    this.#awake = new AwakeTime(options.clock, lookEveryMs);
    this.#watch = new TurnWatch({
      times: () => options.settings().times,
      endsLongCommands: () => options.settings().endLongCommands === true,
      instant: options.instant,
    });
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look at everything. */
  async look(): Promise<void> {
    const passed = this.#awake.look();
    const all = this.#options.live();
    try {
      this.#watch.look(all, passed);
      this.#options.review();
      this.#noteRests(all, passed);
      if (this.#isMoving) return;
      this.#isMoving = true;
      await this.#hibernateIdle(all, passed);
      await this.#renewOld(passed);
      if (passed - this.#memoryAt >= memoryEveryMs) await this.#watchMemory(passed);
    } catch (error) {
      this.#options.log.warn('A look after sessions and agents failed.', { error: messageOf(error) });
    } finally {
      this.#isMoving = false;
    }
  }

  /** Whether an instance was named as one that is soon started anew. */
  isOld(instance: string): boolean {
    return this.#warned.has(instance);
  }

  /** A person wants to go on waiting for what runs in a session. */
  waitOn(live: LiveSession): void {
    this.#watch.waitOn(live, this.#awake.passed);
  }

  /** Whatever is recorded in a session is activity. */
  #noteRests(all: readonly LiveSession[], passed: number): void {
    const ids = new Set(all.map(({ session }) => session.id));
    for (const id of this.#rests.keys()) if (!ids.has(id)) this.#rests.delete(id);
    for (const { session, turns } of all) {
      const place = placeOf(session);
      if (turns.isRunning || turns.isWaiting || this.#rests.get(session.id)?.place !== place)
        this.#rests.set(session.id, { place, since: passed });
    }
  }

  async #hibernateIdle(all: readonly LiveSession[], passed: number): Promise<void> {
    const idle = timeIn(this.#options.settings().times, 'idle');
    if (idle === undefined) return;
    const warning = timeIn(this.#options.settings().times, 'warning') ?? 0;
    const resting = all.filter((live) => rests(live) && this.#restOf(live, passed) >= idle - warning);
    const over = resting.filter((live) => this.#restOf(live, passed) >= idle);
    for (const live of resting) if (!over.includes(live)) this.#warn(live, idle - this.#restOf(live, passed));
    await Promise.all(over.map((live) => this.#hibernate(live)));
  }

  /** Says in the session when it is going to hibernate, once; to say it is nothing that happens there. */
  #warn({ session }: LiveSession, leftMs: number): void {
    const rest = this.#rests.get(session.id);
    if (session.state.hibernatesAt !== undefined || rest === undefined) return;
    session.record({ type: 'rest.noted', until: this.#options.instant(-leftMs) });
    this.#rests.set(session.id, { ...rest, place: placeOf(session) });
  }

  async #hibernate(live: LiveSession): Promise<void> {
    this.#options.log.debug('A session hibernates.', { session: live.session.id });
    await live.agent.close();
  }

  #restOf({ session }: LiveSession, passed: number): number {
    return passed - (this.#rests.get(session.id)?.since ?? passed);
  }

  /** Agents that have run for long take no new session, and each of their sessions moves to a new one when no turn runs in it. */
  async #renewOld(passed: number): Promise<void> {
    const { pool, settings, log } = this.#options;
    const { times } = settings();
    const lifetime = timeIn(times, 'lifetime');
    const running = pool.list().filter(({ instance }) => instance !== undefined);
    for (const id of this.#born.keys()) {
      if (running.some((agent) => agent.id === id)) continue;
      this.#born.delete(id);
      this.#warned.delete(id);
    }
    for (const agent of running) {
      const born = this.#born.get(agent.id) ?? passed;
      this.#born.set(agent.id, born);
      if (lifetime === undefined) continue;
      const left = born + lifetime - passed;
      if (left <= (timeIn(times, 'warning') ?? 0) && !this.#warned.has(agent.id)) {
        this.#warned.add(agent.id);
        log.info('An agent has run for long, and is soon started anew between two turns.', { agent: agent.program.id, milliseconds: left });
      }
      if (left <= 0) await this.#renew(agent);
    }
  }

  async #renew(agent: PooledAgent): Promise<void> {
    const { instance } = agent;
    if (instance === undefined) return;
    const free = this.#options.live().filter((live) => live.agent.instance === instance && rests(live));
    this.#options.pool.retire(instance);
    await Promise.all(
      free.map(async (live) => {
        await live.agent.close();
        if (live.session.state.lifecycle === 'open') live.agent.start();
      }),
    );
  }

  /** Over the limit those that rest longest hibernate, one a look; a person hears of it once. */
  async #watchMemory(passed: number): Promise<void> {
    const { pool, settings, ownMemory, live, tell } = this.#options;
    const limit = (settings().memoryMb ?? usualMemoryMb(this.#options.machineMemory())) * megabyte;
    if (limit <= 0) return;
    const measured = await Promise.all(pool.list().flatMap(({ instance }) => instance?.measure() ?? []));
    const used = measured.reduce((sum, usage) => sum + (usage?.memoryBytes ?? 0), ownMemory());
    if (used < limit) {
      this.#memoryAt = passed;
      if (used < limit * calmShare) this.#hasToldOfMemory = false;
      return;
    }
    const [longest] = live()
      .filter(rests)
      .toSorted((one, other) => this.#restOf(other, passed) - this.#restOf(one, passed));
    if (!this.#hasToldOfMemory) {
      this.#hasToldOfMemory = true;
      const amounts = `${Math.round(used / megabyte)} MB of ${Math.round(limit / megabyte)} MB`;
      tell(
        longest === undefined
          ? `The session host and its agents use ${amounts}, and no session rests. Close sessions, or raise “sessionLoom.memoryLimit”.`
          : `The session host and its agents use ${amounts}, so the sessions that rest longest hibernate. Their next message wakes them.`,
      );
    }
    if (longest !== undefined) await this.#hibernate(longest);
  }
}

function placeOf({ state }: LiveSession['session']): string {
  return `${state.position.epoch}/${state.position.seq}`;
}

/** Its agent has it open, and nothing goes on in it. */
function rests({ agent, turns }: LiveSession): boolean {
  return agent.instance !== undefined && !turns.isRunning && !turns.isWaiting;
}
