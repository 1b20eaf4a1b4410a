import { randomBytes } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { LoomError, messageOf } from '../base/errors.ts';
import { idFromBytes } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { ParamsOf, ResultOf } from '../protocol/contract.ts';
import type { HostRequests } from '../protocol/host.ts';
import type { InstanceMode } from '../protocol/settings.ts';
import type { SessionEvent } from '../model/events.ts';
import { summaryOf } from '../model/summary.ts';
import type { AgentProgram } from './agents/agentPort.ts';
import { AgentChoices } from './instances/agentChoices.ts';
import type { AgentPool } from './instances/agentPool.ts';
import type { Client } from './clients.ts';
import { Clients } from './clients.ts';
import { FlawTeller } from './stored/flawTeller.ts';
import { copiesOf, copyBlobs, turnsToFork } from './session/fork.ts';
import type { NoticeAction } from '../model/entries.ts';
import type { Limits } from './limits/limits.ts';
import type { LoginMarks } from './instances/loginMarks.ts';
import type { LiveSession, LiveSessions } from './live/liveSessions.ts';
import type { SessionIndex } from './stored/sessionIndex.ts';
import type { Place, PlaceWish, SessionPlaces } from './places/sessionPlaces.ts';

/** Settings that a window sent. */
export type Settings = ParamsOf<HostRequests['host/configure']>;

export interface SessionHostOptions {
  readonly sessions: LiveSessions;
  readonly index: SessionIndex;
  readonly agents: AgentPool;
  readonly limits: Limits;
  readonly builtIn: AgentProgram;
  /** Which agents asked for a login, across hosts. */
  readonly loginMarks?: LoginMarks;
  readonly branch: (cwd: string) => Promise<string | undefined>;
  /** Where sessions work that do not work in their folder. */
  readonly places?: SessionPlaces;
  /** The workspace folder, for sessions whose journal no longer says theirs. */
  readonly folder?: string;
  readonly log: Log;
}

/** Milliseconds after which the agent of a new session is started: a process that starts takes the processor from the panel that opens. */
const startAfterMs = 40;

/** What a person has the host do with sessions: making, moving, following and ending them. Doors call it; it calls no door. */
export class SessionHost {
  readonly clients = new Clients(() => performance.now());
  readonly #options: SessionHostOptions;
  readonly #flaws = new FlawTeller((text, sessionId) => this.notice('warning', text, sessionId, 'recover'));
  readonly #choices: AgentChoices;
  #settings: Settings;
  #draining = false;
  /** Recovered sessions with messages that wait, whose agent nobody has named yet. */
  readonly #waitForSettings = new Set<string>();

