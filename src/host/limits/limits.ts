import type { Log } from '../../base/log.ts';
import type { Hold } from '../../model/hold.ts';
import { limitDefaults } from '../../model/limitDefaults.ts';
import type { Spent } from '../../model/spent.ts';
import { addSpent, nothingSpent, spentSince, usualCurrency, withRunning } from '../../model/spent.ts';
import type { Session } from '../session/session.ts';
import type { Budgets, UsedUp } from './budgets.ts';
import { budgetNews, stoppedText, uncounted, usedUp } from './budgets.ts';
import { DaySpent } from './daySpent.ts';
import { LaunchGate } from './launchGate.ts';

const msPerMinute = 60_000;

/** The settings that limits are made of. */
export interface LimitValues {
  readonly maxActiveSessions?: number | undefined;
  readonly budget?: Budgets | undefined;
  /** A turn that runs when a budget is used up may go on to its end. */
  readonly letTurnsEnd?: boolean | undefined;
}

export interface LimitsOptions {
  readonly dataFolder: string;
  readonly settings: () => LimitValues;
  /** What a loaded session has spent so far. */
  readonly spentBy: (id: string) => Spent | undefined;
  /** Tells a person something: in a session, or without one everybody. */
  readonly tell: (text: string, session: Session | undefined) => void;
  readonly log: Log;
  /** Milliseconds of a clock that only goes forward; the process's own where it is not given. */
  readonly clock?: () => number;
  /** Names the day, as 2026-11-21; by the calendar of this machine where it is not given. */
  readonly today?: () => string;
}

/** A turn that runs, and what its session had spent when it was looked at last. */
interface RunningTurn {
  readonly session: Session;
  readonly since: number;
  readonly stop: () => void;
  readonly listening: { dispose(): void };
  seen: Spent;
  /** The same with the time until then. */
  told: Spent;
  isStopped: boolean;
}

/** What may start in this host: places, budgets, and what providers allow. */
export class Limits {
  readonly gate: LaunchGate;
  readonly #options: LimitsOptions;
  readonly #day: DaySpent;
  /** Sessions whose next turn starts whatever the budgets say. */
  readonly #goOnOnce = new Set<string>();
  /** What was spent in the day when a person could hear of it last. */
  #dayTold: Spent;
  readonly #running = new Map<string, RunningTurn>();
  /** Of which session, and of which currency, a person has heard that it counts for no budget. */
  readonly #foreign = new Set<string>();

  constructor(options: LimitsOptions) {
    this.#options = options;
    this.#day = new DaySpent(options.dataFolder, options.today ?? today, options.log);
    this.#dayTold = this.#day.spent;
    this.gate = new LaunchGate({
      limit: () => options.settings().maxActiveSessions ?? limitDefaults.maxActiveSessions,
      budget: (id) => this.#budgetHold(id),
      now: Date.now,
      chance: Math.random,
    });
  }

  /** What was spent today. */
  get spentToday(): Spent {
    return this.#day.spent;
  }

  /** See `Launch.began`. */
  began(session: Session, stop: () => void): void {
    const spent = session.state.spent ?? nothingSpent;
    const listening = session.onRecorded((events) => {
      if (events.some(({ fact }) => fact.type === 'usage.changed')) this.#look(session.id);
    });
    this.#running.set(session.id, { session, since: this.#clock(), stop, listening, seen: spent, told: spent, isStopped: false });
  }

  /** See `Launch.ended`. */
  ended({ id }: Session): void {
    this.#goOnOnce.delete(id);
    this.#look(id, true);
    this.#running.get(id)?.listening.dispose();
    this.#running.delete(id);
  }

  /** Time has passed: turns that run have used some, and a new day has a new budget. */
  look(): void {
    for (const id of [...this.#running.keys()]) this.#look(id);
    this.gate.review();
  }

  /** Counts what was spent since the last look, tells of it, and stops the turn where nothing more may be spent. */
  #look(id: string, isOver = false): void {
    const turn = this.#running.get(id);
    if (turn === undefined) return;
    const { session, seen, told } = turn;
    const { budget = {} } = this.#options.settings();
    const now = session.state.spent ?? nothingSpent;
    this.#day.add(spentSince(seen, now));
    turn.seen = now;
    turn.told = isOver ? now : withRunning(now, this.#clock() - turn.since);
    const day = addSpent(this.#day.spent, { ...nothingSpent, minutes: this.#minutesThatRun(isOver ? id : undefined) });
    const used = isOver ? undefined : this.#reasonToStop(id, budget, turn.told, day);
    for (const { kind, text } of budgetNews('session', budget, told, turn.told))
      if (kind === 'warning' || used === undefined) this.#options.tell(text, session);
    for (const { text } of budgetNews('day', budget, this.#dayTold, day)) this.#options.tell(text, undefined);
    this.#dayTold = day;
    this.#tellOfForeign(session, budget, now);
    if (used === undefined || turn.isStopped) return;
    turn.isStopped = true;
    this.#options.tell(stoppedText(used), session);
    turn.stop();
  }

  #reasonToStop(id: string, budget: Budgets, spent: Spent, day: Spent): UsedUp | undefined {
    if (this.#goOnOnce.has(id) || this.#options.settings().letTurnsEnd === true) return undefined;
    const { turns: _session, ...session } = budget.session ?? {};
    const { turns: _day, ...rest } = budget.day ?? {};
    // A turn that may begin is the last one that counts as one.
    return usedUp({ ...budget, session, day: rest }, spent, day);
  }

  #tellOfForeign(session: Session, budget: Budgets, spent: Spent): void {
    for (const currency of uncounted(budget, spent)) {
      const key = `${session.id} ${currency}`;
      if (this.#foreign.has(key)) continue;
      this.#foreign.add(key);
      const own = budget.currency ?? usualCurrency;
      const text = `The agent tells its cost in ${currency}, and your budgets are in ${own}: this cost counts for none of them. Set “sessionLoom.budget.currency”, or budgets in tokens.`;
      this.#options.tell(text, session);
    }
  }

  /** Minutes of turns that have not ended, which are in no sum yet; `but` one of them. */
  #minutesThatRun(but: string | undefined): number {
    const now = this.#clock();
    return [...this.#running].reduce((sum, [id, { since }]) => (id === but ? sum : sum + (now - since) / msPerMinute), 0);
  }

  #clock(): number {
    return (this.#options.clock ?? (() => performance.now()))();
  }

  /** A person wants what waits in a session to go out, whatever a budget or the provider of its agent has said; for one turn. */
  goOn({ id, state }: Session): void {
    this.#goOnOnce.add(id);
    this.gate.unblock(state.agent);
    this.gate.review();
  }

  async close(): Promise<void> {
    this.gate.close();
    await this.#day.close();
  }

  #budgetHold(id: string): Hold | undefined {
    if (this.#goOnOnce.has(id)) return undefined;
    return usedUp(this.#options.settings().budget ?? {}, this.#options.spentBy(id), this.#day.spent);
  }
}

/** The day by the calendar of this machine. */
function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}
