/**
 * A language model's place in the tests with real agents: a server on loopback that speaks what the agents ask models in (OpenAI's chat
 * completions, Gemini's streamGenerateContent), and says what the last message of the conversation tells it to. It has no model.
 *
 * `%say TEXT` answers with the text · `%slow N` answers with N words, one each 50 ms · `%run COMMAND` has the agent run a command ·
 * `%write PATH TEXT` has it write a file · `%recall` answers with all that was said before. Anything else is answered with `Heard.`
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fieldsOf, listOf, wordsOf } from './fields.ts';
import type { Fields } from './fields.ts';

/** What the model does next. */
export type Step =
  | { readonly type: 'say'; readonly words: readonly string[]; readonly pauseMs: number }
  | { readonly type: 'run'; readonly command: string }
  | { readonly type: 'write'; readonly path: string; readonly text: string };

/** A message of the conversation, as far as the script looks at it. */
interface Message {
  readonly role: string;
  readonly text: string;
  readonly isToolResult: boolean;
}

/** The endpoint while it runs. */
export interface ModelEndpoint {
  /** Its address, without a path and without a slash at the end. */
  readonly url: string;
  /** How many answers it has begun. */
  readonly asked: () => number;
  close(): Promise<void>;
}

/** What the script says to a conversation. */
export function nextStep(messages: readonly Message[]): Step {
  const say = (text: string, pauseMs = 0): Step => ({ type: 'say', words: text.split(/(?<= )/), pauseMs });
  const last = messages.at(-1);
  if (last?.isToolResult === true) return say(`Done: ${last.text.slice(0, 200)}`);
  const asked = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  const [, verb, rest = ''] = /%(say|slow|run|write|recall)(?:[ \t]+([^\n]*))?/.exec(asked) ?? [];
  switch (verb) {
    case 'say':
      return say(rest);
    case 'slow':
      return say(Array.from({ length: Number(rest) }, (_, index) => `word-${String(index + 1)} `).join(''), 50);
    case 'run':
      return { type: 'run', command: rest };
    case 'write': {
      const [path = '', ...text] = rest.split(' ');
      return { type: 'write', path, text: `${text.join(' ')}\n` };
    }
    case 'recall':
      return say(
        messages
          .map(({ text }) => text)
          .join(' ')
          .slice(-4000),
      );
    default:
      return say('Heard.');
  }
}

/** Starts the endpoint on a free port of loopback. */
export async function startModelEndpoint(): Promise<ModelEndpoint> {
  let asked = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = fieldsOf(JSON.parse((await textOf(request)) || '{}')) ?? {};
      const path = new URL(request.url ?? '/', 'http://loopback').pathname;
      asked += 1;
      if (path.endsWith('/chat/completions')) return completeChat(body, response);
      if (path.endsWith(':streamGenerateContent')) return streamContent(body, response);
      if (path.endsWith(':generateContent')) {
        sendJson(response, contentAnswer([{ text: '{"reasoning":"-","model_choice":"flash"}' }]));
        return;
      }
      if (path.endsWith(':countTokens')) {
        sendJson(response, { totalTokens: 10 });
        return;
      }
      if (path.endsWith('/models')) {
        sendJson(response, { object: 'list', data: [{ id: 'scripted', object: 'model' }] });
        return;
      }
      response.writeHead(404).end();
    })().catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function completeChat(body: Fields, response: ServerResponse): Promise<void> {
  const messages = listOf(body['messages']).map((message): Message => {
    const role = wordsOf(message['role']) ?? '';
    return { role, text: contentText(message['content']), isToolResult: role === 'tool' };
  });
  const offersTools = listOf(body['tools']).length > 0;
  // An agent asks for a title of the conversation without offering tools.
  const step = offersTools ? nextStep(messages) : nextStep([{ role: 'user', text: '%say A scripted title', isToolResult: false }]);
  const chunk = (delta: Fields, finish: string | null = null): Fields => ({
    id: 'chat-1',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(finish === null ? {} : { usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } }),
  });
  if (body['stream'] !== true) {
    const text = step.type === 'say' ? step.words.join('') : '';
    sendJson(response, {
      ...chunk({}, 'stop'),
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    });
    return;
  }
  const send = eventStream(response);
  if (step.type === 'say') {
    for (const word of step.words) {
      await pause(step.pauseMs, response);
      send(chunk({ role: 'assistant', content: word }));
    }
    send(chunk({}, 'stop'));
  } else {
    const [name, input] =
      step.type === 'run'
        ? ['bash', { command: step.command, description: 'A scripted command' }]
        : ['write', { filePath: step.path, content: step.text }];
    const call = { index: 0, id: `call_${String(Date.now())}`, type: 'function', function: { name, arguments: JSON.stringify(input) } };
    send(chunk({ role: 'assistant', tool_calls: [call] }));
    send(chunk({}, 'tool_calls'));
  }
  response.end('data: [DONE]\n\n');
}

async function streamContent(body: Fields, response: ServerResponse): Promise<void> {
  const messages = listOf(body['contents']).map((message): Message => {
    const parts = listOf(message['parts']);
    const results = parts.filter((part) => part['functionResponse'] !== undefined);
    const text = results.length > 0 ? JSON.stringify(results) : parts.map((part) => wordsOf(part['text']) ?? '').join('\n');
    return { role: wordsOf(message['role']) ?? 'user', text, isToolResult: results.length > 0 };
  });
  const step = nextStep(messages);
  const send = eventStream(response);
  if (step.type === 'say') {
    for (const word of step.words) {
      await pause(step.pauseMs, response);
      send(contentAnswer([{ text: word }], false));
    }
    send(contentAnswer([{ text: '' }]));
  } else {
    const call =
      step.type === 'run'
        ? { name: 'run_shell_command', args: { command: step.command, description: 'A scripted command' } }
        : { name: 'write_file', args: { file_path: step.path, content: step.text } };
    send(contentAnswer([{ functionCall: call }]));
  }
  response.end();
}

function contentAnswer(parts: readonly Fields[], isLast = true): Fields {
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, ...(isLast ? { finishReason: 'STOP' } : {}) }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
    modelVersion: 'scripted',
  };
}

/** The text of a message, whether it stands alone or in parts. */
function contentText(content: unknown): string {
  return (
    wordsOf(content) ??
    listOf(content)
      .map((part) => wordsOf(part['text']) ?? '')
      .join('\n')
  );
}

/** Whoever is cut off must not be told the rest. */
async function pause(milliseconds: number, response: ServerResponse): Promise<void> {
  if (milliseconds > 0) await delay(milliseconds);
  if (response.destroyed) throw new Error('The agent no longer listens.');
}

function eventStream(response: ServerResponse): (value: Fields) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (value) => void response.write(`data: ${JSON.stringify(value)}\n\n`);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
