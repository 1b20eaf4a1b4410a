import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { client, ndJsonStream } from '@agentclientprotocol/sdk';
import type {
  ClientContext,
  ContentBlock,
  CreateElicitationRequest,
  CreateElicitationResponse,
  RequestPermissionRequest,
  SessionNotification,
  SessionUpdate,
  StopReason,
} from '@agentclientprotocol/sdk';

const program = fileURLToPath(new URL('../../src/agent/main.ts', import.meta.url));

/** How the client of a test behaves. */
export interface ClientOptions {
  /** The program to start instead of the source. */
  readonly program?: string;
  /** The files of an editor by path: given, the client offers to read and write them. */
  readonly editor?: Map<string, string>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Chooses the option of a permission request by its id; `undefined` leaves it open until the turn is cancelled. Default: allow_once. */
  /** Answers forms; without it the client says that it shows none. */
  readonly fill?: (request: CreateElicitationRequest) => CreateElicitationResponse;
  readonly decide?: (request: RequestPermissionRequest) => string | undefined;
}

/** The real program as a child process, with the SDK's client at its other end. */
export class RunningAgent {
  readonly process: ChildProcess;
  readonly context: ClientContext;
  readonly questions: RequestPermissionRequest[] = [];
  /** Everything that came, in order. */
  readonly notifications: SessionNotification[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(process: ChildProcess, options: ClientOptions) {
    if (process.stdin === null || process.stdout === null) throw new Error('The agent has no pipes.');
    this.process = process;
    const stream = ndJsonStream(Writable.toWeb(process.stdin), Readable.toWeb(process.stdout) as ReadableStream<Uint8Array>);
    const app = client({ name: 'test' })
      .onNotification('session/update', ({ params }) => {
        this.notifications.push(params);
        for (const check of [...this.#waiting]) check();
      })
      .onRequest('session/request_permission', ({ params, signal }) => {
        this.questions.push(params);
        for (const check of [...this.#waiting]) check();
        const optionId = (options.decide ?? (() => 'allow_once'))(params);
        if (optionId !== undefined) return { outcome: { outcome: 'selected', optionId } };
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ outcome: { outcome: 'cancelled' } })));
      });
    const { editor, fill } = options;
    if (fill !== undefined) app.onRequest('elicitation/create', ({ params }) => fill(params));
    if (editor !== undefined) {
      app.onRequest('fs/read_text_file', ({ params }) => ({ content: editor.get(params.path) ?? '' }));
      app.onRequest('fs/write_text_file', ({ params }) => {
        editor.set(params.path, params.content);
      });
    }
    this.context = app.connect(stream).agent;
  }

  /** Starts the program and shakes hands. */
  static async start(options: ClientOptions = {}): Promise<RunningAgent> {
    const env = { ...process.env, ...options.environment };
    const agent = new RunningAgent(
      spawn(process.execPath, [options.program ?? program], { stdio: ['pipe', 'pipe', 'inherit'], env }),
      options,
    );
    const offersFiles = options.editor !== undefined;
    await agent.context.request('initialize', {
      protocolVersion: 1,
      clientCapabilities: {
        fs: { readTextFile: offersFiles, writeTextFile: offersFiles },
        ...(options.fill === undefined ? {} : { elicitation: { form: {} } }),
      },
    });
    return agent;
  }

  /** Opens a session that answers at once, so that tests wait for no words. */
  async open(cwd: string): Promise<string> {
    const { sessionId } = await this.context.request('session/new', { cwd, mcpServers: [] });
    await this.context.request('session/set_config_option', { sessionId, configId: 'pace', value: 'at-once' });
    return sessionId;
  }

  /** Sends a prompt and waits for the turn's end. */
  async prompt(sessionId: string, prompt: string | ContentBlock[]): Promise<StopReason> {
    const blocks = typeof prompt === 'string' ? [{ type: 'text' as const, text: prompt }] : prompt;
    return (await this.context.request('session/prompt', { sessionId, prompt: blocks })).stopReason;
  }

  /** What a session sent, in order. */
  updates(sessionId: string): SessionUpdate[] {
    return this.notifications.filter((notification) => notification.sessionId === sessionId).map((notification) => notification.update);
  }

  /** All that the agent said in a session. */
  said(sessionId: string): string {
    return this.updates(sessionId)
      .map((update) => (update.sessionUpdate === 'agent_message_chunk' && update.content.type === 'text' ? update.content.text : ''))
      .join('');
  }

  /** Resolves once something of what has come, or comes, is what the test waits for. */
  async until(isThere: () => boolean): Promise<void> {
    if (isThere()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!isThere()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  /** Closes the program's stdin, which ends it. Answers with its exit code. */
  async close(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const exited = once(this.process, 'exit') as Promise<[number | null]>;
    this.process.stdin?.end();
    return (await exited)[0];
  }
}

/** A folder of a test, with its real path, and the way to get rid of it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'loom-agent-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
