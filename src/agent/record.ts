import type { SessionUpdate } from '@agentclientprotocol/sdk';

/** Collects what a turn sent, merged: a run of text chunks is one chunk, a tool call and its updates are one call, the last plan counts. */
export class TurnRecord {
  #updates: SessionUpdate[] = [];

  add(update: SessionUpdate): void {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
      case 'user_message_chunk':
        this.#addText(update);
        return;
      case 'tool_call':
        this.#updates.push({ ...update });
        return;
      case 'tool_call_update':
        this.#addToCall(update);
        return;
      case 'plan':
        this.#replace(update);
        return;
      case 'usage_update':
        this.#replace(update);
        return;
      case 'available_commands_update':
        // Advertised anew whenever a session opens, so it is no part of the conversation.
        return;
      default:
        this.#updates.push(update);
    }
  }

  /** Hands out what was collected and begins anew. */
  take(): readonly SessionUpdate[] {
    const taken = this.#updates;
    this.#updates = [];
    return taken;
  }

  #addText(update: Extract<SessionUpdate, { content: { type: string } }>): void {
    const last = this.#updates.at(-1);
    const mergeable = last?.sessionUpdate === update.sessionUpdate && 'content' in last;
    if (mergeable && update.content.type === 'text' && 'type' in last.content && last.content.type === 'text') {
      const text = last.content.text + update.content.text;
      this.#updates[this.#updates.length - 1] = { ...update, content: { type: 'text', text } };
    } else this.#updates.push(update);
  }

  #addToCall(update: Extract<SessionUpdate, { sessionUpdate: 'tool_call_update' }>): void {
    const index = this.#updates.findLastIndex((known) => known.sessionUpdate === 'tool_call' && known.toolCallId === update.toolCallId);
    const call = this.#updates[index];
    if (call?.sessionUpdate !== 'tool_call') this.#updates.push(update);
    else {
      const { sessionUpdate: _kind, ...fields } = update;
      // A field that is absent or null leaves the call's own as it is.
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
      this.#updates[index] = { ...call, ...given };
    }
  }

  #replace(update: SessionUpdate): void {
    const index = this.#updates.findIndex((known) => known.sessionUpdate === update.sessionUpdate);
    if (index < 0) this.#updates.push(update);
    else this.#updates[index] = update;
  }
}
