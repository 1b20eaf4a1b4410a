import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, textOf, wordsOf } from './fields.ts';
import type { ProcessEnd } from './failures.ts';
import { OutputTail } from './outputTail.ts';

/** What an agent tells of a terminal that it runs itself. `text` is what came since it told last. */
export interface OwnTerminalNews {
  readonly id: string;
  readonly text: string;
  readonly end: ProcessEnd | undefined;
}

/** Bytes of output that are kept of one terminal, and terminals that are known of one session. */
const keptBytes = 1024 * 1024;
const mostTerminals = 50;

/**
 * Reads the `_meta` of a tool call for a terminal that the agent runs itself: `terminal_info`, `terminal_output` or `terminal_output_delta`, and
 * `terminal_exit`, as the adapters of Codex and Claude send them. Undefined where it tells of none.
 */
export function ownTerminalOf(meta: unknown): OwnTerminalNews | undefined {
  const fields = fieldsOf(meta);
  const output = fieldsOf(fields?.['terminal_output']) ?? fieldsOf(fields?.['terminal_output_delta']);
  const exit = fieldsOf(fields?.['terminal_exit']);
  const id = [output, exit, fieldsOf(fields?.['terminal_info'])].map((part) => wordsOf(part?.['terminal_id'])).find((each) => each);
  return id === undefined ? undefined : { id, text: textOf(output?.['data']) ?? '', end: exit === undefined ? undefined : endOf(exit) };
}

function endOf(exit: Fields): ProcessEnd {
  const code = exit['exit_code'];
  const signal = wordsOf(exit['signal']);
  return { code: Number.isInteger(code) ? Number(code) : null, signal: signal === undefined ? null : cut(signal, 40) };
}

/** A command that an agent runs itself, as far as it tells. */
export class OwnTerminal {
  readonly id: string;
  readonly command: string;
  readonly #output = new OutputTail(keptBytes);
  readonly #changed = new Emitter<void>();
  #end: ProcessEnd | undefined;

  /** There is more output, or it has ended. */
  readonly onChanged: Event<void> = this.#changed.event;

  constructor(id: string, command: string) {
    this.id = id;
    this.command = command;
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

  take({ text, end }: OwnTerminalNews): void {
    if (text !== '') this.#output.push(Buffer.from(text));
    this.#end ??= end;
    this.#changed.fire();
  }
}

/** The terminals of one session that its agent runs itself; the oldest are forgotten. */
export class OwnTerminals {
  readonly #all = new Map<string, OwnTerminal>();

  find(id: string): OwnTerminal | undefined {
    return this.#all.get(id);
  }

  /** Takes in what the agent tells; `command` is that of the call. */
  take(news: OwnTerminalNews, command: string): void {
    let terminal = this.#all.get(news.id);
    if (terminal === undefined) {
      terminal = new OwnTerminal(news.id, command);
      this.#all.set(news.id, terminal);
    }
    terminal.take(news);
    for (const oldest of this.#all.keys()) {
      if (this.#all.size <= mostTerminals) break;
      this.#all.delete(oldest);
    }
  }
}
