/** What a test needs to talk to a real agent process: a listener that remembers, and an agent that is certainly ended. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Emitter } from '../../../src/base/event.ts';
import { silentLog } from '../../../src/base/log.ts';
import type {
  AgentInstance,
  AgentListener,
  AgentPermission,
  AgentProgram,
  AgentUpdate,
  WrittenFile,
} from '../../../src/host/agents/agentPort.ts';
import type { StartOptions } from '../../../src/host/agents/startAgent.ts';
import { startAgent } from '../../../src/host/agents/startAgent.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** One of the programs in `test/support/agents`, or another file of the project. */
export function testAgent(name: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): AgentProgram {
  const file = name.includes('/') ? name : `test/support/agents/${name}.ts`;
  return { id: name, name: 'Test', command: process.execPath, args: [path.join(root, file), ...args], env };
}

/** A program that is a line of JavaScript. */
export function inlineAgent(code: string, env: Readonly<Record<string, string>> = {}): AgentProgram {
  return { id: 'inline', name: 'Inline', command: process.execPath, args: ['-e', code], env };
}

/** The scripted agent with a script, see `test/support/agents/scripted.ts`. */
export function scripted(script: object, env: Readonly<Record<string, string>> = {}): AgentProgram {
  return testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(script), ...env });
}

/** The scripted agent that plays the same steps in every turn. */
export function playing(...steps: readonly object[]): AgentProgram {
  return scripted({ turns: [steps] });
}

/** A listener that remembers all it hears, in order, and answers questions as it is told. */
export class Heard implements AgentListener {
  readonly updates: AgentUpdate[] = [];
  readonly questions: AgentPermission[] = [];
  readonly written: string[] = [];
  readonly closings: string[] = [];
  readonly withdrawn: string[] = [];
  answer: (permission: AgentPermission, signal: AbortSignal) => Promise<string | undefined>;
  readonly #news = new Emitter<void>();

  constructor(answer: Heard['answer'] = (permission) => Promise.resolve(permission.options[0]?.id)) {
    this.answer = answer;
  }

  update(update: AgentUpdate): void {
    this.updates.push(update);
    this.#news.fire();
  }

  ask(permission: AgentPermission, signal: AbortSignal): Promise<string | undefined> {
    this.questions.push(permission);
    signal.addEventListener('abort', () => {
      this.withdrawn.push(permission.title);
      this.#news.fire();
    });
    this.#news.fire();
    return this.answer(permission, signal);
  }

  wrote({ path: file }: WrittenFile): void {
    this.written.push(file);
    this.#news.fire();
  }

  closed(reason: string): void {
    this.closings.push(reason);
    this.#news.fire();
  }

  /** All text of messages. */
  get text(): string {
    return this.updates.map((update) => (update.type === 'text' && update.kind === 'message' ? update.text : '')).join('');
  }

  /** The updates of one type. */
  of<Type extends AgentUpdate['type']>(type: Type): Extract<AgentUpdate, { type: Type }>[] {
    return this.updates.filter((update): update is Extract<AgentUpdate, { type: Type }> => update.type === type);
  }

  /** Resolves as soon as the condition holds. The test's own time limit is the limit. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const subscription = this.#news.event(() => {
        if (!condition()) return;
        subscription.dispose();
        resolve();
      });
    });
  }
}

/** Starts agents for the tests of one suite and ends them all after each test, whatever happened. */
export function agents(): {
  start(program: AgentProgram, options?: Partial<StartOptions>, signal?: AbortSignal): Promise<AgentInstance>;
  readonly folder: string;
} {
  const running: AgentInstance[] = [];
  let folder = '';
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'loom-agents-')));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((instance) => instance.close()));
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    async start(program, options = {}, signal) {
      const instance = await startAgent(
        program,
        { environment: process.env, log: silentLog, clientVersion: '0.0.0', token: 'test', ...options },
        signal,
      );
      running.push(instance);
      return instance;
    },
  };
}
