/** The anchor of what goes through an agent: the same agent with nothing but the official SDK at the other end of its pipe. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { client, ndJsonStream } from '@agentclientprotocol/sdk';
import type { ClientContext, SessionUpdate } from '@agentclientprotocol/sdk';

/** How an agent is started. */
export interface BareProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** A running agent. `close` ends it. */
export class BareAgent {
  readonly sessionId: string;
  /** Milliseconds from the start of the process until it had a session. */
  readonly startMilliseconds: number;
  readonly #process: ChildProcess;
  readonly #context: ClientContext;
  readonly #heard: { update: (update: SessionUpdate) => void };

  private constructor(
    process: ChildProcess,
    context: ClientContext,
    sessionId: string,
    startMilliseconds: number,
    heard: { update: (update: SessionUpdate) => void },
  ) {
    this.#process = process;
    this.#context = context;
    this.sessionId = sessionId;
    this.startMilliseconds = startMilliseconds;
    this.#heard = heard;
  }

  /** Starts the agent, shakes hands and opens a session. */
  static async start({ command, args, env, cwd }: BareProgram): Promise<BareAgent> {
    const started = performance.now();
    const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'ignore'], env, cwd });
    const heard: { update: (update: SessionUpdate) => void } = { update: () => undefined };
    const context = client({ name: 'bench' })
      .onNotification('session/update', ({ params }) => heard.update(params.update))
      .connect(ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>)).agent;
    await context.request('initialize', { protocolVersion: 1, clientCapabilities: {} });
    const { sessionId } = await context.request('session/new', { cwd, mcpServers: [] });
    return new BareAgent(child, context, sessionId, performance.now() - started, heard);
  }

  /** Sends a prompt, hands each update to `heard` and resolves with the milliseconds until the turn's end. */
  async prompt(text: string, heard: (update: SessionUpdate) => void = () => undefined): Promise<number> {
    this.#heard.update = heard;
    const started = performance.now();
    await this.#context.request('session/prompt', { sessionId: this.sessionId, prompt: [{ type: 'text', text }] });
    return performance.now() - started;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
