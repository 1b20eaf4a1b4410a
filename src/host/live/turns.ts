import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { PromptPart, PromptPartInput } from '../../model/content.ts';
import type { PermissionAnswer } from '../../model/entries.ts';
import type { QueuedPrompt } from '../../model/events.ts';
import { isTerminal } from '../../model/states.ts';
import { isPlaceReady } from '../../model/worktree.ts';
import type { AgentStop } from '../agents/agentPort.ts';
import type { AgentConnection } from './agentConnection.ts';
import { assertMayApprove } from '../permissions/guard.ts';
import type { Starter } from '../limits/launchGate.ts';
import { rememberBlock, starterOf } from '../limits/starter.ts';
import { waitAfterLimit } from '../limits/afterLimit.ts';
import type { WhyAgain } from '../limits/sendAgain.ts';
import { sendAgain } from '../limits/sendAgain.ts';
import { loginsIn } from '../instances/loginsIn.ts';
import { loadParts, storeParts } from '../session/promptParts.ts';
import type { Session } from '../session/session.ts';
import { titleFrom } from '../session/titleFrom.ts';
import type { TurnEnd } from './turnEnded.ts';
import { turnEnded } from './turnEnded.ts';
import type { QueueChange } from './turnQueue.ts';
import { changedQueue } from './turnQueue.ts';
import type { TurnSurroundings } from './turnSurroundings.ts';

/** Milliseconds that an agent has to obey before a turn that must end is ended without it. */
const obeyMs = 500;

/** A turn that runs, or a prompt that is about to become one. */
interface RunningTurn {
  readonly prompt: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** The turns of one session: its queue, the turn that runs, and the answers that it waits for. Only one prompt is ever with the agent. */
export class Turns {
  readonly #session: Session;
  readonly #agent: AgentConnection;
  readonly #around: TurnSurroundings;
  readonly #log: Log;
  readonly #starter: Starter;
  /** How often in a row the provider of the agent took nothing. */
  #limited = 0;
  #running: RunningTurn | undefined;
  #nextPrompt = 0;
  /** A person has asked for the next message while the end of a turn was being written. */
  #wasAsked = false;
  #draining = false;
  #interrupted = false;

