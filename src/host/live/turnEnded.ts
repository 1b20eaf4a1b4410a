import type { Fact } from '../../model/events.ts';
import type { AgentStop } from '../agents/agentPort.ts';

/** How a turn has ended, and what it left behind. */
export interface TurnEnd extends AgentStop {
  readonly commits: readonly string[];
  /** Milliseconds. */
  readonly tookMs: number;
}

/** What the session records of the end of a turn. */
export function turnEnded(turn: string, { reason, error, login, commits, tookMs }: TurnEnd): Fact {
  return {
    type: 'turn.ended',
    turn,
    reason,
    ...(error === undefined ? {} : { error }),
    ...(login === undefined ? {} : { wantsLogin: true }),
    ...(commits.length === 0 ? {} : { commits: [...commits] }),
    tookMs,
  };
}
