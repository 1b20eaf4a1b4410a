import { randomBytes } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { idFromBytes } from '../../base/ids.ts';
import { summaryOf } from '../../model/summary.ts';
import type { agentSessionRequests } from '../../protocol/agentSessionRequests.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { LiveSessions } from '../live/liveSessions.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';
import type { SessionHost } from '../sessionHost.ts';
import type { SignIn } from '../instances/signIn.ts';

/** What is asked about sessions that an agent has stored. */
export function agentSessionHandlers({
  host,
  sessions,
  index,
  signIn,
}: {
  readonly host: SessionHost;
  readonly sessions: LiveSessions;
  readonly index: SessionIndex;
  readonly signIn: SignIn;
}): Handlers<typeof agentSessionRequests, unknown> {
  /** Our sessions by the agent's ids, also those that are not loaded. */
  const knownOf = (agent: string): ReadonlyMap<string, string> => {
    const stored = index.list({ includeArchived: true }).filter((each) => each.agent === agent);
    const loaded = sessions.live.map(({ session }) => session.state).filter((state) => state.agent === agent);
    return new Map([...stored, ...loaded].flatMap(({ acpSessionId, id }) => (acpSessionId === undefined ? [] : [[acpSessionId, id]])));
  };
  return {
    'agent/sessions': async ({ agent, folder, cursor }) => {
      const stored = await signIn.with(agent, (instance) => instance.stored(folder, cursor));
      if (stored === undefined) return { offered: false, sessions: [] };
      const ours = knownOf(agent);
      const found = stored.sessions.map((each) => {
        const known = ours.get(each.acpSessionId);
        return { ...each, ...(known === undefined ? {} : { known }) };
      });
      return { offered: true, sessions: found, ...(stored.next === undefined ? {} : { next: stored.next }) };
    },
    'agent/import': async ({ agent, folder, acpSessionId, cwd, title = 'Session of the agent' }) => {
      if (!isAbsolute(folder) || !isAbsolute(cwd)) throw new LoomError('invalid-input', 'The folders of a session must be absolute paths.');
      const known = knownOf(agent).get(acpSessionId);
      if (known !== undefined) throw new LoomError('conflict', 'This session is here already.', { data: { sessionId: known } });
      const { name: agentName } = host.program(agent);
      const id = idFromBytes(randomBytes(12));
      const live = await sessions.create({ type: 'session.created', id, title, agent, agentName, folder, cwd });
      try {
        live.session.record({ type: 'session.renamed', title, by: 'agent' }, { type: 'agent.changed', phase: 'none', acpSessionId });
        await live.agent.takeEarlier();
        await live.session.barrier();
      } catch (error) {
        await sessions.delete(id);
        throw error;
      }
      return { session: summaryOf(live.session.state) };
    },
  };
}
