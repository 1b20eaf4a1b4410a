import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Fact } from '../../model/events.ts';
import { placeProblem } from '../../model/worktree.ts';
import type { NoticeAction, PermissionAnswer } from '../../model/entries.ts';
import type {
  AgentDeed,
  AgentChild,
  AgentInstance,
  AgentListener,
  AgentPermission,
  AgentProgram,
  AgentPromptPart,
  AgentQuestion,
  AgentReply,
  AgentStop,
  AgentTerminal,
  AgentUpdate,
  WrittenFile,
} from '../agents/agentPort.ts';
import type { AgentPool, OpenedAgent } from '../instances/agentPool.ts';
import { AgentRecorder } from '../session/agentRecorder.ts';
import { AnswerWaits } from './answerWaits.ts';
import type { AgentSurroundings, Opening } from './agentSurroundings.ts';
import { asStopped, earlierParts, withVariables } from './agentSurroundings.ts';
import { childTurn } from '../session/childTurn.ts';
import { FormQuestions } from '../session/formQuestions.ts';
import { editorFiles } from '../session/editorFiles.ts';
import { agentFailed } from '../instances/loginsIn.ts';
import type { Session } from '../session/session.ts';
import { unlessAborted } from '../unlessAborted.ts';
import { whenRecovered } from '../session/whenRecovered.ts';

/** Milliseconds that an agent which is ended anyway has to consent to the end of a session. */
const releaseMs = 300;

/** The connection between one session and its agent: opened when the session is made or needs it, given back when the session rests. */
export class AgentConnection {
  readonly #session: Session;
  readonly #pool: AgentPool;
  readonly #program: () => AgentProgram;
  readonly #log: Log;
  readonly #around: AgentSurroundings;
  readonly #recorder: AgentRecorder;
  /** The forms that the agent waits for. */
  readonly forms: FormQuestions;
  readonly #questions = new AnswerWaits();
  #opening: Opening | undefined;
  #opened: OpenedAgent | undefined;
  /** Whether the agent knows what was said before. */
  #remembers = false;
  #forkOf: string | undefined;
  /** Counts the agents that the session has had: one that it was taken from is not heard any more. */
  #generation = 0;
  #signs = 0;
  #hearReplay = false;
  /** The agent opens sessions without a login, and wants one for its work. */
  #signInFirst = false;
  #closing = new AbortController();
  #cancelled = new AbortController().signal;
  #abandoned = Promise.withResolvers<AgentStop>();

  constructor(session: Session, pool: AgentPool, program: () => AgentProgram, log: Log, around: AgentSurroundings = {}) {
    this.#session = session;
    this.#pool = pool;
    this.#program = program;
    this.#log = log;
    this.#around = around;
    this.#recorder = new AgentRecorder(session);
    this.forms = new FormQuestions(session, log);
  }

  /** The agent has the session open, or is being started for it. */
  get isOpen(): boolean {
    return this.#opened !== undefined || this.#opening !== undefined;
  }

  /** The instance that carries the session now. */
  get instance(): AgentInstance | undefined {
    return this.#opened?.instance;
  }

  /** How often the agent has given a sign of life in this session. */
  get signs(): number {
    return this.#signs;
  }