  constructor(options: SessionHostOptions) {
    this.#options = options;
    this.#choices = new AgentChoices(options.builtIn, options.loginMarks);
    this.#settings = { agents: [], defaultAgent: options.builtIn.id, history: 'ref', redactionPatterns: [] };
    options.sessions.onChanged((changes) => {
      this.clients.notifyAll('sessions/changed', { changed: [...changes.changed], removed: [...changes.removed] });
    });
    options.sessions.onFlawed((flawed) => this.#flaws.add(flawed));
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** How many turns run now. */
  get runningCount(): number {
    return this.#options.sessions.live.filter((live) => live.turns.isRunning).length;
  }

  /** What may run at once, for how long, and at what cost. */
  get limitSettings(): NonNullable<Settings['limits']> {
    return this.#settings.limits ?? {};
  }

  /** Whether sessions of an agent share a running one. */
  instanceMode(agent: string): InstanceMode {
    const own = this.#settings.agents.find(({ id }) => id === agent)?.instances;
    return own ?? this.limitSettings.instances ?? 'shared';
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    this.#choices.configure(settings);
    this.#options.limits.gate.review();
    const ids = [...this.#waitForSettings];
    this.#waitForSettings.clear();
    void this.#goOnAll(ids);
  }

  /** The agents that are known, the default first. */
  choices(): ResultOf<HostRequests['agents/list']>['agents'] {
    return this.#choices.list();
  }

  /** The program of an agent. Throws `not-found` when nobody names it any more, and `agent` when it is not installed. */
  program(id: string): AgentProgram {
    return this.#choices.program(id);
  }

  /** Remembers how the start of an agent went. */
  noteStart(id: string, error?: unknown): void {
    this.#choices.noteStart(id, error);
  }

  /** Makes a session; `begin` is what its new worktree begins with beside the base. */
  async create(params: ParamsOf<HostRequests['session/create']>, begin: Pick<PlaceWish, 'begin' | 'filling'> = {}): Promise<LiveSession> {
    if (this.#draining) throw new LoomError('unavailable', 'The session host is being replaced. Try again in a moment.');
    if (!isAbsolute(params.folder)) throw new LoomError('invalid-input', `The folder must be an absolute path, not "${params.folder}".`);
    const agent = params.agent ?? this.#settings.defaultAgent;
    const { name: agentName } = this.program(agent);
    const id = idFromBytes(randomBytes(12));
    const title = params.title ?? `Session ${this.#options.index.count(true) + 1}`;
    const { folder, isolation, base, branchName } = params;
    const place = await this.#placeOf({ session: id, title, folder, isolation, base, branch: branchName, ...begin });
    const branch = place === undefined ? await this.#options.branch(folder) : place.branch;
    const live = await this.#make(place, {
      type: 'session.created',
      id,
      title,
      agent,
      agentName,
      folder,
      cwd: folder,
      ...(branch === undefined ? {} : { branch }),
      ...this.#parentOf(params.parent),
      ...(params.color === undefined ? {} : { color: params.color }),
    });
    if (params.title !== undefined) live.session.record({ type: 'session.renamed', title: params.title, by: 'person' });
    if (params.prompt !== undefined) await live.turns.send(params.prompt, 'last');
    if (place?.planned !== undefined) this.#options.places?.make(live, place, (ready) => this.placeReady(ready));
    else if (params.prompt === undefined) this.#startSoon(live);
    return live;
  }

  /** The link to the session that a new one comes from. Throws `not-found`. */
  #parentOf(id: string | undefined): { readonly parent?: string; readonly parentTitle?: string } {
    if (id === undefined) return {};
    const parent = this.#options.index.get(id);
    if (parent === undefined) throw new LoomError('not-found', 'The session that the new one is to come from is no longer there.');
    return { parent: id, parentTitle: parent.title };
  }

  /** Makes a session at its place. What was planned for one that could not be made is given up. */
  async #make(place: Place | undefined, created: Parameters<LiveSessions['create']>[0]): Promise<LiveSession> {
    try {
      const { cwd, worktree, variables } = place ?? {};
      const at =
        cwd === undefined
          ? {}
          : { cwd, ...(worktree === undefined ? {} : { worktree }), ...(variables === undefined ? {} : { variables }) };
      return await this.#options.sessions.create({ ...created, ...at });
    } catch (error) {
      if (place?.planned !== undefined) await this.#options.places?.worktrees.abandon(place.planned);
      throw error;
    }
  }

