/** Works, but prints garbage between its messages: log lines, JSON that is no message, a line of 1 MB, and bytes that are no UTF-8. */
import { say, serve, write } from './wire.ts';

async function noise(): Promise<void> {
  await write('[info] warming up…\n\n{"level":"debug","msg":"not for you"}\n[1,2,3]\n"text"\nnull\n{"jsonrpc":"2.0","id":');
  await write('\n');
  await write(`${'#'.repeat(1_000_000)}\n`);
  await write(new Uint8Array([0xff, 0xfe, 0xc3, 0x28, 0x80, 0x0a]));
}

serve({
  initialize: async () => {
    await noise();
    return { protocolVersion: 1, agentCapabilities: {} };
  },
  'session/new': async () => {
    await noise();
    return { sessionId: 'noisy' };
  },
  'session/prompt': async ({ sessionId }) => {
    await say(sessionId, 'one ');
    await noise();
    await say(sessionId, 'two');
    await noise();
    return { stopReason: 'end_turn' };
  },
});
