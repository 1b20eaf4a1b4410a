import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { agentStream } from '../../../src/host/agents/stream.ts';

const flooded = 300_000;
const asked = 30;

/** An update as a line. */
const line = (text: string): string =>
  `${JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } } } })}\n`;

function listen(stdout: Readable, heard: () => void): void {
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  agentStream(stdout, stdin, { update: heard, garbage: () => undefined, dropped: () => undefined, ready: () => undefined });
}

describe('R5.4 R1.14 An agent that floods', () => {
  it('leaves the others of its host their turns: what they say one after the other is heard before the flood is over', async () => {
    const chunk = Buffer.from(line('word ').repeat(1000));
    let count = 0;
    listen(Readable.from(Array.from({ length: flooded / 1000 }, () => chunk)), () => (count += 1));
    const quiet = new PassThrough();
    let heard = 0;
    const all = new Promise<void>((resolve) =>
      listen(quiet, () => {
        heard += 1;
        // Each word comes over the event loop, as from a pipe, and only after the one before was taken: each has to get a turn of its own.
        if (heard < asked) setImmediate(() => quiet.write(line('quiet')));
        else resolve();
      }),
    );
    quiet.write(line('quiet'));
    await all;
    assert.ok(count > 0 && count < flooded, `${String(count)} of the flood were heard`);
    quiet.end();
  });
});
