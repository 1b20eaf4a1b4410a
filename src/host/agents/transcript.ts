import type { AgentToolFields, AgentUpdate } from './agentPort.ts';
import type { OwnTerminalNews } from './ownTerminals.ts';
import type { ParsedUpdate } from './parseUpdate.ts';
import type { KnownCall } from './permission.ts';

interface Call extends KnownCall {
  readonly hasContent: boolean;
}

/** Calls of one session that are remembered; older ones are forgotten. */
const mostCalls = 2000;

/** Kinds of unknown updates that one session tells of. */
const mostKinds = 20;

/** Notices with an id that are remembered. */
const mostTold = 100;

/** What has to be remembered of a session's updates to make sense of the next one. */
export class Transcript {
  readonly #calls = new Map<string, Call>();
  readonly #unknown = new Set<string>();
  readonly #told = new Set<string>();
  #message: { readonly kind: string; readonly id: string | undefined } | undefined;

  /** What is to be shown of an update; undefined when it is nothing. */
  show(parsed: Exclude<ParsedUpdate, { type: 'offered' | 'repeated' }>): AgentUpdate | undefined {
    switch (parsed.type) {
      case 'nothing':
        return undefined;
      case 'unknown':
        return this.#tellOnce(parsed.kind);
      case 'tool':
        this.#message = undefined;
        return this.#tool(parsed);
      case 'said':
        return this.#said(parsed.update, parsed.message);
    }
  }

  /** A turn begins: what is said next is no message behind another one. */
  begin(): void {
    this.#message = undefined;
  }

  /** What was said of a call before. */
  call(id: string): KnownCall | undefined {
    return this.#calls.get(id);
  }

  #tool({ callId, fields, command, output, terminal }: Extract<ParsedUpdate, { type: 'tool' }>): AgentUpdate {
    const before = this.#calls.get(callId);
    const isBare = (fields.content ?? []).length === 0 && before?.hasContent !== true;
    const content = (isBare ? contentFor(output, terminal) : undefined) ?? fields.content;
    const hasContent = before?.hasContent === true || (fields.content ?? []).length > 0 || terminal !== undefined;
    this.#calls.set(callId, { title: fields.title ?? before?.title, command: command ?? before?.command, hasContent });
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size <= mostCalls) break;
      this.#calls.delete(oldest);
    }
    return { type: 'tool', callId, fields: content === fields.content ? fields : { ...fields, content } };
  }

  #said(update: AgentUpdate, message: string | undefined): AgentUpdate | undefined {
    if (update.type === 'notice' && message !== undefined) return this.#isTold(message) ? undefined : update;
    if (update.type !== 'text') {
      if (update.type === 'plan' || update.type === 'image' || update.type === 'file') this.#message = undefined;
      return update;
    }
    const before = this.#message;
    this.#message = { kind: update.kind, id: message };
    // Two messages in a row are one entry here; without a gap the last word of one and the first of the other would be one word.
    const isNext = before?.kind === update.kind && before.id !== undefined && message !== undefined && before.id !== message;
    return isNext ? { ...update, text: `\n\n${update.text}` } : update;
  }

  #isTold(notice: string): boolean {
    if (this.#told.has(notice)) return true;
    this.#told.add(notice);
    for (const oldest of this.#told) if (this.#told.size > mostTold) this.#told.delete(oldest);
    return false;
  }

  #tellOnce(kind: string): AgentUpdate | undefined {
    if (this.#unknown.has(kind) || this.#unknown.size >= mostKinds) return undefined;
    this.#unknown.add(kind);
    return {
      type: 'notice',
      level: 'info',
      text: `The agent sent an update ${kind} that this version does not know. Updates of this kind are left out.`,
    };
  }
}

/** What a call shows of which the agent gives no content: its terminal, else what it returned. */
function contentFor(output: string | undefined, terminal: OwnTerminalNews | undefined): AgentToolFields['content'] {
  if (terminal !== undefined) return [{ type: 'text', text: '', terminal: { id: terminal.id } }];
  return output === undefined ? undefined : [{ type: 'text', text: output }];
}
