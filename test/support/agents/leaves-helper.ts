/** Begins a turn and never ends it; before that it starts a helper in a session of its own that ignores SIGTERM, and says its process id. */
import { spawn } from 'node:child_process';
import { say, serve } from './wire.ts';

serve({
  'session/prompt': async ({ sessionId }) => {
    const helper = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)"], {
      detached: true,
      stdio: 'ignore',
    });
    helper.unref();
    await say(sessionId, `helper ${String(helper.pid)}.`);
    await new Promise(() => undefined);
  },
  'session/cancel': () => undefined,
});
