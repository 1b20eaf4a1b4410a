import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Controls, Picker } from '../../model/controls.ts';
import type { StopReason } from '../../model/events.ts';
import type { Tokens } from '../../model/tokens.ts';
import { addTokens } from '../../model/tokens.ts';
import type {
  AgentDeed,
  AgentChild,
  AgentIdentity,
  AgentListener,
  AgentPromptPart,
  AgentQuestion,
  AgentReply,
  AgentSession,
  AgentStop,
  AgentUpdate,
  EditorFiles,
  WrittenFile,
} from './agentPort.ts';
import { limitIn } from './agentLimit.ts';
import { isLoginFailure } from './failures.ts';
import type { Offers } from './controls.ts';
import { changedOffers, configOf, controlsOf, noOffers, offersIn, pickedOffers } from './controls.ts';
import type { Fields } from './fields.ts';
import { fieldsOf } from './fields.ts';
import { OwnTerminals } from './ownTerminals.ts';
import { parseUpdate } from './parseUpdate.ts';
import { chunkTokensOf, turnTokensOf } from './parseUsage.ts';
import { permissionOf } from './permission.ts';
import { contentBlocks } from './promptParts.ts';
import type { Requests } from './requests.ts';
import { agentError, request } from './requests.ts';
import { Terminals } from './terminals.ts';
import type { ShownTerminal } from './terminalViews.ts';
import { TerminalViews } from './terminalViews.ts';
import { Transcript } from './transcript.ts';
import { Turn } from './turn.ts';

/** What a session shares with the others of its agent. */
export interface SessionSurroundings {
  readonly requests: Requests;
  readonly identity: AgentIdentity;
  readonly log: Log;
  /** How long a cancelled prompt may take to settle, in milliseconds. */
  readonly cancelTimeoutMs: number;
  readonly canClose: boolean;
  /** What terminals of the session begin with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called when a turn of the session is over. */
  readonly turnEnded: (session: AcpSession) => void;
  /** Called when the session is closed on our side: nothing is to be routed to it any more. */
  forget(session: AcpSession): void;
}

/** How the protocol says that a permission question ended. */
export type PermissionOutcome = { readonly outcome: 'cancelled' } | { readonly outcome: 'selected'; readonly optionId: string };

const reasons: Readonly<Record<string, StopReason>> = {
  end_turn: 'finished',
  cancelled: 'cancelled',
  max_tokens: 'limit',
  max_turn_requests: 'limit',
  refusal: 'refused',
};

const withdrawn: PermissionOutcome = { outcome: 'cancelled' };
const closeLimit = 5000;

/** One session of a running agent. It passes on what the agent says in the order in which it was said. */
export class AcpSession implements AgentSession {
  readonly acpSessionId: string;
  readonly cwd: string;
  remembers = false;
  readonly #listener: AgentListener;
  readonly #around: SessionSurroundings;
  readonly #transcript = new Transcript();
  readonly terminals: Terminals;
  readonly #own = new OwnTerminals();
  readonly #views: TerminalViews;
  readonly #questions = new AbortController();
  /** What the answers of the model cost in this turn, where they say so one by one. */
  #chunkTokens: Tokens = {};
  #offers: Offers = noOffers;
  #shownControls = '';
  #turn: Turn | undefined;
  #prompting: Promise<unknown> = Promise.resolve();
  #isReplaying = false;
  #isHeard = false;
  #isClosed = false;

