import { randomBytes } from 'node:crypto';
import { idFromBytes } from '../../base/ids.ts';
import type { SessionState } from '../../model/session.ts';
import type { AgentChild, AgentListener } from '../agents/agentPort.ts';
import type { LiveSessions } from './liveSessions.ts';

/** Makes a session for a sub-agent, with the session that it works for as its parent, and says who hears what it does. */
export async function makeChild(sessions: LiveSessions, parent: SessionState, { acpSessionId, title }: AgentChild): Promise<AgentListener> {
  const live = await sessions.create({
    type: 'session.created',
    id: idFromBytes(randomBytes(12)),
    title,
    agent: parent.agent,
    ...(parent.agentName === undefined ? {} : { agentName: parent.agentName }),
    folder: parent.folder,
    cwd: parent.cwd,
    ...(parent.branch === undefined ? {} : { branch: parent.branch }),
    parent: parent.id,
    parentTitle: parent.title,
    isSubAgent: true,
    color: parent.color,
  });
  live.session.record({ type: 'session.renamed', title, by: 'agent' });
  return live.agent.adopt(acpSessionId);
}
