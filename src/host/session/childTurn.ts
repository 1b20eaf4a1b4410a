import type { StopReason } from '../../model/events.ts';
import type { AgentRecorder } from './agentRecorder.ts';
import type { Session } from './session.ts';

/** Begins the one turn in which a sub-agent works, and gives what ends it; only the first end counts. */
export function childTurn(session: Session, recorder: AgentRecorder, acpSessionId: string): (reason: StopReason) => void {
  const turn = session.nextTurnId();
  session.record({ type: 'agent.changed', phase: 'none', acpSessionId }, { type: 'turn.started', turn, prompt: [] });
  recorder.begin(turn);
  let isDone = false;
  return (reason) => {
    if (isDone) return;
    isDone = true;
    recorder.settle();
    const sealed = recorder.sealed(turn);
    session.record(...(sealed === undefined ? [] : [sealed]), { type: 'turn.ended', turn, reason });
  };
}
