import { setImmediate as nextTurnOfTheLoop, setTimeout as delay } from 'node:timers/promises';
import type { PlanEntry, SessionUpdate, StopReason, ToolCall, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk';
import { LoomError } from '../base/errors.ts';
import { TurnRecord } from './record.ts';
import type { AgentSession, Client } from './session.ts';

/** What a tool call shows, without its id. */
export type ToolFields = Omit<ToolCallUpdate, 'toolCallId'>;

/** A tool call that a turn has begun. It ends once; one that is still open when the turn ends is reported as failed. */
export interface Tool {
  readonly call: ToolCall;
  update(fields: ToolFields): Promise<void>;
  end(status: 'completed' | 'failed', fields?: ToolFields): Promise<void>;
}

/** One prompt and its answer: the way in which commands speak to the client. After `finish` nothing more is sent. */
export class Turn {
  readonly session: AgentSession;
  readonly client: Client;
  readonly signal: AbortSignal;
  /** What the turn sent, for the store. */
  readonly record = new TurnRecord();
  readonly #open = new Map<string, Tool>();
  /** Why the turn ends, unless it is cancelled. */
  stopReason: StopReason = 'end_turn';
  #finished = false;
  #sent = 0;

  constructor(session: AgentSession, client: Client, signal: AbortSignal) {
    this.session = session;
    this.client = client;
    this.signal = signal;
  }

  /**
   * Sends an update. Never fails: the only reason would be a connection that closes, and that aborts the turn's signal as well.
   * A turn that was cancelled may still send, so that it can settle what it began.
   */
  async send(update: SessionUpdate): Promise<void> {
    if (this.#finished) return;
    this.record.add(update);
    if ('content' in update && update.content !== null && 'text' in update.content) this.session.characters += update.content.text.length;
    await this.client.context.notify('session/update', { sessionId: this.session.id, update }).catch(() => undefined);
    // A flood that never leaves the microtask queue would keep a cancel from being read.
    if (++this.#sent % 32 === 0) await nextTurnOfTheLoop();
  }

  /** Says a markdown text word by word, or whole if the session wants that. Long texts go faster, none takes much more than a second. */
  async say(text: string): Promise<void> {
    const pieces = this.session.pace === 'at-once' ? [text] : (text.match(/\s*\S+|\s+$/g) ?? []);
    const pause = Math.min(12, 1200 / pieces.length);
    let due = performance.now();
    for (const piece of pieces) {
      this.signal.throwIfAborted();
      await this.send({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: piece } });
      due += pause;
      if (pieces.length > 1 && due > performance.now() + 1) await this.pause(due - performance.now());
    }
  }

  /** Waits so many milliseconds. Rejects when the turn is cancelled. */
  async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.signal });
  }

  /** Reports the whole plan. */
  async plan(entries: readonly PlanEntry[]): Promise<void> {
    await this.send({ sessionUpdate: 'plan', entries: [...entries] });
  }

  /** Begins a tool call under an id of its own. */
  async tool(fields: Omit<ToolCall, 'toolCallId'>): Promise<Tool> {
    const call: ToolCall = { toolCallId: `call-${++this.session.serial}`, status: 'pending', ...fields };
    const tool: Tool = {
      call,
      update: (more) => this.send({ sessionUpdate: 'tool_call_update', toolCallId: call.toolCallId, ...more }),
      end: async (status, more = {}) => {
        if (this.#open.delete(call.toolCallId)) await tool.update({ status, ...more });
      },
    };
    this.#open.set(call.toolCallId, tool);
    await this.send({ sessionUpdate: 'tool_call', ...call });
    return tool;
  }

  /** Asks the client for something and waits no longer than the turn lasts. A refusal of the client fails with `agent`. */
  async request<Result>(
    ask: (options: { cancellationSignal: AbortSignal; stopWaitingOnCancel: true }) => Promise<Result>,
  ): Promise<Result> {
    this.signal.throwIfAborted();
    try {
      return await ask({ cancellationSignal: this.signal, stopWaitingOnCancel: true });
    } catch (cause) {
      this.signal.throwIfAborted();
      throw new LoomError('agent', `The client could not do what it was asked: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }

  /** Reports every tool call that is still open as failed. The reason is shown in a call that began without content. */
  async settle(reason?: string): Promise<void> {
    for (const tool of [...this.#open.values()]) {
      await tool.end('failed', reason === undefined || tool.call.content !== undefined ? {} : { content: textContent(reason) });
    }
  }

  /** Settles what is open and sends nothing from here on. */
  async finish(): Promise<void> {
    await this.settle();
    this.#finished = true;
  }
}

/** A plain text as the content of a tool call. */
export function textContent(text: string): ToolCallContent[] {
  return [{ type: 'content', content: { type: 'text', text } }];
}
