import type { Hold } from '../../model/hold.ts';
import type { Session } from '../session/session.ts';
import type { LaunchGate, Starter } from './launchGate.ts';

/** A session as the gate sees it. What it waits for becomes a fact when it changes. */
export function starterOf(session: Session, start: () => void): Starter {
  return {
    id: session.id,
    get agent() {
      return session.state.agent;
    },
    get waitsSince() {
      const { hold } = session.state;
      return hold?.kind === 'capacity' ? hold.since : undefined;
    },
    start,
    held: (hold: Hold) => {
      if (JSON.stringify(hold) !== JSON.stringify(session.state.hold)) session.record({ type: 'hold.changed', hold });
    },
  };
}

/** What an earlier host knew of the agent of a session that still waits: that its provider takes nothing more. */
export function rememberBlock({ state }: Session, gate: LaunchGate): void {
  const { hold, queue, lifecycle } = state;
  if (queue.length === 0 || lifecycle !== 'open') return;
  if (hold?.kind === 'quota') gate.block(state.agent, hold.reason);
  else if (hold?.kind === 'rate-limited') gate.block(state.agent, hold.reason, Date.parse(hold.until));
}
