import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AgentChild } from './agentPort.ts';
import { cut, fieldsOf, textOf, wordsOf } from './fields.ts';
import type { AcpSession } from './session.ts';

/** Sub-agents of one session that become sessions; what others say is left out. */
const mostChildren = 20;
/** Characters that wait for all children whose sessions are being made. */
const mostWaiting = 4 * 1024 * 1024;

interface Child {
  readonly parent: AcpSession;
  readonly waiting: unknown[];
}

/** Opens a session of ours for a sub-agent; undefined where nobody wants one. */
export type OpenChild = (parent: AcpSession, child: AgentChild) => Promise<AcpSession | undefined>;

/**
 * Sub-agents, which speak under ids of their own (R3.4): each becomes a child session of the one that it works for. That one is said by
 * `subagent_update`, or it is the only one that works. What a sub-agent says until its session is there is kept.
 */
export class ChildSessions {
  readonly #log: Log;
  readonly #announced = new Map<string, { readonly parent: AcpSession; readonly title: string | undefined }>();
  readonly #opening = new Map<string, Child>();
  readonly #counts = new Map<AcpSession, number>();
  readonly #refused = new Set<string>();
  #waitingSize = 0;
  open: OpenChild | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes in a `subagent_update` of a session. */
  announce(parent: AcpSession, update: unknown): void {
    const fields = fieldsOf(update);
    const id = wordsOf(fields?.['sessionId']);
    if (id === undefined || this.#announced.size >= 1000) return;
    const title = wordsOf(fields?.['title']) ?? wordsOf(fields?.['description']);
    this.#announced.set(id, { parent, title: title ?? this.#announced.get(id)?.title });
  }

  /** Takes in what a sub-agent says. `working` are the sessions with a running turn. False where it belongs to none for certain. */
  hear(id: string, update: unknown, size: number, working: readonly AcpSession[]): boolean {
    const known = this.#opening.get(id);
    if (known !== undefined) {
      if (this.#waitingSize + size <= mostWaiting) {
        known.waiting.push(update);
        this.#waitingSize += size;
      }
      return true;
    }
    const announced = this.#announced.get(id);
    const parent = announced?.parent ?? (working.length === 1 ? working[0] : undefined);
    if (parent === undefined || this.open === undefined || this.#refused.has(id)) return false;
    // Only what can be shown is worth a session.
    if (announced === undefined && !isSaid(update)) return false;
    const count = this.#counts.get(parent) ?? 0;
    if (count >= mostChildren) return false;
    this.#counts.set(parent, count + 1);
    const child: Child = { parent, waiting: [update] };
    this.#opening.set(id, child);
    this.#waitingSize += size;
    void this.#make(id, child, announced?.title, size);
    return true;
  }

  /** A session has ended, and with it what its sub-agents may still say. */
  forget(parent: AcpSession): void {
    this.#counts.delete(parent);
    for (const [id, announced] of this.#announced) if (announced.parent === parent) this.#announced.delete(id);
  }

  async #make(id: string, child: Child, title: string | undefined, size: number): Promise<void> {
    try {
      const session = await this.open?.(child.parent, { acpSessionId: id, title: cut(title ?? 'Sub-agent', 200) });
      if (session === undefined) this.#refused.add(id);
      else {
        for (const update of child.waiting) session.hear(update);
        // The turn in which it worked may have ended while its session was made.
        if (!child.parent.isPrompting) session.done();
      }
    } catch (error) {
      this.#refused.add(id);
      this.#log.warn('A sub-agent got no session of its own.', { error: messageOf(error) });
    } finally {
      this.#opening.delete(id);
      if (this.#opening.size === 0) this.#waitingSize = 0;
      else this.#waitingSize -= size;
    }
  }
}

const said: ReadonlySet<string | undefined> = new Set([
  'agent_message_chunk',
  'agent_thought_chunk',
  'tool_call',
  'tool_call_update',
  'plan',
  'plan_update',
]);

function isSaid(update: unknown): boolean {
  const fields = fieldsOf(update);
  return (
    said.has(textOf(fields?.['sessionUpdate'])) &&
    (fields?.['content'] !== undefined || fields?.['toolCallId'] !== undefined || fields?.['entries'] !== undefined)
  );
}
