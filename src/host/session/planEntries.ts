import type { Fact } from '../../model/events.ts';
import type { AgentUpdate } from '../agents/agentPort.ts';

type PlanUpdate = Extract<AgentUpdate, { type: 'plan' }>;
type PlanFact = Extract<Fact, { type: 'plan.changed' }>;

/** Plans of one session that are remembered by their ids. */
const most = 50;

/** The plans of a session's agent: it may have several, by ids of its own. Each turn shows a plan as it stood in it. */
export class PlanEntries {
  readonly #known = new Map<string, { readonly turn: string; readonly entry: string; readonly update: PlanUpdate }>();

  /** A plan as it stands now; `newEntry` gives a place for one that this turn does not show yet, and may open a turn. */
  change(update: PlanUpdate, turn: () => string, newEntry: () => string): PlanFact {
    const id = update.plan ?? '';
    const before = this.#known.get(id);
    const entry = before !== undefined && before.turn === turn() ? before.entry : newEntry();
    this.#known.delete(id);
    this.#known.set(id, { turn: turn(), entry, update });
    for (const oldest of this.#known.keys()) if (this.#known.size > most) this.#known.delete(oldest);
    return factOf(turn(), entry, update);
  }

  /** A plan that the agent has given up; undefined where it is not known. */
  remove(id: string): PlanFact | undefined {
    const known = this.#known.get(id);
    this.#known.delete(id);
    return known === undefined ? undefined : { ...factOf(known.turn, known.entry, known.update), removed: true };
  }
}

function factOf(turn: string, entry: string, { items, text }: PlanUpdate): PlanFact {
  return { type: 'plan.changed', turn, entry, items: [...items], ...(text === undefined ? {} : { text }) };
}
