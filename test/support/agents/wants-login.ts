/**
 * Opens no session before a login: by `authenticate` in the same process, by the variable LOOM_KEY with the value `right-key`, or by the file that
 * LOOM_LOGIN_FILE names (`--login` makes it). With LOOM_LATE it opens sessions at any time, and wants the login with a prompt only, after the words "on it" when
 * that asks for them; a prompt that it takes is said back.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { Refusal, request, say, serve } from './wire.ts';

const file = process.env['LOOM_LOGIN_FILE'] ?? '/nonexistent';
if (process.argv.includes('--login')) {
  writeFileSync(file, 'in');
  process.exit(0);
}
process.stderr.write(`test agent: the key is ${process.env['LOOM_KEY'] ?? 'missing'}\n`);

let isIn = false;
let sessions = 0;
serve({
  initialize: () => ({
    protocolVersion: 1,
    agentCapabilities: { auth: { logout: {} } },
    authMethods: [
      { id: 'account', name: 'Account' },
      { id: 'form', name: 'Form' },
      { id: 'broken', name: 'Broken' },
      { id: 'terminal', name: 'Terminal', type: 'terminal', args: ['--login'] },
      { id: 'key', name: 'API key', type: 'env_var', vars: [{ name: 'LOOM_KEY', label: 'Key' }] },
      { id: 'typed', name: 'Typed key', description: 'Takes the key of the LOOM_TYPED_KEY environment variable.' },
    ],
  }),
  authenticate: async ({ methodId }) => {
    if (methodId === 'typed' && !process.env['LOOM_TYPED_KEY']) throw new Refusal(-32602, 'LOOM_TYPED_KEY is not set.');
    if (methodId === 'broken') throw new Refusal(-32602, `No such account for ${process.env['LOOM_KEY'] ?? ''}`);
    if (methodId === 'form') {
      const asked = {
        requestId: 1,
        mode: 'form',
        message: 'Who are you?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
      };
      const { result } = (await request('elicitation/create', asked)) as { result: { action: string } };
      if (result.action !== 'accept') throw new Refusal(-32000, 'Nobody said who they are.');
    }
    isIn = true;
    return {};
  },
  logout: () => {
    isIn = false;
    rmSync(file, { force: true });
    return {};
  },
  'session/new': () => {
    if (process.env['LOOM_LATE'] === undefined) assertIn();
    return { sessionId: `in-${++sessions}` };
  },
  'session/prompt': async ({ sessionId, prompt }) => {
    const text = (prompt as readonly { text?: string }[]).map((block) => block.text ?? '').join('');
    if (text === 'begin') await say(sessionId, 'on it. ');
    assertIn();
    await say(sessionId, `[${text}]`);
    return { stopReason: 'end_turn' };
  },
});

function assertIn(): void {
  if (!isIn && process.env['LOOM_KEY'] !== 'right-key' && !existsSync(file))
    throw new Refusal(-32000, `Please log in, not as ${process.env['LOOM_KEY'] ?? 'nobody'}`);
}
