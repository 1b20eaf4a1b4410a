import { RequestError } from '@agentclientprotocol/sdk';
import * as path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { agentEnvironment } from './environment.ts';
import type { Fields } from './fields.ts';
import { countOf, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';
import { absolutePath } from './parseContent.ts';
import { Terminal } from './terminal.ts';

/** Bytes of output that are kept where the agent names no limit, and at most. */
const usualLimit = 1024 * 1024;
const largestLimit = 8 * 1024 * 1024;
/** Terminals of one session that exist at a time, and that are still known after they were released, for whoever watches. */
const mostTerminals = 50;
const keptReleased = 20;

/** The terminals of one session (`terminal/*`): processes of the host that end with the session. */
export class Terminals {
  readonly #cwd: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #log: Log;
  readonly #open = new Map<string, Terminal>();
  readonly #released = new Map<string, Terminal>();

  /** `environment` is that of the agent. */
  constructor(cwd: string, environment: Readonly<Record<string, string>>, log: Log) {
    this.#cwd = cwd;
    this.#environment = environment;
    this.#log = log;
  }

  /** A terminal, also one that was released. */
  find(id: string): Terminal | undefined {
    return this.#open.get(id) ?? this.#released.get(id);
  }

  async create(params: Fields): Promise<Fields> {
    const command = wordsOf(params['command']);
    if (command === undefined || command.includes('\0')) throw RequestError.invalidParams(undefined, 'command is no command');
    if (this.#open.size >= mostTerminals)
      throw RequestError.internalError(undefined, `This session has ${mostTerminals} terminals. Release some.`);
    const cwd = absolutePath(params['cwd'], this.#cwd) ?? this.#cwd;
    const terminal = await Terminal.start({
      command,
      args: listOf(params['args']).filter((each) => typeof each === 'string'),
      cwd: path.resolve(cwd),
      environment: agentEnvironment(this.#environment, variablesOf(params['env']), process.platform),
      limit: Math.min(countOf(params['outputByteLimit']) ?? usualLimit, largestLimit),
    });
    this.#open.set(terminal.id, terminal);
    return { terminalId: terminal.id };
  }

  output(params: Fields): Fields {
    const terminal = this.#of(params);
    const { end } = terminal;
    return { output: terminal.text(), truncated: terminal.isTruncated, ...(end === undefined ? {} : { exitStatus: exitOf(end) }) };
  }

  async waitForExit(params: Fields): Promise<Fields> {
    return exitOf(await this.#of(params).untilExit());
  }

  async kill(params: Fields): Promise<Fields> {
    await this.#of(params).kill();
    return {};
  }

  async release(params: Fields): Promise<Fields> {
    const terminal = this.#of(params);
    this.#open.delete(terminal.id);
    this.#released.set(terminal.id, terminal);
    const [oldest] = this.#released.keys();
    if (this.#released.size > keptReleased && oldest !== undefined) this.#released.delete(oldest);
    await terminal.kill();
    return {};
  }

  /** Ends all that run. What they have printed stays, for the agent that asks and for whoever watches. */
  async endAll(): Promise<void> {
    await Promise.all(
      [...this.#open.values()].map((terminal) =>
        terminal.kill().catch((error: unknown) => this.#log.warn('A terminal could not be ended.', { error: messageOf(error) })),
      ),
    );
  }

  #of(params: Fields): Terminal {
    const terminal = this.#open.get(textOf(params['terminalId']) ?? '');
    if (terminal === undefined) throw RequestError.resourceNotFound(textOf(params['terminalId']) ?? '');
    return terminal;
  }
}

function exitOf({ code, signal }: { readonly code: number | null; readonly signal: string | null }): Fields {
  return { exitCode: code, signal };
}

function variablesOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listOf(value).flatMap((item) => {
      const fields = fieldsOf(item);
      const name = wordsOf(fields?.['name']);
      const text = textOf(fields?.['value']);
      return name === undefined || text === undefined || /[=\0]/.test(name) ? [] : [[name, text]];
    }),
  );
}
