import type { Handlers } from '../../protocol/contract.ts';
import type { loginRequests } from '../../protocol/loginRequests.ts';
import type { LiveSession, LiveSessions } from '../live/liveSessions.ts';
import type { SignIn } from '../instances/signIn.ts';

/** What is asked about signing in. */
export function loginHandlers({
  sessions,
  signIn,
}: {
  readonly sessions: LiveSessions;
  readonly signIn: SignIn;
}): Handlers<typeof loginRequests, unknown> {
  return {
    'agent/logins': async ({ agent }) => ({
      methods: (await signIn.methods(agent)).map(({ id, name, type, description }) => ({
        id,
        name,
        type,
        ...(description === undefined ? {} : { description }),
      })),
    }),
    'agent/login': async ({ agent, method, sessionId }) => {
      const live = sessionId === undefined ? undefined : await sessions.get(sessionId);
      const start = live?.agent.ready.bind(live.agent);
      const of = sessionId === undefined || start === undefined ? undefined : { sessionId, start };
      await signIn.signIn(agent, method, of);
      return {};
    },
    'agent/logout': async ({ agent }) => {
      const asked = await signIn.signOut(agent);
      for (const live of sessions.live) if (live.session.state.agent === agent && !live.turns.isRunning) await live.agent.close();
      return { asked };
    },
  };
}

/** After a login: what waits for it goes out, and other sessions that wanted it start their agent. */
export function goOnAfterLogin(live: readonly LiveSession[], agent: string): void {
  for (const { session, agent: connection, turns } of live) {
    if (session.state.agent !== agent) continue;
    if (turns.waitsForLogin) turns.pump('asked');
    else if (session.state.logins !== undefined) connection.start();
  }
}