  constructor(acpSessionId: string, cwd: string, listener: AgentListener, around: SessionSurroundings) {
    this.acpSessionId = acpSessionId;
    this.cwd = cwd;
    this.#listener = listener;
    this.#around = around;
    this.terminals = new Terminals(cwd, around.environment, around.log);
    this.#views = new TerminalViews(
      (id) => this.terminal(id),
      (update) => this.tell(update),
    );
  }

  get controls(): Controls {
    return controlsOf(this.#offers);
  }

  get isPrompting(): boolean {
    return this.#turn !== undefined;
  }

  /** Until `opened`, only what the agent offers is taken in: the rest repeats what is known, unless it is to be heard. */
  replay(isHeard: boolean): void {
    this.#isReplaying = true;
    this.#isHeard = isHeard;
  }

  /** Takes in the answer to `session/new`, `session/load` or `session/resume`. */
  opened(answer: Fields, remembers: boolean): void {
    this.#isReplaying = false;
    this.#isHeard = false;
    this.remembers = remembers;
    this.#offers = offersIn(answer, this.#offers);
    this.#shownControls = JSON.stringify(this.controls);
  }

  /** Takes in the `update` of a `session/update`, as it came. */
  hear(value: unknown): void {
    if (this.#isClosed) return;
    const parsed = parseUpdate(value, this.cwd);
    if (parsed.type === 'offered') {
      this.#offers = changedOffers(this.#offers, parsed.change);
      return this.#tellControls();
    }
    if (parsed.type === 'repeated') {
      if (this.#isHeard) this.tell({ type: 'prompt', text: parsed.text });
      return;
    }
    if (this.#isReplaying && !this.#isHeard) return;
    const tokens = chunkTokensOf(value);
    if (tokens !== undefined) this.#chunkTokens = addTokens(this.#chunkTokens, tokens);
    if (parsed.type === 'tool' && parsed.terminal !== undefined)
      this.#own.take(parsed.terminal, parsed.command ?? parsed.fields.title ?? '');
    const update = this.#transcript.show(parsed);
    if (update !== undefined) this.tell(update.type === 'tool' ? this.#views.show(update) : update);
  }

  terminal(id: string): ShownTerminal | undefined {
    return this.terminals.find(id) ?? this.#own.find(id);
  }

  /** Tells the listener something, of the agent or about it. */
  tell(update: AgentUpdate): void {
    if (this.#isClosed) return;
    try {
      this.#listener.update(update);
    } catch (error) {
      this.#around.log.error('An update of the agent could not be taken in.', {
        session: this.acpSessionId,
        type: update.type,
        error: messageOf(error),
      });
    }
  }

  /** Who hears a sub-agent of this session. */
  spawned(child: AgentChild): Promise<AgentListener | undefined> {
    return this.#isClosed ? Promise.resolve(undefined) : (this.#listener.spawned?.(child) ?? Promise.resolve(undefined));
  }

  /** The turn is over in which this session's sub-agent worked. */
  done(): void {
    this.#listener.done?.();
  }

  /** See `AgentListener.ready`. */
  ready(): Promise<void> | undefined {
    return this.#isClosed ? undefined : this.#listener.ready?.();
  }

  get editor(): EditorFiles | undefined {
    return this.#listener.editor;
  }

  wrote(file: WrittenFile): void {
    if (!this.#isClosed) this.#listener.wrote?.(file);
  }

  /** Why the agent may not have the host do this; undefined where it may. */
  async refusal(deed: AgentDeed): Promise<string | undefined> {
    return this.#isClosed ? undefined : this.#listener.refusal?.(deed);
  }

  /** Puts a question of the agent to the listener. The signal is that of the agent's request. */
  async ask(params: Fields, signal: AbortSignal): Promise<PermissionOutcome> {
    const turn = this.#turn;
    if (this.#isClosed || turn?.isCancelled === true) return withdrawn;
    const permission = permissionOf(params, this.cwd, (callId) => this.#transcript.call(callId));
    if (permission === undefined) {
      this.tell({
        type: 'notice',
        level: 'warning',
        text: 'The agent asked for permission without anything to choose from. It was told that nobody answered.',
      });
      return withdrawn;
    }
    const stop = AbortSignal.any([signal, this.#questions.signal, ...(turn === undefined ? [] : [turn.signal])]);
    const answer = this.#listener.ask(permission, stop).catch((error: unknown) => {
      this.#around.log.error('A question of the agent could not be put.', { session: this.acpSessionId, error: messageOf(error) });
      return undefined;
    });
    const chosen = await Promise.race([answer, aborted(stop)]);
    if (stop.aborted || !permission.options.some((option) => option.id === chosen) || chosen === undefined) return withdrawn;
    return { outcome: 'selected', optionId: chosen };
  }

  /** Puts a form of the agent to the listener; undefined where it was withdrawn, or nobody can be asked. */
  async question(question: AgentQuestion, signal: AbortSignal): Promise<AgentReply | undefined> {
    const turn = this.#turn;
    if (this.#isClosed || turn?.isCancelled === true || this.#listener.question === undefined) return undefined;
    const stop = AbortSignal.any([signal, this.#questions.signal, ...(turn === undefined ? [] : [turn.signal])]);
    const answer = this.#listener.question(question, stop).catch((error: unknown) => {
      this.#around.log.error('A question of the agent could not be put.', { session: this.acpSessionId, error: messageOf(error) });
      return undefined;
    });
    const reply = await Promise.race([answer, aborted(stop)]);
    return stop.aborted ? undefined : reply;
  }

  async prompt(parts: readonly AgentPromptPart[], signal?: AbortSignal): Promise<AgentStop> {
    if (this.#isClosed) throw new LoomError('disconnected', 'The agent no longer has this session. Start the agent again.');
    if (this.#turn !== undefined)
      throw new LoomError('conflict', 'The agent is still working on the message before. Send this one when it is done.');
    const turn = new Turn();
    this.#turn = turn;
    this.#transcript.begin();
    this.#chunkTokens = {};
    const cancel = (): void => this.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    const running = this.#run(turn, parts).finally(() => {
      signal?.removeEventListener('abort', cancel);
      this.#turn = undefined;
      this.#views.close();
      void this.terminals.endAll();
      this.#around.turnEnded(this);
    });
    this.#prompting = running;
    return running;
  }

  cancel(): void {
    const turn = this.#turn;
    if (turn === undefined || turn.isCancelled) return;
    turn.cancel(this.#around.cancelTimeoutMs);
    if (turn.isSent) this.#notifyCancel();
  }

  async pick(picker: string, value: string): Promise<void> {
    const found = this.controls.pickers.find(({ id }) => id === picker);
    if (found === undefined) throw new LoomError('not-found', `The agent offers no “${picker}” in this session.`);
    if (!found.options.some(({ id }) => id === value))
      throw new LoomError('invalid-input', `“${value}” is no choice for “${found.label}”.`);
    const answer = await this.#sendPick(found, value);
    this.#offers = Array.isArray(answer['configOptions'])
      ? changedOffers(this.#offers, { type: 'config', config: configOf(answer['configOptions']) })
      : pickedOffers(this.#offers, found, value);
    this.#tellControls();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const { requests, canClose, log } = this.#around;
    const wasPrompting = this.#turn?.isSent === true;
    this.#leave({ reason: 'cancelled' });
    this.#around.forget(this);
    if (!canClose) {
      if (wasPrompting) this.#notifyCancel();
      return;
    }
    await request(requests, 'session/close', { sessionId: this.acpSessionId }, { limit: closeLimit }).catch((error: unknown) =>
      log.info('The agent did not close a session.', { session: this.acpSessionId, error: messageOf(error) }),
    );
  }

  /** The connection is gone: the running prompt ends, then the listener hears the reason. */
  async end(reason: string): Promise<void> {
    if (this.#isClosed) return;
    this.#leave({ reason: 'interrupted', error: reason });
    await this.#prompting.catch(() => undefined);
    try {
      this.#listener.closed(reason);
    } catch (error) {
      this.#around.log.error('The end of the agent could not be taken in.', { session: this.acpSessionId, error: messageOf(error) });
    }
  }

  #leave(stop: AgentStop): void {
    this.#views.close();
    this.#isClosed = true;
    void this.terminals.endAll();
    this.#questions.abort();
    this.#turn?.settle(stop);
  }

  async #run(turn: Turn, parts: readonly AgentPromptPart[]): Promise<AgentStop> {
    const { requests, identity } = this.#around;
    const prompt = await contentBlocks(parts, identity.accepts);
    if (!turn.signal.aborted) {
      turn.isSent = true;
      requests.connection.agent.request('session/prompt', { sessionId: this.acpSessionId, prompt }).then(
        (answer) => {
          const fields = fieldsOf(answer);
          const told = turnTokensOf(fields);
          const tokens = Object.keys(told).length > 0 ? told : this.#chunkTokens;
          if (this.#turn === turn && Object.keys(tokens).length > 0) this.tell({ type: 'usage', usage: {}, tokens });
          turn.settle({ reason: reasons[String(fields?.['stopReason'])] ?? 'finished' });
        },
        (error: unknown) => {
          // When the connection broke, `end` says why, as soon as it is known.
          if (requests.connection.signal.aborted) return;
          const limit = limitIn(error, Date.now());
          const failure = agentError(requests, error);
          const login = isLoginFailure(failure) ? { login: failure } : {};
          turn.settle({ reason: 'failed', error: failure.message, ...(limit === undefined ? {} : { limit }), ...login });
        },
      );
    }
    return turn.ended;
  }

  #notifyCancel(): void {
    const { requests, log } = this.#around;
    requests.connection.agent
      .notify('session/cancel', { sessionId: this.acpSessionId })
      .catch((error: unknown) => log.debug('The agent did not hear of a cancel.', { session: this.acpSessionId, error: messageOf(error) }));
  }

  #sendPick(picker: Picker, value: string): Promise<Fields> {
    const sessionId = this.acpSessionId;
    const { requests } = this.#around;
    if (picker.source === 'mode') return request(requests, 'session/set_mode', { sessionId, modeId: value });
    if (picker.source === 'model') return request(requests, 'session/set_model', { sessionId, modelId: value });
    const isSwitch = picker.options.length === 2 && picker.options.every(({ id }) => id === 'true' || id === 'false');
    const choice = isSwitch ? { type: 'boolean', value: value === 'true' } : { value };
    return request(requests, 'session/set_config_option', { sessionId, configId: picker.id, ...choice });
  }

  #tellControls(): void {
    const now = JSON.stringify(this.controls);
    if (now === this.#shownControls) return;
    this.#shownControls = now;
    if (!this.#isReplaying) this.tell({ type: 'controls', controls: this.controls });
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
