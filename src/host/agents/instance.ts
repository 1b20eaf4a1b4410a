import { setTimeout as delay } from 'node:timers/promises';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AgentIdentity, AgentInstance, AgentListener, AgentProgram, AgentSession, TreeUsage, StoredSessions } from './agentPort.ts';
import { endedMessage, isLoginFailure, loginFailed } from './failures.ts';
import type { Fields } from './fields.ts';
import { wordsOf } from './fields.ts';
import type { LoginMethod } from './logins.ts';
import { loginMethodsOf } from './logins.ts';
import type { McpAccess } from './mcpParams.ts';
import { mcpParams } from './mcpParams.ts';
import type { OpenSessions } from './openSessions.ts';
import type { AgentProcess } from './process.ts';
import { request } from './requests.ts';
import type { Requests } from './requests.ts';
import { storedIn } from './storedIn.ts';
import { AcpSession } from './session.ts';
import type { SessionSurroundings } from './session.ts';

/** Where a session of the agent works, and the MCP servers that it gets. */
interface SessionPlace {
  readonly cwd: string;
  readonly mcpServers: readonly Fields[];
}

/** What a running agent is made of. */
export interface InstanceParts {
  readonly process: AgentProcess;
  readonly requests: Omit<Requests, 'ended'>;
  readonly identity: AgentIdentity;
  readonly canClose: boolean;
  readonly canLogout: boolean;
  readonly canList: boolean;
  readonly mcp: McpAccess;
  readonly environment: Readonly<Record<string, string>>;
  readonly sessions: OpenSessions;
  readonly log: Log;
  readonly cancelTimeoutMs: number;
  readonly openTimeoutMs: number;
  /** See `AgentInstance.measure`. */
  measure(): Promise<TreeUsage | undefined>;
  /** Ends the process tree. May be called again. */
  endTree(): Promise<void>;
}

/** How long the other sign of an end may follow the first: the exit code after the closed pipe, or the other way round. Milliseconds. */
const graceForTheOther = 2000;

/** A running agent. It ends once: by itself, which its sessions hear, or because it is closed. */
export class RunningAgent implements AgentInstance {
  readonly program: AgentProgram;
  readonly identity: AgentIdentity;
  readonly #parts: InstanceParts;
  readonly #requests: Requests;
  readonly #ended = Promise.withResolvers<string>();
  #isOver = false;
  #closing: Promise<void> | undefined;

