import type { Entry } from '../../model/entries.ts';
import { isTerminal } from '../../model/states.ts';
import type { TimeSettings } from '../../model/times.ts';
import type { LiveSession } from '../live/liveSessions.ts';
import { judgeTurn } from './judgeTurn.ts';

/** What is remembered of the turn that runs in a session. Times are of the awake clock. */
interface Watched {
  readonly turn: string;
  signs: number;
  signAt: number;
  /** Tool calls that are open, and since when. */
  tools: Map<string, number>;
  readonly warned: Set<string>;
  isStalled: boolean;
}

export interface TurnWatchOptions {
  readonly times: () => TimeSettings | undefined;
  readonly endsLongCommands: () => boolean;
  /** The time as an instant, `agoMs` milliseconds ago. */
  readonly instant: (agoMs: number) => string;
}

/** The watchdog over running turns: says in a session that its agent stands still, or that a command takes long, with what can be done about it. */
export class TurnWatch {
  readonly #options: TurnWatchOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: TurnWatchOptions) {
    this.#options = options;
  }

  /** Looks at all sessions. `passed` in milliseconds of a clock that stands still while the machine sleeps. */
  look(all: readonly LiveSession[], passed: number): void {
    const running = new Set<string>();
    for (const live of all) {
      const turn = live.session.state.turns.at(-1);
      if (!live.turns.isRunning || turn === undefined || turn.endedAt !== undefined) continue;
      running.add(live.session.id);
      this.#lookAt(live, turn.id, turn.entries, passed);
    }
    for (const id of this.#watched.keys()) if (!running.has(id)) this.#watched.delete(id);
  }

  /** A person wants to wait: the time begins anew. */
  waitOn({ session }: LiveSession, passed: number): void {
    const watched = this.#watched.get(session.id);
    if (watched === undefined) return;
    watched.signAt = passed;
    for (const tool of watched.tools.keys()) watched.tools.set(tool, passed);
    watched.warned.clear();
    if (watched.isStalled) session.record({ type: 'turn.stalled', turn: watched.turn });
    watched.isStalled = false;
  }

  #lookAt(live: LiveSession, turn: string, entries: readonly Entry[], passed: number): void {
    const { session, agent } = live;
    const known = this.#watched.get(session.id);
    const watched: Watched =
      known?.turn === turn
        ? known
        : {
            turn,
            signs: agent.signs,
            signAt: passed,
            tools: new Map(),
            warned: new Set(),
            isStalled: session.state.stalledSince !== undefined,
          };
    this.#watched.set(session.id, watched);
    if (watched.signs !== agent.signs) {
      watched.signs = agent.signs;
      watched.signAt = passed;
      if (watched.isStalled) session.record({ type: 'turn.stalled', turn });
      watched.isStalled = false;
    }
    watched.tools = new Map(openTools(entries).map((id) => [id, watched.tools.get(id) ?? passed]));
    this.#judge(live, watched, passed);
  }

  #judge(live: LiveSession, watched: Watched, passed: number): void {
    const { session, agent, turns } = live;
    const [tool, since] = [...watched.tools].toSorted(([, one], [, other]) => one - other)[0] ?? [];
    const silentMs = passed - watched.signAt;
    const judgement = judgeTurn(
      {
        waitsForPerson: session.state.counts.waiting > 0,
        isStarting: session.state.agentPhase === 'starting',
        tool: tool === undefined || since === undefined ? undefined : { id: tool, forMs: passed - since },
        silentMs,
      },
      this.#options.times(),
      this.#options.endsLongCommands(),
    );
    // Time in which the agent could not give a sign is none in which it gave none.
    if (judgement.kind === 'fine' && (session.state.counts.waiting > 0 || tool !== undefined)) watched.signAt = passed;
    if (judgement.kind === 'fine') return;
    if (judgement.kind === 'stalled') {
      if (watched.isStalled) return;
      watched.isStalled = true;
      session.record({ type: 'turn.stalled', turn: watched.turn, since: this.#options.instant(silentMs) });
      agent.notice('warning', `The agent has given no sign for ${span(silentMs)}, and no tool runs.`, ['wait', 'stop', 'restart-agent']);
      return;
    }
    const forMs = passed - (since ?? passed);
    if (judgement.kind === 'over-command') {
      agent.notice('warning', `The turn was stopped: its command ran for ${span(forMs)}, and the settings allow no more.`, [
        'open-settings',
      ]);
      turns.stop();
    } else if (!watched.warned.has(judgement.tool)) {
      watched.warned.add(judgement.tool);
      agent.notice('info', `A command has run for ${span(forMs)}.`, ['wait', 'stop']);
    }
  }
}

/** How many entries from the end of a turn are looked at for tools that run. */
const lookBack = 50;

function openTools(entries: readonly Entry[]): readonly string[] {
  return entries.slice(-lookBack).flatMap((entry) => (entry.kind === 'tool' && !isTerminal(entry.state) ? [entry.id] : []));
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
