/**
 * The least an ACP agent needs, written by hand so that the agents of this folder can break the rules: JSON lines on stdin and stdout.
 * Every file beside this one is a program, `node test/support/agents/<name>.ts`, and says in its first comment what it does wrong.
 */
import { createInterface } from 'node:readline';

/** Parameters of a message, unchecked. */
export type Params = Readonly<Record<string, unknown>>;

/** Answers a request. What it throws becomes an error response: a `Refusal` with its own code, anything else with -32603. */
export type Handler = (params: Params) => unknown;

/** An error response with a code. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const waiting = new Map<number, (result: unknown) => void>();
let lastId = 0;

/** Writes one message, and resolves when the pipe has taken it. */
export async function send(message: Params): Promise<void> {
  await write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

/** Writes anything. */
export async function write(text: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
}

/** Sends one `session/update`. */
export async function update(sessionId: unknown, fields: Params): Promise<void> {
  await send({ method: 'session/update', params: { sessionId, update: fields } });
}

/** Sends a chunk of a message. */
export async function say(sessionId: unknown, text: string): Promise<void> {
  await update(sessionId, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
}

/** Sends a request and resolves with the whole response, so that errors can be looked at. */
export async function request(method: string, params: Params): Promise<unknown> {
  const id = ++lastId;
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  await send({ id, method, params });
  return answer;
}

/** Serves: requests and notifications go to the handler of their method, responses to whom they belong. Ends with stdin, unless told otherwise. */
export function serve(handlers: Readonly<Record<string, Handler>>, ended: () => void = () => process.exit(0)): void {
  const known: Readonly<Record<string, Handler>> = { ...usual(), ...handlers };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void receive(line, known));
  lines.on('close', ended);
}

async function receive(line: string, handlers: Readonly<Record<string, Handler>>): Promise<void> {
  const message = JSON.parse(line) as { id?: number; method?: string; params?: Params };
  if (message.method === undefined) {
    waiting.get(message.id ?? -1)?.(message);
    return;
  }
  const handler = handlers[message.method];
  try {
    if (handler === undefined && message.id !== undefined) throw new Refusal(-32601, `Method not found: ${message.method}`);
    const result = await handler?.(message.params ?? {});
    if (message.id !== undefined) await send({ id: message.id, result: result ?? {} });
  } catch (error) {
    const code = error instanceof Refusal ? error.code : -32603;
    await send({ id: message.id, error: { code, message: error instanceof Error ? error.message : String(error) } });
  }
}

/** What a decent agent answers: a session for everybody, and a turn that says one word. */
function usual(): Readonly<Record<string, Handler>> {
  let sessions = 0;
  return {
    initialize: () => ({ protocolVersion: 1, agentInfo: { name: 'test-agent', version: '1.0.0' }, agentCapabilities: {}, authMethods: [] }),
    'session/new': () => ({ sessionId: `session-${++sessions}` }),
    'session/prompt': async ({ sessionId }) => {
      await say(sessionId, 'fine');
      return { stopReason: 'end_turn' };
    },
  };
}

/** A number out of the environment. */
export function setting(name: string, otherwise: number): number {
  const value = process.env[name];
  return value === undefined ? otherwise : Number(value);
}

/** Waits. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
