import { LoomError, messageOf } from '../base/errors.ts';
import type { Event } from '../base/event.ts';
import { Emitter } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { Call, Handlers, ParamsOf } from '../protocol/contract.ts';
import { answer, caller, parse } from '../protocol/contract.ts';
import type { HostNotifications, HostRequests } from '../protocol/host.ts';
import { hostNotifications, hostRequests } from '../protocol/host.ts';
import type { WindowRequests } from '../protocol/window.ts';
import { windowRequests } from '../protocol/window.ts';
import type { AttachMode, Attached, HostFinder } from './findHost.ts';
import type { HelloAnswer } from './helloSocket.ts';
import type { Transport, TransportConnection } from './transport.ts';
import { until } from './until.ts';

/** How a link stands to its host, with a sentence for a person where something is wrong. */
export interface LinkState {
  readonly state: 'idle' | 'connecting' | 'connected' | 'lost' | 'other-version' | 'elsewhere';
  readonly text?: string;
}

/** One function per request of a host to a window; the signal aborts when the host waits no longer. */
export type WindowHandlers = Handlers<WindowRequests, AbortSignal>;

export interface HostLinkOptions {
  readonly finder: HostFinder;
  readonly transport: Transport;
  readonly log: Log;
  /** Resolves while the person behind the client is really there; awaited before each heartbeat. */
  readonly alive?: () => Promise<void>;
  /** Called on each new connection before anything else is sent on it. */
  readonly onConnected?: (call: Call<HostRequests>) => Promise<void>;
  /** Answers what the host asks of a window. Who gives none is not asked. */
  readonly window?: WindowHandlers;
}

/** Milliseconds between attempts after a lost connection; the last one repeats. */
const backOff = [0, 50, 100, 200, 400, 800, 1600, 3000] as const;

/** Milliseconds between attempts while a host on another machine has the sessions. */
const elsewhereMs = 15_000;

/** How often a host that answered and then broke off is tried again before that is an error. */
const brokenOffAttempts = 3;

/** Attempts for which a client waits for the successor of a host that left. */
const replacedAttempts = 12;

/** A connection on which all that comes first was done. */
interface Established {
  readonly connection: TransportConnection;
  readonly found: Attached;
  readonly heartbeat: NodeJS.Timeout;
  /** Why the host said that it leaves, once it did. */
  leaving: string | undefined;
}

/** One client's connection to the host of one workspace, kept up by its own loop. */
export class HostLink implements Disposable {
  readonly #options: HostLinkOptions;
  readonly #stateChanged = new Emitter<LinkState>();
  readonly #notified = new Map<string, Emitter<unknown>>();
  readonly #stop = new AbortController();
  #state: LinkState = { state: 'idle' };
  #established: Established | undefined;
  #connecting: { readonly mode: AttachMode; readonly done: Promise<boolean> } | undefined;
  #isBeating = false;

  readonly onStateChanged: Event<LinkState> = this.#stateChanged.event;

