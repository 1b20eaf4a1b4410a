import { agent, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import type { AgentApp, AgentContext, ClientCapabilities, SessionUpdate } from '@agentclientprotocol/sdk';
import type { Children } from './children.ts';
import { advertised } from './command.ts';
import { commandsOver } from './commands.ts';
import { configOptions, modeOf, modeState, paceOf } from './modes.ts';
import { answerPrompt } from './prompt.ts';
import type { AgentSession } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Binds ACP's stable methods to the sessions. One app serves one connection. */
export function agentApp(sessions: Sessions, children: Children): AgentApp {
  const commands = commandsOver(children);
  let capabilities: ClientCapabilities = {};

  /** What a client needs after a session has opened. Sent behind the answer, so that the client knows the id by then. */
  function advertise(client: AgentContext, session: AgentSession): void {
    setImmediate(
      () => void notify(client, session, { sessionUpdate: 'available_commands_update', availableCommands: advertised(commands) }),
    );
  }

  async function setMode(client: AgentContext, session: AgentSession, id: string): Promise<void> {
    const mode = modeOf(id);
    if (mode === undefined) throw RequestError.invalidParams({ modeId: id }, `There is no mode “${id}”: choose ask or read-only.`);
    session.mode = mode;
    const update: SessionUpdate = { sessionUpdate: 'current_mode_update', currentModeId: mode };
    await sessions.remember(session, [update]);
    await notify(client, session, update);
    await notify(client, session, { sessionUpdate: 'config_option_update', configOptions: configOptions(mode, session.pace) });
  }

  return agent({ name: 'Session Loom agent' })
    .onRequest('initialize', ({ params }) => {
      capabilities = params.clientCapabilities ?? {};
      return {
        protocolVersion: PROTOCOL_VERSION,
        agentInfo: { name: 'session-loom-agent', title: 'Built-in Agent', version: '1.0.0' },
        agentCapabilities: {
          loadSession: true,
          promptCapabilities: { image: true, audio: false, embeddedContext: true },
          sessionCapabilities: { list: {}, resume: {}, close: {}, delete: {}, additionalDirectories: {} },
        },
        authMethods: [],
      };
    })
    .onRequest('session/new', async ({ params, client }) => {
      const session = await sessions.create(params.cwd, params.additionalDirectories ?? []);
      advertise(client, session);
      return { sessionId: session.id, ...choicesOf(session) };
    })
    .onRequest('session/load', async ({ params, client }) => {
      const { session, updates } = await sessions.load(params.sessionId, params.cwd, params.additionalDirectories ?? []);
      for (const update of updates) await notify(client, session, update);
      advertise(client, session);
      return choicesOf(session);
    })
    .onRequest('session/resume', async ({ params, client }) => {
      const { session } = await sessions.load(params.sessionId, params.cwd, params.additionalDirectories ?? []);
      advertise(client, session);
      return choicesOf(session);
    })
    .onRequest('session/list', ({ params }) => sessions.list(params.cwd ?? undefined, params.cursor ?? undefined))
    .onRequest('session/close', async ({ params }) => sessions.closeOne(params.sessionId))
    .onRequest('session/delete', async ({ params }) => sessions.delete(params.sessionId))
    .onRequest('session/set_mode', async ({ params, client }) => setMode(client, sessions.get(params.sessionId), params.modeId))
    .onRequest('session/set_config_option', async ({ params, client }) => {
      const session = sessions.get(params.sessionId);
      const pace = params.configId === 'pace' ? paceOf(params.value) : undefined;
      if (params.configId === 'mode') await setMode(client, session, String(params.value));
      else if (pace !== undefined) session.pace = pace;
      else throw RequestError.invalidParams({ configId: params.configId }, 'There is no such option or value: choose mode or pace.');
      return { configOptions: configOptions(session.mode, session.pace) };
    })
    .onRequest('session/prompt', async ({ params, client, signal }) => {
      const session = sessions.get(params.sessionId);
      const stopReason = await answerPrompt(sessions, session, { context: client, capabilities }, commands, params.prompt, signal);
      return { stopReason };
    })
    .onNotification('session/cancel', ({ params }) => {
      // A session that is not open has nothing to cancel, and a notification has no answer that could say so.
      sessions.find(params.sessionId)?.turn?.stop.abort();
    });
}

function choicesOf(session: AgentSession) {
  return { modes: modeState(session.mode), configOptions: configOptions(session.mode, session.pace) };
}

/** Sends an update outside of a turn. The only reason for it to fail is a connection that closes, which ends the program anyway. */
async function notify(client: AgentContext, session: AgentSession, update: SessionUpdate): Promise<void> {
  await client.notify('session/update', { sessionId: session.id, update }).catch(() => undefined);
}