  constructor(session: Session, agent: AgentConnection, around: TurnSurroundings, log: Log) {
    this.#session = session;
    this.#agent = agent;
    this.#around = around;
    this.#log = log;
    this.#starter = starterOf(session, () => this.pump('asked'));
    rememberBlock(session, around.launch.gate);
    session.onRecovered(() => this.#goOn());
  }

  /** A turn runs that has not ended, or is about to begin. */
  get isTurnOpen(): boolean {
    const { queue, turns } = this.#session.state;
    const prompt = this.#running?.prompt;
    return prompt !== undefined && (queue.some(({ id }) => id === prompt) || turns.at(-1)?.endedAt === undefined);
  }

  /** A message could go to the agent, but the host has no place for it yet. */
  get isWaiting(): boolean {
    return this.#around.launch.gate.isWaiting(this.#session.id);
  }

  /** A message waits until somebody has signed in to the agent. */
  get waitsForLogin(): boolean {
    const { turns, queue, lifecycle } = this.#session.state;
    return lifecycle === 'open' && queue.length > 0 && turns.at(-1)?.wantsLogin === true;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Takes a message: it starts a turn, or waits in the queue while one runs. `now` stops the running turn for it; `first` puts it before those
   * that wait. A message that the disk does not take yet waits in memory, and its turn begins when the disk has it.
   */
  async send(parts: readonly PromptPartInput[], place: 'last' | 'first' | 'now'): Promise<{ readonly queued: boolean }> {
    this.#assertOpen();
    const prompt: QueuedPrompt = { id: this.#newPromptId(), parts: storeParts(this.#session, parts) };
    const { queue } = this.#session.state;
    const isForLogin = place === 'last' && this.waitsForLogin;
    // What is meant to wait is no word on a failure that comes while it is written.
    const waits = isForLogin || (place === 'last' && (this.isTurnOpen || (queue.length > 0 && !this.#isHeld())));
    this.#session.record({ type: 'queue.changed', queue: place === 'last' ? [...queue, prompt] : [prompt, ...queue] });
    this.#nameAfter(prompt.parts);
    try {
      await this.#session.barrier();
    } catch (error) {
      this.#log.warn('A message waits for the disk.', { session: this.#session.id, error: messageOf(error) });
    }
    if (place === 'now') this.#stopFor(prompt.id);
    if (place !== 'last') this.#resume();
    const { lifecycle, worktree } = this.#session.state;
    const mustWait = this.isRunning || lifecycle === 'paused' || this.#draining || isForLogin || !isPlaceReady(worktree);
    this.pump(waits ? 'next' : 'asked');
    return { queued: mustWait || this.isWaiting };
  }

  /** Changes the messages that wait. Rejects with `not-found` when the message has gone to the agent meanwhile. */
  changeQueue(id: string, change: QueueChange): void {
    this.#setQueue(changedQueue(this.#session.state.queue, id, change, (parts) => storeParts(this.#session, parts)));
    if (change.type !== 'sendNow') return;
    this.#stopFor(id);
    this.#resume();
    this.pump('asked');
  }

  /** Stops the running turn. What waits is held, since a person who stops does not want the next one to start. */
  stop(): boolean {
    const running = this.#running;
    const { queue, lifecycle } = this.#session.state;
    if (running === undefined) {
      if (!this.isWaiting) return false;
      this.#move('paused');
      this.pump();
      return true;
    }
    if (!this.isTurnOpen) return false;
    if (lifecycle === 'open' && queue.some((each) => each.id !== running.prompt)) this.#move('paused');
    running.stop.abort();
    return true;
  }

  /** Asks the agent to go on with a turn that was cut off. */
  async continue(): Promise<void> {
    const last = this.#session.state.turns.at(-1);
    if (last === undefined || this.isTurnOpen || (last.reason !== 'interrupted' && last.reason !== 'failed')) {
      throw new LoomError('conflict', 'There is no interrupted turn to continue in this session.');
    }
    await this.send([{ type: 'text', text: 'Your last turn was interrupted. Please continue where you left off.' }], 'first');
  }

  /** Sends the prompt of a turn again, or changed parts. */
  async retry(turnId: string | undefined, parts: readonly PromptPartInput[] | undefined): Promise<void> {
    const { turns } = this.#session.state;
    const turn = turnId === undefined ? turns.findLast((each) => each.prompt.length > 0) : turns.find((each) => each.id === turnId);
    if (turn === undefined) throw new LoomError('not-found', 'There is no message to send again.');
    await this.send(parts ?? turn.prompt.map((part) => ({ type: 'stored' as const, part })), this.isTurnOpen ? 'last' : 'first');
  }

  /** Answers a question of the agent. The first answer counts; who may not approve (`may`) can only say no. */
  async answer(entryId: string, optionId: string, by: string, now: string, may: boolean): Promise<PermissionAnswer> {
    const entry = this.#session.state.turns.flatMap((turn) => turn.entries).findLast((each) => each.id === entryId);
    if (entry?.kind !== 'permission') throw new LoomError('not-found', 'This question is not part of the session.');
    if (entry.answer !== undefined) throw new LoomError('conflict', `This question was already answered: ${entry.answer.label}.`);
    const option = entry.options.find((each) => each.id === optionId);
    if (option === undefined) throw new LoomError('invalid-input', 'The question has no such choice.');
    if (option.role !== 'reject-once') assertMayApprove(may);
    const answer: PermissionAnswer = { outcome: 'chosen', optionId, label: option.label, role: option.role, by, at: now };
    await this.#agent.answer(entryId, answer);
    return answer;
  }

  /** Takes no new turn any more; the running one goes on. */
  drain(): void {
    this.#draining = true;
    this.#around.launch.gate.withdraw(this.#session.id);
  }

  /**
   * Starts the next turn when none runs and nothing holds the queue. After a turn that failed or was cut off the queue is held until a person
   * has `asked`: what waits would most likely fail in the same way.
   */
  pump(why: 'next' | 'asked' = 'next'): void {
    const { queue, lifecycle, worktree } = this.#session.state;
    const next = queue[0];
    // A turn that has ended is still being written: what a person asks for now is no less asked for.
    if (this.#running !== undefined) this.#wasAsked ||= why === 'asked' && !this.isTurnOpen;
    if (this.#running !== undefined) return;
    const { gate } = this.#around.launch;
    const isOpen = lifecycle === 'open' && isPlaceReady(worktree);
    const mayStart = next !== undefined && isOpen && !this.#draining && this.#session.trouble === undefined;
    if (!mayStart || (why === 'next' && this.#isHeld())) return this.#waitNoLonger();
    if (!gate.enter(this.#starter)) return;
    const stop = new AbortController();
    const done = this.#run(next.id, stop.signal)
      .catch((error: unknown) => this.#log.error('A turn could not be recorded.', { session: this.#session.id, error: messageOf(error) }))
      .finally(() => {
        this.#running = undefined;
        // Who waits in line goes before the next message of this session.
        gate.leave(this.#session.id);
        const then = this.#wasAsked ? 'asked' : 'next';
        this.#wasAsked = false;
        this.pump(then);
      });
    this.#running = { prompt: next.id, stop, done };
  }

  /** Resolves when no turn runs any more. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running.done;
  }

  /**
   * Stops what runs, takes nothing new, and waits for the end, but not for an agent that does not obey. The turn is marked as
   * interrupted, since nobody wanted it to stop.
   */
  async interrupt(): Promise<void> {
    this.drain();
    this.#interrupted = true;
    this.#running?.stop.abort();
    await this.#over({ reason: 'interrupted', error: 'The session host ended before the agent had stopped.' });
  }

  /** Stops what runs, since the session comes to its end, and waits for that as long as for an interruption. What waits is held. */
  async end(): Promise<void> {
    this.stop();
    await this.#over({ reason: 'cancelled' });
  }

  async #over(otherwise: AgentStop): Promise<void> {
    const limit = setTimeout(() => this.#agent.abandon(otherwise), obeyMs);
    await this.idle();
    clearTimeout(limit);
  }

  async #run(id: string, stop: AbortSignal): Promise<void> {
    const { cwd } = this.#session.state;
    // Asked while the prompt is on its way: the first words do not wait for git.
    const head = this.#known(this.#around.head(cwd));
    const { queue } = this.#session.state;
    const prompt = queue.find((each) => each.id === id);
    if (prompt === undefined) return;
    const turn = this.#session.nextTurnId();
    const { hold } = this.#session.state;
    this.#session.record(
      ...(hold === undefined ? [] : [{ type: 'hold.changed', hold: null } as const]),
      { type: 'queue.changed', queue: queue.filter((each) => each !== prompt) },
      { type: 'turn.started', turn, prompt: [...prompt.parts] },
    );
    const began = performance.now();
    const over: { budget: boolean } = { budget: false };
    this.#around.launch.began(this.#session, () => {
      over.budget = this.isTurnOpen;
      this.#running?.stop.abort();
    });
    this.#agent.begin(turn, stop);
    const ended = await this.#prompt(prompt.parts);
    const commits = (await this.#known(this.#around.commitsSince(cwd, await head))) ?? [];
    await this.#noteBranch(cwd);
    const reason = this.#interrupted && ended.reason === 'cancelled' ? 'interrupted' : ended.reason;
    this.#end(turn, { ...ended, reason, commits, tookMs: Math.round(performance.now() - began) });
    this.#around.launch.ended(this.#session);
    this.#afterLimit(turn, prompt, ended);
    if (ended.login !== undefined) this.#putBack(turn, prompt, 'login');
    if (over.budget && reason === 'cancelled') this.#putBack(turn, prompt, 'budget');
    await this.#session.barrier();
    const recorded = this.#session.state.turns.findLast((each) => each.id === turn);
    if (recorded !== undefined) this.#around.ended(this.#session, recorded);
  }

  /** What the provider of the agent did not take waits before all else, and goes out again when it does. */
  #afterLimit(turn: string, prompt: QueuedPrompt, { reason, error = '', limit }: AgentStop): void {
    this.#limited = reason === 'failed' && limit !== undefined ? this.#limited + 1 : 0;
    if (limit === undefined || reason !== 'failed') return;
    const until = waitAfterLimit(limit, this.#limited, Date.now());
    if (until === 'give-up') return;
    this.#putBack(turn, prompt, 'limit');
    this.#wasAsked = true;
    this.#around.launch.gate.block(this.#session.state.agent, error, until);
  }

  /** What could not be done waits before all else. */
  #putBack(turn: string, prompt: QueuedPrompt, because: WhyAgain): void {
    const { turns, queue } = this.#session.state;
    const entries = turns.findLast((each) => each.id === turn)?.entries ?? [];
    this.#setQueue([{ id: this.#newPromptId(), parts: sendAgain(prompt.parts, entries, because) }, ...queue]);
  }

  /** Nothing of this session is to be started. What kept it from starting is no longer what it waits for. */
  #waitNoLonger(): void {
    const { gate } = this.#around.launch;
    gate.withdraw(this.#session.id);
    gate.leave(this.#session.id);
    if (this.#session.state.hold !== undefined && !this.#draining) this.#session.record({ type: 'hold.changed', hold: null });
  }

  /** After trouble with the disk: a turn whose end could not be recorded is ended, and what waits goes on. */
  #goOn(): void {
    const last = this.#session.state.turns.at(-1);
    if (this.#running === undefined && last !== undefined && last.endedAt === undefined)
      this.#session.record({
        type: 'turn.ended',
        turn: last.id,
        reason: 'interrupted',
        error: 'The disk could not take the end of this turn.',
      });
    this.pump();
  }

  /** What the repository says, or nothing where it cannot say: a broken repository must not keep a turn from ending. */
  async #known<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      this.#log.warn('The repository could not be asked.', { session: this.#session.id, error: messageOf(error) });
      return undefined;
    }
  }

  async #prompt(parts: readonly PromptPart[]): Promise<AgentStop> {
    try {
      await this.#session.barrier();
      return await this.#agent.prompt(await loadParts(this.#session, parts));
    } catch (error) {
      const login = error instanceof LoomError && loginsIn(error) !== undefined ? { login: error } : {};
      return { reason: 'failed', error: messageOf(error), ...login };
    }
  }

  #end(turn: string, end: TurnEnd): void {
    this.#agent.settle();
    this.#session.flush();
    if (this.#session.state.turns.find((each) => each.id === turn && isTerminal(each.state)) !== undefined) return;
    const sealed = this.#agent.sealed(turn);
    // Both in one write: a turn that has ended is whole, whenever the host is killed. The end settles what the seal says is open.
    this.#session.record(...(sealed === undefined ? [] : [sealed]), turnEnded(turn, end));
  }

  async #noteBranch(cwd: string): Promise<void> {
    const branch = await this.#known(this.#around.branch(cwd));
    if (branch === this.#session.state.branch) return;
    this.#session.record({ type: 'branch.changed', ...(branch === undefined ? {} : { branch }) });
  }

  #nameAfter(parts: readonly PromptPart[]): void {
    const title = this.#session.state.titledBy === 'default' ? titleFrom(parts) : undefined;
    if (title !== undefined) this.#session.record({ type: 'session.renamed', title, by: 'prompt' });
  }

  /** The last turn failed or was cut off. */
  #isHeld(): boolean {
    // What the host holds goes on by the host's own doing.
    if (this.#session.state.hold !== undefined) return false;
    const reason = this.#session.state.turns.at(-1)?.reason;
    return reason === 'failed' || reason === 'interrupted';
  }

  #setQueue(queue: readonly QueuedPrompt[]): void {
    this.#session.record({ type: 'queue.changed', queue });
    if (queue.length === 0 && this.#running === undefined) this.#waitNoLonger();
  }

  /** Stops the running turn for a message, unless it is this message that is being sent. */
  #stopFor(id: string): void {
    if (this.#running?.prompt !== id) this.#running?.stop.abort();
  }

  #resume(): void {
    if (this.#session.state.lifecycle === 'paused') this.#move('open');
  }

  #move(lifecycle: 'open' | 'paused'): void {
    this.#session.record({ type: 'session.moved', lifecycle, archived: this.#session.state.archived, by: 'person' });
  }

  #newPromptId(): string {
    this.#nextPrompt += 1;
    return `p${this.#session.state.position.seq}-${this.#nextPrompt}`;
  }

  #assertOpen(): void {
    const { lifecycle, isSubAgent } = this.#session.state;
    if (isSubAgent === true)
      throw new LoomError(
        'conflict',
        'A sub-agent works in this session and takes no messages. Write to the session that it comes from, or fork it.',
      );
    if (lifecycle === 'completed' || lifecycle === 'closed') {
      throw new LoomError('conflict', `This session is ${lifecycle}. Reopen it to go on.`);
    }
    if (this.#draining)
      throw new LoomError(
        'unavailable',
        'The session host is being replaced and takes no new message. Try again in a moment; the text is kept.',
      );
  }
}
