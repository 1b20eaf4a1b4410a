import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { PermissionAnswer } from '../model/entries.ts';
import type { Fact } from '../model/events.ts';
import { promptText } from '../model/content.ts';
import type { AgentPermission, AgentProgram, AgentPromptPart, AgentStop, AgentUpdate } from './agents/agentPort.ts';
import type { AgentPool, OpenedAgent } from './agentPool.ts';
import { AgentRecorder } from './agentRecorder.ts';
import type { Session } from './session.ts';

/** Letters of the earlier conversation that are handed to an agent which does not remember it. */
const replayLength = 100_000;

/** The connection between one session and its agent: opened with the first prompt, given back when the session rests. */
export class AgentConnection {
  readonly #session: Session;
  readonly #pool: AgentPool;
  readonly #program: () => AgentProgram;
  readonly #log: Log;
  readonly #recorder: AgentRecorder;
  readonly #questions = new Map<string, (optionId: string | undefined) => void>();
  #opened: OpenedAgent | undefined;
  #cancelled = new AbortController();

  constructor(session: Session, pool: AgentPool, program: () => AgentProgram, log: Log) {
    this.#session = session;
    this.#pool = pool;
    this.#program = program;
    this.#log = log;
    this.#recorder = new AgentRecorder(session);
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** Everything that the agent says from now on belongs to this turn. */
  begin(turn: string): void {
    this.#recorder.begin(turn);
    this.#cancelled = new AbortController();
  }

  sealed(turn: string): Fact | undefined {
    return this.#recorder.sealed(turn);
  }

  /** Sends a prompt to the agent, which is started first if need be, and waits until it stops. */
  async prompt(parts: readonly AgentPromptPart[]): Promise<AgentStop> {
    const { signal } = this.#cancelled;
    const opened = this.#opened ?? (await this.#open(signal));
    if (signal.aborted) return { reason: 'cancelled' };
    const all = opened.session.remembers || this.#session.state.turnCount <= 1 ? parts : [...this.#earlier(), ...parts];
    this.#remembersNow();
    return opened.session.prompt(all, signal);
  }

  /** Asks the agent to stop; questions that wait are withdrawn. */
  cancel(): void {
    this.#opened?.session.cancel();
    this.#cancelled.abort();
  }

  /** Records the answer, waits until it is on the disk, and lets the agent go on: no tool runs on an answer that a power loss could take back. */
  async answer(entry: string, answer: PermissionAnswer): Promise<void> {
    const question = this.#questions.get(entry);
    if (question === undefined) throw new LoomError('conflict', 'The agent no longer waits for this answer.');
    this.#questions.delete(entry);
    const turn = this.#session.state.turns.findLast((each) => each.entries.some((one) => one.id === entry));
    if (turn !== undefined) this.#session.record({ type: 'permission.answered', turn: turn.id, entry, answer });
    await this.#session.barrier();
    question(answer.optionId);
  }

  /** Changes a picker; a session whose agent is not running starts it for that. */
  async pick(picker: string, value: string): Promise<void> {
    const opened = this.#opened ?? (await this.#open(new AbortController().signal));
    await opened.session.pick(picker, value);
  }

  /** Gives the agent's session back; the agent itself ends when it carries no other. */
  async close(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    try {
      await opened.session.close();
      await this.#pool.releaseIdle(opened.instance);
    } catch (error) {
      this.#log.warn('A session of an agent could not be closed.', { session: this.#session.id, error: messageOf(error) });
    }
    this.#session.record({ type: 'agent.changed', phase: 'stopped' });
  }

  async #open(signal: AbortSignal): Promise<OpenedAgent> {
    const { cwd, acpSessionId } = this.#session.state;
    this.#session.record({ type: 'agent.changed', phase: 'starting' });
    try {
      const listener = {
        update: (update: AgentUpdate) => this.#recorder.update(update),
        ask: (permission: AgentPermission, withdrawn: AbortSignal) => this.#ask(permission, withdrawn),
        closed: (reason: string) => this.#closed(reason),
      };
      const opened = await this.#pool.open(this.#program(), { cwd, acpSessionId, listener }, signal);
      this.#opened = opened;
      const { identity } = opened.instance;
      this.#session.record(
        {
          type: 'agent.changed',
          phase: 'ready',
          name: identity.name,
          version: identity.version,
          acpSessionId: opened.session.acpSessionId,
          accepts: identity.accepts,
        },
        { type: 'controls.changed', controls: opened.session.controls },
      );
      return opened;
    } catch (error) {
      this.#session.record({ type: 'agent.changed', phase: signal.aborted ? 'stopped' : 'failed', reason: messageOf(error) });
      throw error;
    }
  }

  #ask(permission: AgentPermission, withdrawn: AbortSignal): Promise<string | undefined> {
    const entry = this.#recorder.ask(permission);
    return new Promise((resolve) => {
      const withdraw = (): void => {
        if (this.#questions.delete(entry)) resolve(undefined);
      };
      this.#questions.set(entry, resolve);
      withdrawn.addEventListener('abort', withdraw, { once: true });
      this.#cancelled.signal.addEventListener('abort', withdraw, { once: true });
      if (withdrawn.aborted || this.#cancelled.signal.aborted) withdraw();
    });
  }

  #closed(reason: string): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    this.#pool.forget(opened.instance);
    for (const resolve of this.#questions.values()) resolve(undefined);
    this.#questions.clear();
    this.#session.record({ type: 'agent.changed', phase: 'failed', reason });
  }

  /** After the first prompt the agent knows what was handed to it. */
  #remembersNow(): void {
    const opened = this.#opened;
    if (opened !== undefined && !opened.session.remembers) this.#opened = { ...opened, session: remembering(opened.session) };
  }

  /** What was said before, for an agent that was started anew and cannot load the session. */
  #earlier(): readonly AgentPromptPart[] {
    const said = this.#session.state.turns.slice(0, -1).map((turn) => {
      const answer = turn.entries
        .map((entry) => (entry.kind === 'message' ? entry.text : entry.kind === 'tool' ? `[${entry.title}]` : ''))
        .filter((text) => text !== '');
      return `User: ${promptText(turn.prompt)}\n\nAssistant: ${answer.join('\n\n')}`;
    });
    const text = said.join('\n\n').slice(-replayLength);
    return text === '' ? [] : [{ type: 'attachment', name: 'Earlier conversation of this session', text }];
  }
}

function remembering(session: OpenedAgent['session']): OpenedAgent['session'] {
  return {
    acpSessionId: session.acpSessionId,
    remembers: true,
    controls: session.controls,
    prompt: (parts, signal) => session.prompt(parts, signal),
    cancel: () => session.cancel(),
    pick: (picker, value) => session.pick(picker, value),
    close: () => session.close(),
  };
}
