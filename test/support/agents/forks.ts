/** Offers `session/fork`, and repeats what was said before it answers, unless LOOM_REFUSES is set: then it offers and refuses it. Each turn says the session's id and the prompt's text. */
import { Refusal, say, serve } from './wire.ts';

let forks = 0;
serve({
  initialize: () => ({ protocolVersion: 1, agentCapabilities: { sessionCapabilities: { fork: {} } } }),
  'session/fork': async ({ sessionId }) => {
    if (process.env['LOOM_REFUSES'] !== undefined) throw new Refusal(-32001, 'Not today.');
    const id = `${String(sessionId)}-fork${++forks}`;
    await say(id, 'Said before.');
    return { sessionId: id };
  },
  'session/prompt': async ({ sessionId, prompt }) => {
    const texts = (prompt as readonly { readonly text?: string; readonly resource?: { readonly text?: string } }[]).map(
      ({ text, resource }) => text ?? resource?.text ?? '',
    );
    await say(sessionId, `[${String(sessionId)}] ${texts.join(' | ')}`);
    return { stopReason: 'end_turn' };
  },
});
