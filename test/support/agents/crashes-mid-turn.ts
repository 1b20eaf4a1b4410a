/** Begins a message and a tool call, then dies without an answer: with exit code 1, or by SIGKILL when LOOM_CRASH=kill. */
import { say, serve, update } from './wire.ts';

serve({
  'session/prompt': async ({ sessionId }) => {
    await say(sessionId, 'I was about to say ');
    await update(sessionId, {
      sessionUpdate: 'tool_call',
      toolCallId: 'open',
      title: 'Unfinished work',
      kind: 'execute',
      status: 'in_progress',
    });
    process.stderr.write('test agent: out of memory\n');
    if (process.env['LOOM_CRASH'] === 'kill') process.kill(process.pid, 'SIGKILL');
    process.exit(1);
  },
});
