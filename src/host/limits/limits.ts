import type { Log } from '../../base/log.ts';
import type { Hold } from '../../model/hold.ts';
import { limitDefaults } from '../../model/limitDefaults.ts';
import type { Spent } from '../../model/spent.ts';
import { nothingSpent, spentSince } from '../../model/spent.ts';
import type { Session } from '../session.ts';
import type { Budgets } from './budgets.ts';
import { budgetNews, usedUp } from './budgets.ts';
import { DaySpent } from './daySpent.ts';
import { LaunchGate } from './launchGate.ts';

/** The settings that limits are made of. */
export interface LimitValues {
  readonly maxActiveSessions?: number | undefined;
  readonly budget?: Budgets | undefined;
}

export interface LimitsOptions {
  readonly dataFolder: string;
  readonly settings: () => LimitValues;
  /** What a loaded session has spent so far. */
  readonly spentBy: (id: string) => Spent | undefined;
  /** Tells a person something: in a session, or without one everybody. */
  readonly tell: (text: string, session: Session | undefined) => void;
  readonly log: Log;
  /** Names the day, as 2026-11-21; by the calendar of this machine where it is not given. */
  readonly today?: () => string;
}

/** What may start in this host: places, budgets, and what providers allow. */
export class Limits {
  readonly gate: LaunchGate;
  readonly #options: LimitsOptions;
  readonly #day: DaySpent;
  /** Sessions whose next turn starts whatever the budgets say. */
  readonly #goOnOnce = new Set<string>();

  constructor(options: LimitsOptions) {
    this.#options = options;
    this.#day = new DaySpent(options.dataFolder, options.today ?? today, options.log);
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

  /** See `Launch.spent`. */
  spent(session: Session, before: Spent | undefined): void {
    this.#goOnOnce.delete(session.id);
    const { budget } = this.#options.settings();
    const more = spentSince(before, session.state.spent);
    const dayBefore = this.#day.spent;
    this.#day.add(more);
    for (const text of budgetNews('session', budget?.session, before ?? nothingSpent, session.state.spent ?? nothingSpent))
      this.#options.tell(text, session);
    for (const text of budgetNews('day', budget?.day, dayBefore, this.#day.spent)) this.#options.tell(text, undefined);
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
