import type { Log } from '../../base/log.ts';
import type { AgentListener, AgentQuestion, AgentReply, AgentUpdate } from './agentPort.ts';
import { ChildSessions } from './childSessions.ts';
import { Elicitations } from './elicitations.ts';
import { fieldsOf, textOf } from './fields.ts';
import type { AcpSession } from './session.ts';

/** Characters of updates that are kept for sessions whose id is not known yet. */
const mostEarly = 8 * 1024 * 1024;

interface EarlyUpdate {
  readonly id: string;
  readonly update: unknown;
}

/** The sessions of one agent, by the agent's ids, and what it says in them. */
export class OpenSessions {
  readonly #sessions = new Map<string, AcpSession>();
  readonly #log: Log;
  /** Who hears the sessions that are being opened now. */
  readonly #waiting: Pick<AgentListener, 'question'>[] = [];
  readonly elicitations = new Elicitations();
  readonly children: ChildSessions;
  /** Sessions of sub-agents, and the session that each works for. */
  readonly #parents = new Map<AcpSession, AcpSession>();
  #early: EarlyUpdate[] = [];
  #earlySize = 0;
  #opening = 0;
  #strangers = 0;

  constructor(log: Log) {
    this.#log = log;
    this.children = new ChildSessions(log);
  }

  /** Without those of sub-agents, which live with the session that they work for. */
  get size(): number {
    return this.#sessions.size - this.#parents.size;
  }

  get all(): readonly AcpSession[] {
    return [...this.#sessions.values()];
  }

  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** Runs while a session opens: until the id is known, updates of ids that nobody knows are kept. */
  async whileOpening<T>(listener: Pick<AgentListener, 'question'>, open: () => Promise<T>): Promise<T> {
    this.#opening++;
    this.#waiting.push(listener);
    try {
      return await open();
    } finally {
      this.#opening--;
      this.#waiting.splice(this.#waiting.indexOf(listener), 1);
      if (this.#opening === 0) this.#forgetEarly();
    }
  }

  /** Takes a session in, and gives it what the agent has said in it already. */
  add(session: AcpSession): void {
    this.#sessions.set(session.acpSessionId, session);
    const mine = this.#early.filter(({ id }) => id === session.acpSessionId);
    this.#early = this.#early.filter(({ id }) => id !== session.acpSessionId);
    for (const { update } of mine) session.hear(update);
  }

  remove(session: AcpSession): void {
    if (this.#sessions.get(session.acpSessionId) === session) this.#sessions.delete(session.acpSessionId);
    this.#parents.delete(session);
    this.children.forget(session);
    for (const [child, parent] of this.#parents) if (parent === session) this.#endChild(child);
  }

  /** Takes in the session of a sub-agent. */
  addChild(child: AcpSession, parent: AcpSession): void {
    this.#parents.set(child, parent);
    this.add(child);
  }

  /** The turn of a session is over, and with it what its sub-agents did for it. */
  turnEnded(parent: AcpSession): void {
    for (const [child, of] of this.#parents) if (of === parent) child.done();
  }

  #endChild(child: AcpSession): void {
    child.done();
    this.remove(child);
  }

  /** Passes on the parameters of a `session/update`. `size` is the length of its line. */
  update(params: unknown, size: number): void {
    const fields = fieldsOf(params);
    const id = textOf(fields?.['sessionId']);
    const session = id === undefined ? undefined : this.#sessions.get(id);
    const update = fields?.['update'];
    if (session !== undefined) {
      if (fieldsOf(update)?.['sessionUpdate'] === 'subagent_update') return this.children.announce(session, update);
      return session.hear(update);
    }
    if (id !== undefined && this.#opening > 0 && this.#earlySize + size <= mostEarly) {
      this.#early.push({ id, update });
      this.#earlySize += size;
      return;
    }
    const working = this.all.filter((each) => each.isPrompting && !this.#parents.has(each));
    if (id !== undefined && this.children.hear(id, update, size, working)) return;
    if (this.#strangers++ === 0) this.#log.debug('The agent speaks in a session that nobody opened; it is not shown.', { id: id ?? '' });
  }

  /** The session of a request. One under an id that nobody knows is of a subagent, and belongs to the session that works when that is clear. */
  find(id: unknown): AcpSession | undefined {
    const exact = typeof id === 'string' ? this.#sessions.get(id) : undefined;
    if (exact !== undefined) return exact;
    const working = this.all.filter((session) => session.isPrompting);
    return working.length === 1 ? working[0] : undefined;
  }

  /** Who is asked by a form: the session that it names, else the one that is being opened, as for a login, else the one that works. */
  askedBy(id: unknown): ((question: AgentQuestion, signal: AbortSignal) => Promise<AgentReply | undefined>) | undefined {
    const opening = typeof id === 'string' ? undefined : this.#waiting.at(-1);
    if (opening?.question !== undefined) return (question, signal) => opening.question?.(question, signal) ?? Promise.resolve(undefined);
    const session = this.find(id);
    return session === undefined ? undefined : (question, signal) => session.question(question, signal);
  }

  /** Tells one session something about its agent, or all when it is not known which one it concerns. */
  tell(update: AgentUpdate, id?: string): void {
    const one = id === undefined ? undefined : this.#sessions.get(id);
    for (const session of one === undefined ? this.all : [one]) session.tell(update);
  }

  /** Resolves when all sessions can take more; undefined when they can now. */
  ready(): Promise<void> | undefined {
    let waits: Promise<void>[] | undefined;
    for (const session of this.#sessions.values()) {
      const wait = session.ready();
      // One that fails to wait must not stop the reading for good.
      if (wait !== undefined) (waits ??= []).push(wait.catch(() => undefined));
    }
    return waits === undefined ? undefined : Promise.all(waits).then(() => undefined);
  }

  #forgetEarly(): void {
    this.#early = [];
    this.#earlySize = 0;
  }
}