  /** A worktree that only the setting asks for is no reason to have no session. */
  async #placeOf(wish: PlaceWish): Promise<Place | undefined> {
    try {
      return await this.#options.places?.placeOf(wish);
    } catch (error) {
      if (wish.isolation !== undefined) throw error;
      this.notice('warning', `The new session works in the folder. ${messageOf(error)}`, wish.session);
      return undefined;
    }
  }

  /** A session whose worktree is there now goes on: with the messages that wait, or with the start of its agent. */
  placeReady(live: LiveSession, forkOf?: string): void {
    if (live.session.state.queue.length > 0) live.turns.pump('asked');
    else this.#startSoon(live, forkOf);
  }

  /** Makes a session that begins with what was said in another one. Its agent forks its own session where it can, else it is told before the first message. */
  async fork({ sessionId, turn, title, isolation }: ParamsOf<HostRequests['session/fork']>): Promise<LiveSession> {
    if (this.#draining) throw new LoomError('unavailable', 'The session host is being replaced. Try again in a moment.');
    const { session: from } = await this.#options.sessions.get(sessionId);
    const { state } = from;
    const { turns, isWhole } = turnsToFork(state, turn);
    const { name } = this.program(state.agent);
    const made = title ?? `Fork of ${state.title}`.slice(0, 200).toWellFormed();
    const id = idFromBytes(randomBytes(12));
    const place = isolation === 'worktree' ? await this.#options.places?.placeOfFork(state, id, made) : undefined;
    const branch = place === undefined ? await this.#options.branch(state.cwd) : place.branch;
    const live = await this.#make(place, {
      type: 'session.created',
      id,
      title: made,
      agent: state.agent,
      agentName: state.agentName ?? name,
      folder: state.folder,
      cwd: state.cwd,
      ...(state.variables === undefined ? {} : { variables: forkedVariables(state.variables, id) }),
      // Without one of its own it shares that of the other session.
      ...(state.worktree === undefined ? {} : { worktree: state.worktree }),
      ...(branch === undefined ? {} : { branch }),
      parent: state.id,
      parentTitle: state.title,
      color: state.color,
    });
    try {
      await copyBlobs(turns, from, live.session, this.#options.log);
      live.session.record({ type: 'session.renamed', title: made, by: title === undefined ? 'prompt' : 'person' }, ...copiesOf(turns));
      await live.session.barrier();
    } catch (error) {
      await this.#options.sessions.delete(live.session.id);
      throw error;
    }
    const forkOf = isWhole ? state.acpSessionId : undefined;
    if (place === undefined) this.#startSoon(live, forkOf);
    // The agent's own copy of a session would go on in the folder of the other one.
    else this.#options.places?.make(live, place, (ready) => this.placeReady(ready));
    return live;
  }

  /** Starts the agent of a session where it does not run. How that goes is told by the session's events. */
  async startAgent(id: string): Promise<void> {
    const live = await this.#options.sessions.get(id);
    const { lifecycle, isSubAgent } = live.session.state;
    if (lifecycle === 'completed' || lifecycle === 'closed')
      throw new LoomError('conflict', `This session is ${lifecycle}. Reopen it to go on.`);
    if (isSubAgent === true) throw new LoomError('conflict', 'A sub-agent works in this session: the agent of its parent starts it.');
    if (live.turns.waitsForLogin) live.turns.pump('asked');
    else live.agent.start();
  }

  /** The session is shown first, and what its agent offers follows. One that was used, closed or deleted meanwhile is left as it is. */
  #startSoon(live: LiveSession, forkOf?: string): void {
    setTimeout(() => {
      const { lifecycle, agentPhase } = live.session.state;
      const isAsMade = this.#options.sessions.live.includes(live) && lifecycle === 'open' && agentPhase === 'none';
      if (isAsMade && !this.#draining) live.agent.start(forkOf);
    }, startAfterMs);
  }

  /**
   * Follows a session for a client: what it missed is returned, what comes is sent, and between the two lies no gap. What comes is held until
   * the answer is on its way, so that a client never sees an event before the state it belongs to.
   */
  async follow(params: ParamsOf<HostRequests['session/follow']>, client: Client): Promise<ResultOf<HostRequests['session/follow']>> {
    const { session } = await this.#options.sessions.get(params.sessionId);
    const answer = session.since(params.after, params.entries);
    let held: SessionEvent[] | undefined = [];
    const send = (events: readonly SessionEvent[]): void => client.notify('session/events', { sessionId: session.id, events: [...events] });
    const subscription = session.onRecorded((events) => (held === undefined ? send(events) : held.push(...events)));
    this.clients.follow(client, session.id, subscription);
    setImmediate(() => {
      const events = held ?? [];
      held = undefined;
      if (events.length > 0) send(events);
    });
    return answer;
  }

  async move(id: string, to: ParamsOf<HostRequests['session/move']>['to'], by: string): Promise<void> {
    const live = await this.#options.sessions.get(id);
    const ends = to === 'completed' || to === 'closed' || to === 'archived';
    if (ends) await live.turns.end();
    // Read only now: stopping holds the queue, and what comes back from the archive must not start by itself.
    const { lifecycle, archived } = live.session.state;
    const next = to === 'archived' || to === 'unarchived' ? lifecycle : to;
    const hidden = to === 'archived' ? true : to === 'open' || to === 'unarchived' ? false : archived;
    live.session.record({ type: 'session.moved', lifecycle: next, archived: hidden, by });
    await live.session.barrier();
    if (ends) await live.agent.close();
    else live.turns.pump(to === 'open' ? 'asked' : 'next');
  }

  /** Takes no new turn any more. Says how many still run. */
  drain(): number {
    this.#draining = true;
    this.#options.sessions.drain();
    return this.runningCount;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** What waits in a session goes out, whatever a budget or the provider of its agent has said. */
  async goOn(id: string): Promise<void> {
    const live = await this.#options.sessions.get(id);
    live.turns.pump('asked');
    this.#options.limits.goOn(live.session);
  }

  /** Tells a person something in a loaded session, in its transcript. */
  tell(id: string, level: 'info' | 'warning' | 'error', text: string, ...actions: readonly NoticeAction[]): void {
    this.#options.sessions.live.find(({ session }) => session.id === id)?.agent.notice(level, text, actions);
  }

  /** Tells everybody something that a person should hear of. */
  notice(level: 'info' | 'warning' | 'error', text: string, sessionId?: string, offers?: 'recover' | 'move'): void {
    this.#options.log.info('A notice was sent.', { level, text });
    this.clients.notice({ level, text, ...(sessionId === undefined ? {} : { sessionId }), ...(offers === undefined ? {} : { offers }) });
  }

  /** Marks turns that a killed host left running, and hands their sessions back to the person. */
  recover(ids: readonly string[]): Promise<number> {
    return this.#flaws.during(() => this.#recoverAll(ids));
  }

  async #recoverAll(ids: readonly string[]): Promise<number> {
    let recovered = 0;
    const waiting: string[] = [];
    for (const id of ids) {
      try {
        recovered += (await this.#recoverOne(id, waiting)) ? 1 : 0;
      } catch (error) {
        this.#options.log.error('A session could not be recovered.', { session: id, error: messageOf(error) });
      }
    }
    await this.#goOnAll(waiting);
    return recovered;
  }

  /** Sessions with messages that can go on are added to `waiting`. */
  async #recoverOne(id: string, waiting: string[]): Promise<boolean> {
    const { live, isUnused } = await this.#options.sessions.recover(id);
    const { session, turns } = live;
    // What runs was started by this host meanwhile; only a turn that nobody runs was cut off.
    if (turns.isRunning) return false;
    if (session.state.position.seq === 0) {
      this.#options.log.warn('The folder of a session holds no record that can be read; it stays as it is.', { session: id });
      await this.#options.sessions.unload(id);
      return false;
    }
    if (session.state.id === '') this.#nameAgain(live);
    const last = session.state.turns.at(-1);
    const wasRunning = last !== undefined && last.endedAt === undefined;
    if (wasRunning) session.record({ type: 'turn.ended', turn: last.id, reason: 'interrupted' });
    if (summaryOf(session.state).hasAgent === true && !live.agent.isOpen) session.record({ type: 'agent.changed', phase: 'stopped' });
    if (wasRunning) {
      await session.barrier();
      // What the turn did until then is there, and is counted as that of any turn; a count that fails is only less exact.
      await live.changes
        .count(last.id)
        .catch((error: unknown) => this.#options.log.warn('The changes of a turn were not counted.', { error: messageOf(error) }));
    }
    this.#options.index.put(summaryOf(session.state), session.journalBytes);
    this.#options.sessions.indexed(id);
    if (session.state.queue.length > 0) {
      // Who an agent is, windows say; a host that has only started knows of none but its own.
      if (this.#choices.knows(session.state.agent)) waiting.push(id);
      else this.#waitForSettings.add(id);
    }
    if (isUnused()) await this.#options.sessions.unload(id);
    return wasRunning;
  }

  /** Those that waited in line under an earlier host stand in it as they did. */
  async #goOnAll(ids: readonly string[]): Promise<void> {
    const found: LiveSession[] = [];
    for (const id of ids) {
      try {
        found.push(await this.#options.sessions.get(id));
      } catch (error) {
        this.#options.log.warn('The messages that wait in a session were not sent.', { session: id, error: messageOf(error) });
      }
    }
    const since = ({ session: { state } }: LiveSession): string => (state.hold?.kind === 'capacity' ? state.hold.since : state.updatedAt);
    for (const live of found.toSorted((one, other) => (since(one) < since(other) ? -1 : 1))) live.turns.pump();
  }

  /** The record that made the session was damaged; all the others are there, so it gets a new one in their place. */
  #nameAgain({ session }: LiveSession): void {
    const folder = this.#options.folder ?? this.#options.index.list({ includeArchived: true, limit: 1 })[0]?.folder ?? '';
    const { id } = session;
    const title = session.state.title === '' ? 'Recovered session' : session.state.title;
    session.record({ type: 'session.created', id, title, agent: this.#options.builtIn.id, folder, cwd: folder });
  }
}

/** The variables of a session for one that shares its worktree. */
function forkedVariables(variables: Readonly<Record<string, string>>, id: string): Record<string, string> {
  return 'LOOM_SESSION' in variables ? { ...variables, LOOM_SESSION: id } : variables;
}
