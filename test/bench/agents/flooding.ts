/**
 * `count [file]`: sends so many updates of a message as fast as the pipe takes them, each made as the official SDK would write it; with a file, as
 * soon as that exists.
 */
import { existsSync } from 'node:fs';
import { pause, serve, write } from '../../support/agents/wire.ts';

/** Updates that are written at once: an agent that streams hands its lines to the pipe in pieces of about this size. */
const atOnce = 64;

serve({
  'session/prompt': async ({ sessionId, prompt }) => {
    const [count = '', file] = (Array.isArray(prompt) ? prompt.map((block: { text?: string }) => block.text ?? '').join('') : '').split(
      ' ',
    );
    while (file !== undefined && !existsSync(file)) await pause(50);
    for (let sent = 0; sent < Number(count); sent += atOnce) {
      let lines = '';
      for (let number = sent; number < Math.min(Number(count), sent + atOnce); number++) lines += lineOf(String(sessionId), number);
      await write(lines);
    }
    return { stopReason: 'end_turn' };
  },
});

function lineOf(sessionId: string, number: number): string {
  const text = `word ${String(number)} ${number % 12 === 11 ? '\n\n' : ''}`;
  const params = { sessionId, update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } } };
  return `${JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params })}\n`;
}