  constructor(parts: InstanceParts) {
    this.#parts = parts;
    this.program = parts.requests.program;
    this.identity = parts.identity;
    this.#requests = { ...parts.requests, ended: this.#ended.promise };
    parts.sessions.children.open = async (parent, child) => {
      const listener = await parent.spawned(child);
      if (listener === undefined || this.#isOver || parts.sessions.has(child.acpSessionId)) return undefined;
      const session = new AcpSession(child.acpSessionId, parent.cwd, listener, this.#surroundings());
      parts.sessions.addChild(session, parent);
      return session;
    };
    void this.#watch();
  }

  get pid(): number | undefined {
    return this.#isOver ? undefined : this.#parts.process.pid;
  }

  get sessionCount(): number {
    return this.#parts.sessions.size;
  }

  async open(options: Parameters<AgentInstance['open']>[0], signal?: AbortSignal): Promise<AgentSession> {
    if (signal?.aborted === true) throw new LoomError('cancelled', 'Opening a session of the agent was cancelled.');
    if (this.#isOver) throw new LoomError('disconnected', await this.#ended.promise);
    const { signIn, signInFirst = false, ...rest } = options;
    if (signInFirst) await signIn?.(this, options.listener, signal);
    try {
      return await this.#open(rest, signal);
    } catch (error) {
      const wantsLogin = error instanceof LoomError && isLoginFailure(error);
      if (!wantsLogin || signIn === undefined) throw error;
      const isIn = await signIn(this, options.listener, signal).catch((failure: unknown) => {
        throw loginFailed(this.program, this.#requests.authMethods, failure);
      });
      if (!isIn) throw error;
    }
    return this.#open(rest, signal);
  }

  get logins(): readonly LoginMethod[] {
    return loginMethodsOf(this.#requests.authMethods);
  }

  async authenticate(method: string, limitMs: number, listener: Pick<AgentListener, 'question'> = {}, signal?: AbortSignal): Promise<void> {
    await this.#parts.sessions.whileOpening(listener, () =>
      request(this.#requests, 'authenticate', { methodId: method }, { limit: limitMs, signal }),
    );
  }

  async stored(cwd: string | undefined, cursor: string | undefined, signal?: AbortSignal): Promise<StoredSessions | undefined> {
    if (!this.#parts.canList) return undefined;
    const params = { ...(cwd === undefined ? {} : { cwd }), ...(cursor === undefined ? {} : { cursor }) };
    return storedIn(await request(this.#requests, 'session/list', params, { limit: this.#parts.openTimeoutMs, signal }));
  }

  async forget(acpSessionId: string): Promise<boolean> {
    if (this.#isOver) throw new LoomError('disconnected', await this.#ended.promise);
    if (!this.identity.canForget || this.#parts.sessions.has(acpSessionId)) return false;
    await request(this.#requests, 'session/delete', { sessionId: acpSessionId }, { limit: this.#parts.openTimeoutMs });
    return true;
  }

  async logout(): Promise<boolean> {
    if (!this.#parts.canLogout) return false;
    await request(this.#requests, 'logout', {}, { limit: this.#parts.openTimeoutMs });
    return true;
  }

  async #open(options: Omit<Parameters<AgentInstance['open']>[0], 'signIn' | 'signInFirst'>, signal?: AbortSignal): Promise<AgentSession> {
    const { acpSessionId, forkOf, listener, hearReplay = false } = options;
    const place: SessionPlace = { cwd: options.cwd, mcpServers: mcpParams(options.mcpServers ?? {}, this.#parts.mcp) };
    const earlier = acpSessionId === undefined ? undefined : await this.#reopen(acpSessionId, place, { listener, hearReplay }, signal);
    if (earlier !== undefined) return earlier;
    const forked = forkOf === undefined || acpSessionId !== undefined ? undefined : await this.#fork(forkOf, place, listener, signal);
    return forked ?? this.#openNew('session/new', { ...place }, place.cwd, listener, signal);
  }

  measure(): Promise<TreeUsage | undefined> {
    return this.#isOver ? Promise.resolve(undefined) : this.#parts.measure();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end(`The agent “${this.program.name}” was stopped.`);
    return this.#closing;
  }

  /** A session that begins as a copy, or undefined when the agent cannot make one: then it has to be told what was said. */
  async #fork(
    sessionId: string,
    place: SessionPlace,
    listener: AgentListener,
    signal: AbortSignal | undefined,
  ): Promise<AcpSession | undefined> {
    if (!this.identity.canFork) return undefined;
    try {
      return await this.#openNew('session/fork', { sessionId, ...place }, place.cwd, listener, signal);
    } catch (error) {
      if (!(error instanceof LoomError) || error.code !== 'agent' || isLoginFailure(error)) throw error;
      this.#parts.log.info('The agent could not fork a session.', { agent: this.program.id, error: messageOf(error) });
      return undefined;
    }
  }

  async #openNew(
    method: 'session/new' | 'session/fork',
    params: Fields,
    cwd: string,
    listener: AgentListener,
    signal: AbortSignal | undefined,
  ): Promise<AcpSession> {
    const { sessions, openTimeoutMs } = this.#parts;
    return sessions.whileOpening(listener, async () => {
      const answer = await request(this.#requests, method, params, { limit: openTimeoutMs, signal });
      const id = wordsOf(answer['sessionId']);
      if (id === undefined) throw new LoomError('agent', `The agent “${this.program.name}” opened a session without an id.`);
      if (sessions.has(id)) throw new LoomError('agent', `The agent “${this.program.name}” gave two sessions the same id.`);
      if (this.#isOver) throw new LoomError('disconnected', await this.#ended.promise);
      const session = new AcpSession(id, cwd, listener, this.#surroundings());
      const isFork = method === 'session/fork';
      // Some agents repeat what was said before they answer: the session begins with copies of it already.
      if (isFork) {
        session.replay(false);
        sessions.add(session);
      }
      session.opened(answer, isFork);
      if (!isFork) sessions.add(session);
      return session;
    });
  }

  /** The earlier session, or undefined when the agent cannot bring it back: then a new one has to do. */
  async #reopen(
    id: string,
    place: SessionPlace,
    { listener, hearReplay }: { readonly listener: AgentListener; readonly hearReplay: boolean },
    signal: AbortSignal | undefined,
  ): Promise<AcpSession | undefined> {
    const { sessions, identity, openTimeoutMs, log } = this.#parts;
    if (sessions.has(id)) throw new LoomError('conflict', 'This session is open already.');
    // Only a load repeats what was said.
    const methods = [...(identity.canResume && !hearReplay ? ['session/resume'] : []), ...(identity.canLoad ? ['session/load'] : [])];
    for (const method of methods) {
      const session = new AcpSession(id, place.cwd, listener, this.#surroundings());
      session.replay(hearReplay);
      sessions.add(session);
      try {
        session.opened(await request(this.#requests, method, { sessionId: id, ...place }, { limit: openTimeoutMs, signal }), true);
        return session;
      } catch (error) {
        sessions.remove(session);
        if (!(error instanceof LoomError) || error.code !== 'agent' || isLoginFailure(error)) throw error;
        log.info('The agent could not bring an earlier session back.', { agent: this.program.id, method, error: messageOf(error) });
      }
    }
    return undefined;
  }

  #surroundings(): SessionSurroundings {
    const { identity, canClose, cancelTimeoutMs, sessions, environment, log } = this.#parts;
    return {
      requests: this.#requests,
      identity,
      canClose,
      environment,
      cancelTimeoutMs,
      log,
      turnEnded: (session) => sessions.turnEnded(session),
      forget: (session) => sessions.remove(session),
    };
  }

  async #watch(): Promise<void> {
    const { process, requests, log } = this.#parts;
    const exited = process.exited;
    const closed = requests.connection.closed;
    await Promise.race([exited, closed]);
    const stop = new AbortController();
    const patience = delay(graceForTheOther, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([Promise.all([exited, closed]), patience]);
    const end = await Promise.race([exited, patience.then(() => undefined)]);
    stop.abort();
    if (this.#isOver) return;
    const reason = endedMessage(this.program, end, process.lastLines());
    log.warn(reason, { agent: this.program.id });
    this.#closing ??= this.#end(reason);
  }

  async #end(reason: string): Promise<void> {
    const { sessions, requests, log } = this.#parts;
    this.#isOver = true;
    this.#ended.resolve(reason);
    const all = sessions.all;
    for (const session of all) sessions.remove(session);
    await Promise.all(all.map((session) => session.end(reason)));
    await this.#parts
      .endTree()
      .catch((error: unknown) => log.error('An agent could not be ended.', { agent: this.program.id, error: messageOf(error) }));
    requests.connection.close();
  }
}
