import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { AgentTerminal, AgentToolContent, AgentUpdate } from './agentPort.ts';

type ToolUpdate = Extract<AgentUpdate, { type: 'tool' }>;

/** A terminal that a call shows, of the host or of the agent itself. */
export interface ShownTerminal extends AgentTerminal {
  readonly id: string;
  readonly isTruncated: boolean;
  text(): string;
}

/** A call that shows terminals, with what it showed last. */
interface View {
  readonly content: readonly AgentToolContent[];
  readonly watch: Disposable;
  timer: NodeJS.Timeout | undefined;
}

/** Milliseconds between two looks at an output that grows. */
const lookMs = 100;

/** The terminals that tool calls show: their output goes into the calls while it grows. */
export class TerminalViews {
  readonly #find: (id: string) => ShownTerminal | undefined;
  readonly #tell: (update: AgentUpdate) => void;
  readonly #views = new Map<string, View>();

  constructor(find: (id: string) => ShownTerminal | undefined, tell: (update: AgentUpdate) => void) {
    this.#find = find;
    this.#tell = tell;
  }

  /** The update with what its terminals have printed; from then on the call follows them. */
  show(update: ToolUpdate): ToolUpdate {
    const { callId, fields } = update;
    const known = this.#views.get(callId);
    const content = fields.content ?? known?.content;
    if (content === undefined || (fields.content === undefined && fields.state === undefined)) return update;
    if (fields.content !== undefined) this.#follow(callId, fields.content);
    return this.#views.has(callId) ? { ...update, fields: { ...fields, content: this.#filled(content) } } : update;
  }

  /** Tells what is still held back, and follows nothing any more. */
  close(): void {
    for (const [callId, view] of this.#views) {
      if (view.timer !== undefined) this.#say(callId, view);
      view.watch.dispose();
    }
    this.#views.clear();
  }

  #follow(callId: string, content: readonly AgentToolContent[]): void {
    const before = this.#views.get(callId);
    clearTimeout(before?.timer);
    before?.watch.dispose();
    this.#views.delete(callId);
    const terminals = content.flatMap((part) =>
      part.type === 'text' && part.terminal !== undefined ? (this.#find(part.terminal.id) ?? []) : [],
    );
    if (terminals.length === 0) return;
    const watch = new DisposableStore();
    const view: View = { content, watch, timer: undefined };
    this.#views.set(callId, view);
    for (const terminal of terminals)
      watch.add(
        terminal.onChanged(() => {
          view.timer ??= setTimeout(() => this.#say(callId, view), lookMs);
        }),
      );
  }

  #say(callId: string, view: View): void {
    clearTimeout(view.timer);
    view.timer = undefined;
    this.#tell({ type: 'tool', callId, fields: { content: this.#filled(view.content) } });
  }

  #filled(content: readonly AgentToolContent[]): readonly AgentToolContent[] {
    return content.map((part) => {
      const terminal = part.type === 'text' && part.terminal !== undefined ? this.#find(part.terminal.id) : undefined;
      if (terminal === undefined) return part;
      const { end } = terminal;
      const text = terminal.isTruncated ? `[… the beginning is no longer kept …]\n${terminal.text()}` : terminal.text();
      const code = end?.code ?? undefined;
      const signal = end?.signal ?? undefined;
      const ended = { ...(code === undefined ? {} : { exitCode: code }), ...(signal === undefined ? {} : { signal }) };
      return { type: 'text', text, terminal: { id: terminal.id, ...ended } };
    });
  }
}