  /** Calls a request of the host; starts the host first when none runs. */
  readonly call: Call<HostRequests> = caller(hostRequests, async (method, params) => {
    if (this.#established === undefined) await this.#mustAttach();
    const connection = this.#established?.connection;
    if (connection === undefined)
      throw new LoomError('disconnected', this.#state.text ?? 'The session host is not connected. Try again in a moment.');
    return connection.request(method, params, this.#stop.signal);
  });

  constructor(options: HostLinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** What the host said of itself, while connected. */
  get host(): HelloAnswer | undefined {
    return this.#established?.found.answer;
  }

  /** Connects to the host that is there, or to one that is started as `mode` says. False when there is none. */
  async attach(mode: AttachMode): Promise<boolean> {
    for (;;) {
      if (this.#stop.signal.aborted) throw closed();
      if (this.#established !== undefined) return true;
      const current = this.#connecting;
      if (current === undefined) break;
      if (current.mode === mode || current.mode === 'start') return current.done;
      // Whoever wants a host to be started is not content with what a mere look for one gives, an error included.
      await current.done.catch(() => false);
    }
    const done = this.#connect(mode).finally(() => (this.#connecting = undefined));
    this.#connecting = { mode, done };
    return done;
  }

  /** Listens for one notification; what arrives is parsed. */
  on<Method extends keyof HostNotifications>(method: Method, listener: (params: ParamsOf<HostNotifications[Method]>) => void): Disposable {
    const emitter = this.#notified.get(method) ?? new Emitter<unknown>();
    this.#notified.set(method, emitter);
    return emitter.event((params) => listener(params as ParamsOf<HostNotifications[Method]>));
  }

  dispose(): void {
    this.#stop.abort();
    const established = this.#established;
    this.#established = undefined;
    clearInterval(established?.heartbeat);
    established?.connection.dispose();
    this.#stateChanged.dispose();
    for (const emitter of this.#notified.values()) emitter.dispose();
  }

  async #mustAttach(): Promise<void> {
    if (!(await this.attach('start'))) throw new LoomError('unavailable', this.#state.text ?? 'No session host runs here.');
  }

  async #connect(mode: AttachMode): Promise<boolean> {
    this.#set({ state: 'connecting' });
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#find(mode);
        } catch (error) {
          // A dying host can still answer; the next look finds none, or its successor.
          const brokeOff = error instanceof LoomError && error.code === 'disconnected';
          if (!brokeOff || attempt === brokenOffAttempts || this.#stop.signal.aborted) throw error;
          await until(this.#stop.signal, backOff[attempt] ?? 0);
        }
      }
    } catch (error) {
      this.#set({ state: isElsewhere(error) ? 'elsewhere' : 'lost', text: messageOf(error) });
      throw error;
    }
  }

  async #find(mode: AttachMode): Promise<boolean> {
    const found = await this.#options.finder.attach(mode, this.#stop.signal);
    if (found === undefined) {
      this.#set({ state: 'idle' });
      return false;
    }
    await this.#use(found);
    return true;
  }

  /** What has to come first on a connection comes first: nobody else finds it before. */
  async #use(found: Attached): Promise<void> {
    const connection = await this.#options.transport.open(found.socket);
    const heartbeat = setInterval(() => void this.#beat(connection), (found.answer.heartbeatSeconds * 1000) / 2).unref();
    const established: Established = { connection, found, heartbeat, leaving: undefined };
    const gone = new AbortController();
    connection.onNotification((method, params) => this.#heard(established, method, params));
    const { window } = this.#options;
    if (window !== undefined) connection.onRequest((method, params, signal) => answer(windowRequests, window, method, params, signal));
    connection.onClosed(() => {
      gone.abort();
      clearInterval(heartbeat);
      if (this.#established === established) void this.#lost(established);
    });
    try {
      const call = caller(hostRequests, (method, params) => connection.request(method, params, this.#stop.signal));
      if (found.answer.sameVersion) await this.#options.onConnected?.(call);
      if (this.#stop.signal.aborted) throw closed();
      if (gone.signal.aborted) throw new LoomError('disconnected', 'The session host ended before the connection was ready.');
    } catch (error) {
      clearInterval(heartbeat);
      connection.dispose();
      throw error;
    }
    this.#established = established;
    this.#set(found.answer.sameVersion ? { state: 'connected' } : { state: 'other-version', text: otherVersion(found.answer) });
  }

  /** Parses a notification once, however many listen, and not at all when nobody does. */
  #heard(established: Established, method: string, params: unknown): void {
    if (!isNotification(method)) return;
    const emitter = this.#notified.get(method);
    if (method !== 'host/leaving' && (emitter === undefined || emitter.listenerCount === 0)) return;
    try {
      const parsed = parse(hostNotifications[method].params, params, `The notification "${method}"`);
      if ('reason' in parsed) established.leaving = parsed.reason;
      emitter?.fire(parsed);
    } catch (error) {
      this.#options.log.error('A notification of the host was not understood.', { method, error: messageOf(error) });
    }
  }

  async #beat(connection: TransportConnection): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await this.#options.alive?.();
      await connection.request('host/heartbeat', {}, this.#stop.signal);
    } catch (error) {
      this.#options.log.debug('A heartbeat failed.', { error: messageOf(error) });
    } finally {
      this.#isBeating = false;
    }
  }

  async #lost({ leaving, found }: Established): Promise<void> {
    this.#established = undefined;
    this.#set({ state: 'lost', text: 'The session host ended. Reconnecting…' });
    // A host that was asked to leave is being replaced by a newer window: starting our own again would undo that.
    const wasReplaced = leaving === 'drained' && !found.replacing;
    let wait: number | undefined;
    for (let attempt = 0; this.#wantsConnection(); attempt++) {
      await until(this.#stop.signal, wait ?? backOff[Math.min(attempt, backOff.length - 1)] ?? 3000);
      if (this.#stop.signal.aborted) return;
      wait = undefined;
      try {
        await this.attach(wasReplaced && attempt < replacedAttempts ? 'if-running' : 'start');
      } catch (error) {
        if (isElsewhere(error)) wait = elsewhereMs;
        this.#options.log.warn('Reconnecting to the session host failed.', { attempt, error: messageOf(error) });
      }
    }
  }

  #wantsConnection(): boolean {
    return !this.#stop.signal.aborted && this.#established === undefined;
  }

  #set(state: LinkState): void {
    if (this.#stop.signal.aborted) return;
    this.#state = state;
    this.#stateChanged.fire(state);
  }
}

function otherVersion(answer: HelloAnswer): string {
  return `The session host is of version ${answer.version}. It can be read along and questions can be answered; it is replaced when its turns have ended.`;
}

function isElsewhere(error: unknown): boolean {
  return error instanceof LoomError && error.code === 'running-elsewhere';
}

function isNotification(method: string): method is keyof HostNotifications {
  return Object.hasOwn(hostNotifications, method);
}

function closed(): LoomError {
  return new LoomError('cancelled', 'This connection to the session host was closed.');
}
