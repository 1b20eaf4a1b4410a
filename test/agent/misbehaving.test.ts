import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A message as it came, unchecked. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly update?: { readonly sessionUpdate?: string; readonly content?: { readonly text?: string } } };
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Speaks to a test agent line by line, with no client in between that would hide what is wrong. */
class RawClient {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown[]>;
  readonly messages: Message[] = [];
  noise = 0;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #lastId = 100;

  constructor(name: string, environment: Readonly<Record<string, string>> = {}) {
    const path = fileURLToPath(new URL(`../support/agents/${name}.ts`, import.meta.url));
    this.process = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...environment } });
    this.exited = once(this.process, 'exit');
    if (this.process.stdout === null) throw new Error('The agent has no pipes.');
    createInterface({ input: this.process.stdout }).on('line', (line) => this.#receive(line));
  }

  async request(method: string, params: object = {}): Promise<Message> {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.send({ id, method, params });
    return answer;
  }

  send(message: object): void {
    this.process.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  async open(): Promise<unknown> {
    await this.request('initialize', { protocolVersion: 1 });
    return (await this.request('session/new', { cwd: '/', mcpServers: [] })).result?.['sessionId'];
  }

  get said(): string {
    return this.messages.map((message) => message.params?.update?.content?.text ?? '').join('');
  }

  #receive(line: string): void {
    let message: Message | null;
    try {
      message = JSON.parse(line) as Message | null;
    } catch {
      message = null;
    }
    if (typeof message !== 'object' || message === null || !('jsonrpc' in message)) {
      this.noise += line.length;
      return;
    }
    this.messages.push(message);
    if (message.method === undefined) this.#waiting.get(message.id ?? -1)?.(message);
    // Any question of the agent is answered the same way.
    else if (message.id !== undefined) this.send({ id: message.id, result: { outcome: { outcome: 'selected', optionId: 'yes' } } });
  }
}

describe('R6.14 the misbehaving test agents misbehave as their names say', () => {
  const clients: RawClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) {
      client.process.kill('SIGKILL');
      await client.exited;
    }
  });

  function start(name: string, environment?: Readonly<Record<string, string>>): RawClient {
    const client = new RawClient(name, environment);
    clients.push(client);
    return client;
  }

  it('exits-at-once leaves with a code', async () => {
    assert.deepEqual(await start('exits-at-once').exited, [3, null]);
  });

  it('hangs-at-initialize answers nothing and ends with its stdin', async () => {
    const client = start('hangs-at-initialize');
    client.send({ id: 1, method: 'initialize', params: {} });
    client.process.stdin?.end();
    assert.deepEqual(await client.exited, [0, null]);
    assert.deepEqual(client.messages, []);
  });

  it('noisy works between megabytes of noise', async () => {
    const client = start('noisy');
    const sessionId = await client.open();
    assert.equal((await client.request('session/prompt', { sessionId, prompt: [] })).result?.['stopReason'], 'end_turn');
    assert.equal(client.said, 'one two');
    assert.ok(client.noise > 4_000_000, `${client.noise} characters`);
  });

  it('unknown-updates speaks before it has answered and after its turn', async () => {
    const client = start('unknown-updates');
    const sessionId = await client.open();
    assert.deepEqual(
      client.messages.map(({ method, id }) => method ?? id),
      [101, 'session/update', 'session/update', 102],
    );
    assert.equal((await client.request('session/prompt', { sessionId, prompt: [] })).result?.['stopReason'], 'bored');
    client.process.stdin?.end();
    await once(client.process, 'close');
    const kinds = client.messages.map(({ params }) => params?.update?.sessionUpdate);
    assert.ok(kinds.includes('telepathy') && kinds.includes('tool_call_update'));
    assert.match(client.said, /"optionId":"yes".* after the turn$/);
  });

  it('crashes-mid-turn dies with a call open', async () => {
    for (const [how, expected] of [
      ['exit', [1, null]],
      ['kill', [null, 'SIGKILL']],
    ] as const) {
      const client = start('crashes-mid-turn', { LOOM_CRASH: how });
      const sessionId = await client.open();
      void client.request('session/prompt', { sessionId, prompt: [] });
      assert.deepEqual(await client.exited, expected);
    }
  });

  it('floods sends every number once', async () => {
    const client = start('floods', { LOOM_COUNT: '5000', LOOM_RATE: '0' });
    const sessionId = await client.open();
    await client.request('session/prompt', { sessionId, prompt: [] });
    assert.equal(client.said, Array.from({ length: 5000 }, (_, index) => `${index + 1} `).join(''));
  });

  it('huge-line sends one line of the size that is asked for', async () => {
    const client = start('huge-line', { LOOM_BYTES: '3000000' });
    const sessionId = await client.open();
    await client.request('session/prompt', { sessionId, prompt: [] });
    assert.equal(client.said.length, 3_000_000 + ' and more'.length);
  });

  it('never-ends ignores a cancel, and everything but SIGKILL when it is stubborn', async () => {
    const client = start('never-ends', { LOOM_STUBBORN: '1' });
    const sessionId = await client.open();
    void client.request('session/prompt', { sessionId, prompt: [] });
    client.send({ method: 'session/cancel', params: { sessionId } });
    client.process.kill('SIGTERM');
    // It still answers behind both, so it has survived them.
    assert.equal((await client.request('session/new')).result?.['sessionId'], 'session-2');
    assert.equal(client.messages.filter(({ result }) => result?.['stopReason'] !== undefined).length, 0);
  });

  it('no-load offers nothing and refuses what it does not offer', async () => {
    const client = start('no-load');
    const sessionId = await client.open();
    assert.equal((await client.request('session/load', { sessionId })).error?.code, -32601);
    assert.equal((await client.request('session/prompt', { sessionId, prompt: [] })).result?.['stopReason'], 'end_turn');
  });

  it('answers-late sends updates of a session before its id is known', async () => {
    const client = start('answers-late', { LOOM_DELAY: '20' });
    assert.equal(await client.open(), 'late');
    assert.deepEqual(
      client.messages.map(({ method, id }) => method ?? id),
      [101, 'session/update', 102],
    );
  });

  it('scripted plays its turns, asks, loads and waits for a cancel', async () => {
    const script = {
      initialize: { agentInfo: { name: 'other', version: '2' } },
      load: [{ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'old ' } }],
      turns: [
        [
          { say: '{{prompt}} ' },
          { ask: { toolCall: { toolCallId: '1' }, options: [] } },
          { say: '{{answer}}' },
          { raw: 'noise' },
          { stop: 'refusal' },
        ],
        [{ waitForCancel: true }],
        [{ fail: { code: -32000, message: 'Log in first' } }],
      ],
    };
    const client = start('scripted', { LOOM_SCRIPT: JSON.stringify(script) });
    const sessionId = await client.open();
    const prompt = () => client.request('session/prompt', { sessionId, prompt: [{ type: 'text', text: '"hi"' }] });
    assert.equal((await prompt()).result?.['stopReason'], 'refusal');
    assert.match(client.said, /^"hi" \{.*"optionId":"yes"/);
    assert.equal(client.noise, 5);
    const second = prompt();
    client.send({ method: 'session/cancel', params: { sessionId } });
    assert.equal((await second).result?.['stopReason'], 'cancelled');
    assert.deepEqual((await prompt()).error, { code: -32000, message: 'Log in first' });
    await client.request('session/load', { sessionId });
    assert.match(client.said, /old $/);
  });
});
