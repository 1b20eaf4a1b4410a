import { randomUUID } from 'node:crypto';
import spawn from 'cross-spawn';
import { LoomError } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { ProcessEnd } from './failures.ts';
import { OutputTail } from './outputTail.ts';
import { endProcessTree } from './processTree.ts';

/** What a terminal runs. Without arguments the command is a line for the shell, as most agents send it. */
export interface TerminalOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes of output that are kept. */
  readonly limit: number;
}

/** The variable that marks what a terminal started, so that children which left its process group are found. */
const terminalVariable = 'SESSION_LOOM_TERMINAL';

/** A command that an agent has the host run. It ends with all that it started. */
export class Terminal {
  readonly id = `term-${randomUUID()}`;
  readonly command: string;
  readonly #output: OutputTail;
  readonly #changed = new Emitter<void>();
  readonly #exited: Promise<ProcessEnd>;
  readonly #kill: () => Promise<void>;
  #end: ProcessEnd | undefined;
  #killing: Promise<void> | undefined;

  /** There is more output, or it has ended. */
  readonly onChanged: Event<void> = this.#changed.event;

  private constructor(
    options: TerminalOptions,
    start: { readonly exited: Promise<ProcessEnd>; readonly kill: () => Promise<void> },
    output: OutputTail,
  ) {
    this.command = [options.command, ...options.args].join(' ');
    this.#output = output;
    this.#exited = start.exited;
    this.#kill = start.kill;
    void this.#exited.then((end) => {
      this.#end = end;
      this.#changed.fire();
    });
  }

  /** Starts the command. Rejects with `invalid-input` where it cannot be started. */
  static async start(options: TerminalOptions): Promise<Terminal> {
    const output = new OutputTail(options.limit);
    const mark = { variable: terminalVariable, value: randomUUID() };
    const child = spawn(options.command, [...options.args], {
      cwd: options.cwd,
      env: { ...options.environment, [mark.variable]: mark.value },
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: options.args.length === 0,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', () => resolve());
      child.once('error', (cause) =>
        reject(
          new LoomError(
            'invalid-input',
            `The command “${options.command.slice(0, 200)}” could not be started in ${options.cwd}: ${cause.message}`,
            { cause },
          ),
        ),
      );
    });
    child.on('error', () => undefined);
    const { pid } = child;
    const exited = new Promise<ProcessEnd>((resolve) => {
      // Its last words come before the pipes close; a child of it that holds them open must not keep it from having ended.
      child.once('close', (code, signal) => resolve({ code, signal }));
      child.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal }), lastWordsMs).unref());
    });
    const kill = async (): Promise<void> => {
      if (pid !== undefined) await endProcessTree({ pid, exited, mark, closeInput: () => child.kill('SIGTERM') });
    };
    const terminal = new Terminal(options, { exited, kill }, output);
    for (const pipe of [child.stdout, child.stderr])
      pipe?.on('data', (bytes: Buffer) => {
        output.push(bytes);
        terminal.#changed.fire();
      });
    return terminal;
  }

  /** How it has ended; undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  get isTruncated(): boolean {
    return this.#output.isTruncated;
  }

  text(): string {
    return this.#output.text();
  }

  /** See `OutputTail.from`. */
  from(place: number): { readonly text: string; readonly next: number } {
    return this.#output.from(place);
  }

  untilExit(): Promise<ProcessEnd> {
    return this.#exited;
  }

  /** Ends the command with all that it started. What it has printed stays. */
  kill(): Promise<void> {
    this.#killing ??= this.#kill();
    return this.#killing;
  }
}

const lastWordsMs = 300;
