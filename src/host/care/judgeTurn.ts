import type { TimeSettings } from '../../model/times.ts';
import { timeIn } from '../../model/times.ts';

/** What is seen of a turn that runs. Times are in milliseconds. */
export interface SeenTurn {
  /** A question waits for a person. */
  readonly waitsForPerson: boolean;
  /** Its agent is still being started, which has a limit of its own. */
  readonly isStarting: boolean;
  /** A tool call that is open, and for how long; the longest of several. */
  readonly tool?: { readonly id: string; readonly forMs: number } | undefined;
  /** How long the agent has given no sign. */
  readonly silentMs: number;
}

/** What a turn is doing, as far as time tells. */
export type Judgement =
  | { readonly kind: 'fine' }
  /** No sign although nothing else explains it. */
  | { readonly kind: 'stalled' }
  | { readonly kind: 'long-command'; readonly tool: string }
  /** Longer than a person has said that it may. */
  | { readonly kind: 'over-command'; readonly tool: string };

/** Tells an agent that stands still from a long tool and from one that waits for a person. */
export function judgeTurn(turn: SeenTurn, times: TimeSettings | undefined, endsLongCommands: boolean): Judgement {
  if (turn.waitsForPerson || turn.isStarting) return { kind: 'fine' };
  const { tool, silentMs } = turn;
  if (tool === undefined) {
    const stalled = timeIn(times, 'stalled');
    return stalled !== undefined && silentMs >= stalled ? { kind: 'stalled' } : { kind: 'fine' };
  }
  const most = timeIn(times, 'commandMost');
  if (endsLongCommands && most !== undefined && tool.forMs >= most) return { kind: 'over-command', tool: tool.id };
  const long = timeIn(times, 'command');
  return long !== undefined && tool.forMs >= long ? { kind: 'long-command', tool: tool.id } : { kind: 'fine' };
}
