/** Begins a turn and never ends it, whatever is cancelled. With LOOM_STUBBORN=1 it also survives the end of stdin and SIGTERM; only SIGKILL helps. */
import { say, serve } from './wire.ts';

const stubborn = process.env['LOOM_STUBBORN'] === '1';
if (stubborn) {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 60_000);
}

serve(
  {
    'session/prompt': async ({ sessionId }) => {
      await say(sessionId, 'thinking');
      await new Promise(() => undefined);
    },
    'session/cancel': () => undefined,
  },
  () => {
    if (!stubborn) process.exit(0);
  },
);
