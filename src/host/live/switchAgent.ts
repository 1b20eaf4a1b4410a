import { LoomError } from '../../base/errors.ts';
import type { Fact } from '../../model/events.ts';
import type { AgentProgram } from '../agents/agentPort.ts';
import type { LiveSession } from './liveSessions.ts';

/**
 * Gives a session to another agent, which is told with the next message what was said and done before. Throws `conflict` while a turn runs, for a
 * session that is over, and for the agent that it has already.
 */
export async function switchAgent({ session, agent, turns }: LiveSession, to: AgentProgram, by: string): Promise<void> {
  const refuse = (): void => {
    const { lifecycle } = session.state;
    if (turns.isTurnOpen)
      throw new LoomError('conflict', 'A turn of this session is running. Stop it or wait for its end, then switch the agent.');
    if (lifecycle === 'completed' || lifecycle === 'closed')
      throw new LoomError('conflict', `This session is ${lifecycle}. Reopen it to give it to another agent.`);
    if (session.state.agent === to.id) throw new LoomError('conflict', `This session is with ${to.name} already.`);
  };
  refuse();
  await agent.handOver(() => {
    // Whoever closes the old agent's start waits for it, and a message can come meanwhile.
    refuse();
    session.record({ type: 'agent.switched', agent: to.id, agentName: to.name, by }, ...noticeOf(session.state, to.name));
  });
  await session.barrier();
  if (session.state.lifecycle === 'open') agent.start();
}

/** A session in which nothing was said has nothing to tell of. */
function noticeOf({ turns, agent, agentName, position }: LiveSession['session']['state'], to: string): readonly Fact[] {
  const last = turns.at(-1);
  if (last === undefined) return [];
  const text = `From here on this session is with ${to}; until here it was with ${agentName ?? agent}. With the next message ${to} is told what was said and done.`;
  const id = `${last.id}-a${position.epoch}-${position.seq}`;
  return [{ type: 'entry.added', turn: last.id, added: { id, at: '', kind: 'notice', level: 'info', text } }];
}
