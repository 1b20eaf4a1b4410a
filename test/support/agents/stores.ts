/** Stores its sessions in the file that LOOM_STORE names, one id a line: lists, loads and deletes them. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Refusal, serve } from './wire.ts';

const file = process.env['LOOM_STORE'] ?? '';
const stored = (): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);

serve({
  initialize: () => ({
    protocolVersion: 1,
    agentInfo: { name: 'stores', version: '1.0.0' },
    agentCapabilities: { loadSession: true, sessionCapabilities: { list: {}, delete: {} } },
  }),
  'session/new': () => {
    const sessionId = `stored-${stored().length + 1}-${process.pid}`;
    appendFileSync(file, `${sessionId}\n`);
    return { sessionId };
  },
  'session/load': ({ sessionId }) => {
    if (!stored().includes(String(sessionId))) throw new Refusal(-32602, 'There is no such session.');
    return {};
  },
  'session/list': ({ cwd }) => ({ sessions: stored().map((sessionId) => ({ sessionId, cwd, title: sessionId })) }),
  'session/delete': ({ sessionId }) => {
    if (!stored().includes(String(sessionId))) throw new Refusal(-32602, 'There is no such session.');
    writeFileSync(
      file,
      stored()
        .filter((each) => each !== sessionId)
        .map((each) => `${each}\n`)
        .join(''),
    );
    return {};
  },
});
