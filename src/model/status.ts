import type { Hold } from './hold.ts';
import { holdReason } from './hold.ts';
import { isOpen, isQuestion } from './reduceEntries.ts';
import type { SessionState } from './session.ts';
import { isTerminal } from './states.ts';
import type { Status } from './statusTable.ts';
import { placeProblem } from './worktree.ts';

/** A status with its reason, where there is more to say than the word. */
export interface StatusWithReason {
  readonly status: Status;
  readonly reason?: string;
  /** Since when it is so, where that tells something: a tool that runs, an agent that is silent. An instant. */
  readonly since?: string;
  /** Until when it is so, where that is known. An instant. */
  readonly until?: string;
}

/** What the session is doing now and why (R6.12). */
export function statusOf(state: SessionState): StatusWithReason {
  if (state.lifecycle === 'completed') return { status: 'completed' };
  if (state.lifecycle === 'closed') return { status: 'closed' };
  const last = state.turns.at(-1);
  // A question can come outside of a turn, as while an agent signs in.
  if (last !== undefined && (!isTerminal(last.state) || state.counts.waiting > 0)) return busy(state);
  const reason = placeProblem(state.worktree);
  if (reason !== undefined) return { status: placeStatus(state.worktree), reason };
  // An agent that starts meanwhile is not what a message waits for.
  if (state.hold !== undefined && state.queue.length > 0 && state.lifecycle !== 'paused') return held(state.hold);
  if (state.agentPhase === 'starting') return { status: 'starting', reason: 'The agent is starting.' };
  if (state.lifecycle === 'paused') return { status: 'paused', reason: waitingPrompts(state) };
  if (last?.reason === 'interrupted')
    return { status: 'interrupted', reason: last.error ?? 'The last turn was cut off. It can be continued.' };
  if (last?.reason === 'failed') return { status: 'failed', reason: last.error ?? 'The last turn failed.' };
  if (state.queue.length > 0) return { status: 'queued', reason: waitingPrompts(state) };
  if (state.agentPhase === 'failed') return { status: 'failed', reason: state.agentReason ?? 'The agent could not be started.' };
  if (state.unread) return finished(state);
  if (state.turnCount > 0 && (state.agentPhase === 'none' || state.agentPhase === 'stopped')) return { status: 'hibernating' };
  if (state.hibernatesAt !== undefined)
    return { status: 'idle', reason: 'Hibernates soon, since nothing happens.', until: state.hibernatesAt };
  return { status: 'idle' };
}

/** How many entries from the end of a turn are looked at for a tool that runs. */
const lookBack = 50;

/** What a session does that has no place to work in. */
function placeStatus(worktree: SessionState['worktree']): Status {
  if (worktree?.phase === 'making') return worktree.setup === 'waits' ? 'waiting' : 'starting';
  return worktree?.phase === 'failed' ? 'failed' : 'paused';
}

function busy(state: SessionState): StatusWithReason {
  const entries = state.turns.at(-1)?.entries ?? [];
  if (state.counts.waiting > 0) {
    const open = entries.find((entry) => isQuestion(entry) && isOpen(entry));
    return { status: 'waiting', reason: open !== undefined && isQuestion(open) ? open.title : 'The agent asks for permission.' };
  }
  if (state.stalledSince !== undefined)
    return { status: 'stalled', reason: 'The agent gives no sign, and no tool runs.', since: state.stalledSince };
  const tool = entries.slice(-lookBack).findLast((entry) => entry.kind === 'tool' && !isTerminal(entry.state));
  return tool?.kind === 'tool' ? { status: 'working', reason: tool.title, since: tool.startedAt ?? tool.at } : { status: 'working' };
}

function held(hold: Hold): StatusWithReason {
  const reason = holdReason(hold);
  if (hold.kind === 'capacity') return { status: 'queued', reason };
  return hold.kind === 'rate-limited' ? { status: 'rate-limited', reason, until: hold.until } : { status: 'held', reason };
}

function finished({ files }: SessionState): StatusWithReason {
  const open = files.filter((file) => (file.open?.length ?? 0) > 0).length;
  if (open === 0) return { status: 'finished' };
  return { status: 'finished', reason: open === 1 ? 'One changed file is to be reviewed.' : `${open} changed files are to be reviewed.` };
}

function waitingPrompts(state: SessionState): string {
  const count = state.queue.length;
  if (count === 0) return 'No message waits.';
  return count === 1 ? 'One message waits.' : `${count} messages wait.`;
}
