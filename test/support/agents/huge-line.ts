/** Sends one message of LOOM_BYTES (100,000,000) characters on a single line, then a short one, then ends the turn. */
import { say, serve, setting } from './wire.ts';

serve({
  'session/prompt': async ({ sessionId }) => {
    await say(sessionId, 'x'.repeat(setting('LOOM_BYTES', 100_000_000)));
    await say(sessionId, ' and more');
    return { stopReason: 'end_turn' };
  },
});
