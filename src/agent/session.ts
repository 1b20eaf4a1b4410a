import type { AgentContext, ClientCapabilities } from '@agentclientprotocol/sdk';
import type { Mode, Pace } from './modes.ts';

/** What a person can allow or refuse once and for all within a session. */
export type Grant = 'run' | 'write';

/** The client at the other end, and what it said that it can do. */
export interface Client {
  readonly context: AgentContext;
  readonly capabilities: ClientCapabilities;
}

/** One conversation. It lives as long as the client keeps it open; what was said is in the store. */
export class AgentSession {
  readonly id: string;
  /** Absolute folders whose files the session may touch. The first is the working directory. */
  readonly roots: readonly [string, ...string[]];
  mode: Mode = 'ask';
  pace: Pace = 'words';
  title: string | undefined;
  /** Whether the session has been told that no language model answers it. */
  introduced = false;
  /** Characters said and heard so far, the base of the token estimate. */
  characters = 0;
  /** Counts tool calls and turns, so that ids stay unique after a load. */
  serial = 0;
  /** Standing answers of the person. They die with the session: a loaded one asks again. */
  readonly grants = new Map<Grant, 'allow' | 'reject'>();
  /** The running turn. */
  turn: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(id: string, roots: readonly [string, ...string[]]) {
    this.id = id;
    this.roots = roots;
  }

  get folder(): string {
    return this.roots[0];
  }

  /** Stops the running turn, if there is one, and waits until it is stored. */
  async stop(): Promise<void> {
    this.turn?.stop.abort();
    await this.turn?.ended;
  }
}
