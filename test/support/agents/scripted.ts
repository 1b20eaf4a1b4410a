/**
 * Plays a script: the JSON text in LOOM_SCRIPT, or the file named by the first argument.
 *   {"initialize":{…}, "new":{…}, "load":[updates], "turns":[[step, …], …]}
 * `initialize` and `new` are merged over the usual answers; `load` makes `session/load` work and is replayed there. Each prompt of a session
 * plays the next turn, the last one over and over. Steps, with `{{prompt}}` for the prompt's text and `{{answer}}` for the last response as JSON:
 *   {"say":"text"}  {"update":{…}}  {"ask":{"toolCall":{…},"options":[…]}}  {"request":{"method":"fs/read_text_file","params":{…}}}
 *   {"wait":100}  {"waitForCancel":true}  {"raw":"any line"}  {"stop":"refusal"}  {"fail":{"code":-32000,"message":"…"}}  {"exit":1}
 * A turn without `stop` ends with `end_turn`, or with `cancelled` when it was cancelled meanwhile.
 */
import { readFileSync } from 'node:fs';
import { pause, Refusal, request, say, serve, update, write } from './wire.ts';
import type { Params } from './wire.ts';

interface Script {
  readonly initialize?: Params;
  readonly new?: Params;
  readonly load?: readonly Params[];
  readonly turns: readonly (readonly Step[])[];
}

interface Step {
  readonly say?: string;
  readonly update?: Params;
  readonly ask?: Params;
  readonly request?: { readonly method: string; readonly params: Params };
  readonly wait?: number;
  readonly waitForCancel?: boolean;
  readonly raw?: string;
  readonly stop?: string;
  readonly fail?: { readonly code: number; readonly message: string };
  readonly exit?: number;
}

const script = JSON.parse(process.env['LOOM_SCRIPT'] ?? readFileSync(process.argv[2] ?? '', 'utf8')) as Script;
const played = new Map<unknown, number>();
const running = new Map<unknown, AbortController>();
let sessions = 0;

serve({
  initialize: () => {
    const agentCapabilities = { loadSession: script.load !== undefined };
    return { protocolVersion: 1, agentInfo: { name: 'scripted', version: '1.0.0' }, agentCapabilities, ...script.initialize };
  },
  'session/new': () => ({ sessionId: `scripted-${++sessions}`, ...script.new }),
  'session/load': async ({ sessionId }) => {
    if (script.load === undefined) throw new Refusal(-32601, 'Method not found: session/load');
    for (const fields of script.load) await update(sessionId, fields);
    return {};
  },
  'session/prompt': async ({ sessionId, prompt }) => {
    const turn = played.get(sessionId) ?? 0;
    played.set(sessionId, turn + 1);
    const stop = new AbortController();
    running.set(sessionId, stop);
    const reason = await play(sessionId, script.turns[Math.min(turn, script.turns.length - 1)] ?? [], textOf(prompt), stop.signal);
    return { stopReason: reason ?? (stop.signal.aborted ? 'cancelled' : 'end_turn') };
  },
  'session/cancel': ({ sessionId }) => running.get(sessionId)?.abort(),
});

async function play(sessionId: unknown, steps: readonly Step[], prompt: string, signal: AbortSignal): Promise<string | undefined> {
  let answer: unknown;
  for (const written of steps) {
    const step = filled(written, { prompt, answer: JSON.stringify(answer) });
    if (step.say !== undefined) await say(sessionId, step.say);
    if (step.update !== undefined) await update(sessionId, step.update);
    if (step.ask !== undefined) answer = await request('session/request_permission', { sessionId, ...step.ask });
    if (step.request !== undefined) answer = await request(step.request.method, { sessionId, ...step.request.params });
    if (step.wait !== undefined) await pause(step.wait);
    if (step.waitForCancel === true && !signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    if (step.raw !== undefined) await write(`${step.raw}\n`);
    if (step.fail !== undefined) throw new Refusal(step.fail.code, step.fail.message);
    if (step.exit !== undefined) process.exit(step.exit);
    if (step.stop !== undefined) return step.stop;
  }
  return undefined;
}

/** Puts words where the script asks for them, as JSON strings need them. */
function filled(step: Step, words: Readonly<Record<string, string | undefined>>): Step {
  const json = JSON.stringify(step).replace(/\{\{(\w+)\}\}/g, (_, name: string) => JSON.stringify(words[name] ?? '').slice(1, -1));
  return JSON.parse(json) as Step;
}

function textOf(prompt: unknown): string {
  if (!Array.isArray(prompt)) return '';
  return prompt.map((block: { text?: string }) => block.text ?? '').join('');
}
