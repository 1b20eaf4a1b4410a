/**
 * Answers its first prompt on a line of 34 MB, with the id of the request `first`, `last` or nowhere (`none`), as LOOM_ID says; with `request`
 * it writes such a file instead, and says what it was answered.
 */
import { request, say, serve, write } from './wire.ts';

const much = 'x'.repeat(34 * 1024 * 1024);
let prompts = 0;

serve({
  'session/prompt': async ({ sessionId }) => {
    const where = process.env['LOOM_ID'];
    if (++prompts > 1) return { stopReason: 'end_turn' };
    if (where === 'request') {
      await say(sessionId, JSON.stringify(await request('fs/write_text_file', { sessionId, path: '/nowhere', content: much })));
      return { stopReason: 'end_turn' };
    }
    // The client numbers its requests from 0: initialize, session/new, this one.
    const result = { stopReason: 'end_turn', _meta: { much } };
    const message = where === 'first' ? { id: 2, result } : where === 'last' ? { result, id: 2 } : { result };
    await write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    return new Promise(() => undefined);
  },
});
