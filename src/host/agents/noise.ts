import type { Log } from '../../base/log.ts';
import type { AgentProgram } from './agentPort.ts';
import type { Garbage } from './failures.ts';
import { cut } from './fields.ts';
import type { OpenSessions } from './openSessions.ts';

/** How long is counted before the sessions are told, in milliseconds: noise comes in bursts. */
const countFor = 250;

/** What an agent prints where messages should be: it is counted, and told once. */
export class Noise {
  readonly #program: AgentProgram;
  readonly #sessions: OpenSessions;
  readonly #log: Log;
  #count = 0;
  #first = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(program: AgentProgram, sessions: OpenSessions, log: Log) {
    this.#program = program;
    this.#sessions = sessions;
    this.#log = log;
  }

  /** All garbage until now. */
  get seen(): Garbage {
    return { count: this.#count, first: this.#first };
  }

  garbage(line: string): void {
    if (this.#count++ === 0) this.#first = cut(line.trim(), 500);
    this.#timer ??= setTimeout(() => this.#tell(), countFor).unref();
  }

  /** A message that was too long. Its beginning says most of the time which session it belongs to. */
  dropped(head: string, bytes: number): void {
    const size = `${Math.round(bytes / 1024 / 1024)} MB`;
    this.#log.warn('A message of an agent was too long and was dropped.', { agent: this.#program.id, bytes });
    const id = /"sessionId"\s*:\s*"([^"\\]+)"/.exec(head)?.[1];
    this.#sessions.tell(
      {
        type: 'notice',
        level: 'warning',
        text: `The agent sent a message of ${size}, which is too long. It was left out.`,
        detail: cut(head, 500),
      },
      id,
    );
  }

  #tell(): void {
    const lines = this.#count === 1 ? 'a line that is no message' : `${this.#count} lines that are no messages`;
    this.#log.warn(`An agent printed ${lines}.`, { agent: this.#program.id, first: this.#first });
    // A greeting before the first session concerns no conversation. With more noise later, a session is told of all of it.
    if (this.#sessions.size === 0) {
      this.#timer = undefined;
      return;
    }
    this.#sessions.tell({ type: 'notice', level: 'info', text: `The agent printed ${lines}. They were left out.`, detail: this.#first });
  }
}