  /**
   * Starts the agent in the background where it does not run. That it did not start is a fact of the session, and no error of who asked.
   * `forkOf` is the agent's id of a session that says just what this one says; only this start can use it, since that one goes on.
   */
  start(forkOf?: string): void {
    this.#forkOf = forkOf;
    this.#open(this.#closing.signal).catch((error: unknown) =>
      this.#log.info('An agent was not started.', { session: this.#session.id, error: messageOf(error) }),
    );
  }

  /** Starts the agent where it does not run, and waits for it. Rejects with why it did not start. */
  async ready(): Promise<void> {
    await this.#open(this.#closing.signal);
  }

  /** Takes in a session that the agent has stored: what it repeats is recorded. Rejects where the agent cannot load it. */
  async takeEarlier(): Promise<void> {
    this.#hearReplay = true;
    const { session } = await this.#open(this.#closing.signal).finally(() => (this.#hearReplay = false));
    this.#recorder.endRepeated();
    if (!session.remembers) throw new LoomError('agent', 'The agent could not load this session.');
  }

  /** Everything that the agent says from now on belongs to this turn. When `cancelled` aborts, the agent is asked to stop and questions are withdrawn. */
  begin(turn: string, cancelled: AbortSignal): void {
    this.#recorder.begin(turn);
    this.#cancelled = cancelled;
    this.#abandoned = Promise.withResolvers();
  }

  /** Tells a person something in the transcript, with what can be done about it. */
  notice(level: 'info' | 'warning' | 'error', text: string, actions: readonly NoticeAction[] = []): void {
    this.#recorder.notice(level, text, undefined, actions);
  }

  /** Writes what is still held of the running turn. */
  settle(): void {
    this.#recorder.settle();
  }

  sealed(turn: string): Fact | undefined {
    return this.#recorder.sealed(turn);
  }

  /** Sends a prompt to the agent, which is started first if need be, and waits until it stops or is abandoned. */
  async prompt(parts: readonly AgentPromptPart[]): Promise<AgentStop> {
    const cancelled = this.#cancelled;
    try {
      return await Promise.race([this.#prompt(parts, cancelled), this.#abandoned.promise]);
    } catch (error) {
      if (cancelled.aborted) return { reason: 'cancelled' };
      throw error;
    }
  }

  /** Waits no longer for the running prompt: an agent that does not obey must not keep its session. */
  abandon(stop: AgentStop): void {
    this.#abandoned.resolve(stop);
  }

  /** Records the answer, waits until it is on the disk, and lets the agent go on: no tool runs on an answer that a power loss could take back. */
  async answer(entry: string, answer: PermissionAnswer): Promise<void> {
    const question = this.#questions.take(entry);
    if (question === undefined) throw new LoomError('conflict', 'The agent no longer waits for this answer.');
    const turn = this.#session.state.turns.findLast((each) => each.entries.some((one) => one.id === entry));
    if (turn !== undefined) this.#session.record({ type: 'permission.answered', turn: turn.id, entry, answer });
    try {
      await this.#session.barrier();
      question(answer.optionId);
    } catch (error) {
      // The answer counts all the same and is written when the disk takes data again; only the agent has to wait for that.
      this.#log.warn('An answer waits for the disk.', { session: this.#session.id, error: messageOf(error) });
      void whenRecovered(this.#session).then(() => question(answer.optionId));
    }
  }

  /** Shows a form of an agent in this session, and waits for what a person makes of it. */
  askForm(question: AgentQuestion, withdrawn: AbortSignal): Promise<AgentReply | undefined> {
    const signals = [withdrawn, this.#cancelled, this.#closing.signal];
    return this.forms.wait(this.#recorder.question(question), () => new Date().toISOString(), signals);
  }

  /** A terminal that the agent has opened here, while it has the session. */
  terminal(id: string): AgentTerminal | undefined {
    return this.#opened?.session.terminal(id);
  }

  /** Changes a picker; a session whose agent is not running starts it for that. */
  async pick(picker: string, value: string): Promise<void> {
    const { session } = await this.#open(this.#closing.signal);
    await session.pick(picker, value);
  }

  /** Gives the agent's session back at once, since its agent is ended; a turn that runs is cut off for that reason. */
  async release(reason: string): Promise<void> {
    this.abandon({ reason: 'interrupted', error: reason });
    await this.close(releaseMs);
  }

  /** Gives the agent's session back, waiting at most `limitMs` for its consent; the agent itself ends when it carries no other. */
  async close(limitMs = 5000): Promise<void> {
    this.#closing.abort();
    this.#closing = new AbortController();
    await this.#opening?.opened.catch(() => undefined);
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    await this.#giveBack(opened, limitMs);
    this.#session.record({ type: 'agent.changed', phase: 'stopped' });
  }

  /**
   * Takes the session from its agent, since another one goes on with it. `switched` records that, or throws where it must not be; the old agent
   * gives up its session in the background, and whoever needs an agent from then on gets the new one.
   */
  async handOver(switched: () => void): Promise<void> {
    while (this.#opening !== undefined) {
      this.#closing.abort();
      this.#closing = new AbortController();
      await this.#opening.opened.catch(() => undefined);
    }
    switched();
    const old = this.#opened;
    this.#opened = undefined;
    this.#remembers = false;
    this.#forkOf = undefined;
    this.#generation += 1;
    if (old !== undefined) void this.#giveBack(old, 5000);
  }

  async #giveBack({ session, instance }: OpenedAgent, limitMs: number): Promise<void> {
    try {
      await unlessAborted(session.close(), AbortSignal.timeout(limitMs));
    } catch (error) {
      this.#log.warn('A session of an agent could not be closed.', { session: this.#session.id, error: messageOf(error) });
    }
    this.#pool.releaseIdle(instance);
  }

  async #prompt(parts: readonly AgentPromptPart[], cancelled: AbortSignal): Promise<AgentStop> {
    const opened = await this.#open(cancelled);
    if (cancelled.aborted) return { reason: 'cancelled' };
    const all = this.#remembers ? parts : [...earlierParts(this.#session.state), ...parts];
    // After this prompt the agent knows what was handed to it.
    this.#remembers = true;
    const stop = await opened.session.prompt(all, cancelled);
    if (stop.login !== undefined) this.#wantLogin(opened, stop.login);
    return stop;
  }

  /** A login is done with a new process of the agent: what it changes in an environment reaches none that runs. */
  #wantLogin(opened: OpenedAgent, error: LoomError): void {
    if (this.#opened !== opened) return;
    this.#opened = undefined;
    this.#signInFirst = true;
    this.#around.started?.(this.#session.state.agent, error);
    this.#pool.retire(opened.instance);
    void this.#giveBack(opened, 5000);
    this.#session.record(agentFailed(error));
  }

  /** A prompt and a picker that need the agent at the same time open it once. A person who stops does not want it to go on starting. */
  async #open(signal: AbortSignal): Promise<OpenedAgent> {
    if (this.#opened !== undefined) return this.#opened;
    this.#opening ??= this.#begin();
    const { opened, stop } = this.#opening;
    const abort = (): void => stop.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await unlessAborted(opened, signal);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #begin(): Opening {
    const stop = new AbortController();
    const opened = this.#start(AbortSignal.any([stop.signal, this.#closing.signal])).finally(() => (this.#opening = undefined));
    return { opened, stop };
  }

  async #start(signal: AbortSignal): Promise<OpenedAgent> {
    const problem = placeProblem(this.#session.state.worktree);
    if (problem !== undefined) throw new LoomError('conflict', problem);
    const { cwd, acpSessionId, turns } = this.#session.state;
    const forkOf = this.#forkOf;
    this.#forkOf = undefined;
    // An agent that is new to a session in which nothing was said yet knows all of it.
    const isFresh = turns.every(({ endedAt }) => endedAt === undefined);
    this.#session.record({ type: 'agent.changed', phase: 'starting' });
    const generation = this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    const agent = this.#session.state.agent;
    try {
      const listener = this.#listener(isCurrent);
      const program = withVariables(this.#program(), this.#session.state.variables);
      const mcpServers = await this.#around.mcpServers?.(this.#session.state, signal);
      const opened = await this.#pool.open(
        program,
        {
          cwd,
          acpSessionId,
          forkOf,
          hearReplay: this.#hearReplay,
          listener,
          mcpServers,
          signIn: this.#around.signIn?.(agent),
          signInFirst: this.#signInFirst,
        },
        signal,
        this.#around.scope?.(),
      );
      this.#opened = opened;
      this.#signInFirst = false;
      this.#around.started?.(agent);
      this.#remembers = opened.session.remembers || isFresh;
      const { identity } = opened.instance;
      this.#session.record(
        {
          type: 'agent.changed',
          phase: 'ready',
          // What the person has called it in the settings, so that two accounts of one program can be told apart.
          name: program.name,
          version: identity.version,
          acpSessionId: opened.session.acpSessionId,
          accepts: identity.accepts,
          forgets: identity.canForget,
        },
        { type: 'controls.changed', controls: opened.session.controls },
      );
      return opened;
    } catch (error) {
      if (!signal.aborted) this.#around.started?.(agent, error);
      this.#session.record(signal.aborted ? { type: 'agent.changed', phase: 'stopped' } : agentFailed(error));
      throw error;
    }
  }

  #listener(isCurrent: () => boolean): AgentListener {
    const { windows, spawned } = this.#around;
    return {
      ...(windows === undefined ? {} : { editor: editorFiles(windows, this.#session.id) }),
      update: (update: AgentUpdate) => {
        this.#signs += 1;
        if (isCurrent()) this.#recorder.update(this.#cancelled.aborted ? asStopped(update) : update);
      },
      ask: (permission: AgentPermission, withdrawn: AbortSignal) => {
        this.#signs += 1;
        return isCurrent() ? this.#ask(permission, withdrawn) : Promise.resolve(undefined);
      },
      wrote: (file: WrittenFile) => {
        this.#signs += 1;
        this.#recorder.wrote(file);
      },
      question: (question: AgentQuestion, withdrawn: AbortSignal) =>
        isCurrent() ? this.askForm(question, withdrawn) : Promise.resolve(undefined),
      refusal: async (deed: AgentDeed) => this.#around.permissions?.refusal(deed),
      ready: () => this.#session.untilRoom(),
      closed: (reason: string) => {
        if (isCurrent()) this.#closed(reason);
      },
      ...(spawned === undefined ? {} : { spawned: (child: AgentChild) => spawned(this.#session.state, child) }),
    };
  }

  /**
   * Takes over a session that the agent has opened by itself, for a sub-agent: what it says is one turn, until the turn ends in which it works.
   * It takes no messages, since the agent leads it.
   */
  adopt(acpSessionId: string): AgentListener {
    const end = childTurn(this.#session, this.#recorder, acpSessionId);
    return { ...this.#listener(() => true), done: () => end('finished'), closed: () => end('interrupted') };
  }

  /** Puts a question to the rules, and where they have no answer to a person. One that comes after a cancel is withdrawn at once. */
  async #ask(permission: AgentPermission, withdrawn: AbortSignal): Promise<string | undefined> {
    const stopped = AbortSignal.any([withdrawn, this.#cancelled]);
    const isOver = (): boolean => stopped.aborted;
    if (isOver()) return undefined;
    const question = this.#recorder.permission(permission);
    const { turn } = this.#recorder;
    const decided = await this.#around.permissions?.decide(question);
    const answer = decided?.answer;
    if (isOver() || !this.#recorder.ask({ ...question, ...decided?.shown }, turn, answer)) return undefined;
    if (answer === undefined) return this.#questions.wait(question.id, [withdrawn, this.#cancelled]);
    await this.#session.barrier().catch(() => whenRecovered(this.#session));
    return answer.optionId;
  }

  #closed(reason: string): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    this.#pool.forget(opened.instance, reason);
    this.#questions.withdrawAll();
    this.#session.record({ type: 'agent.changed', phase: 'failed', reason });
    // A turn that runs ends with the reason, and one that never ran has a banner; else the transcript says what has happened.
    const last = this.#session.state.turns.at(-1);
    if (last?.endedAt !== undefined) this.notice('error', reason, ['restart-agent']);
  }
}
