/** Answers everything LOOM_DELAY (300) milliseconds late; the updates of a new session come before its answer, the turn's words at once. */
import { pause, say, serve, setting, update } from './wire.ts';

const delay = setting('LOOM_DELAY', 300);

serve({
  initialize: async () => {
    await pause(delay);
    return { protocolVersion: 1, agentCapabilities: {} };
  },
  'session/new': async () => {
    await update('late', { sessionUpdate: 'available_commands_update', availableCommands: [] });
    await pause(delay);
    return { sessionId: 'late' };
  },
  'session/prompt': async ({ sessionId }) => {
    await say(sessionId, 'at once');
    await pause(delay);
    return { stopReason: 'end_turn' };
  },
});
