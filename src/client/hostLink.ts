import { LoomError, messageOf } from '../base/errors.ts';
import type { Event } from '../base/event.ts';
import { Emitter } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { Call, ParamsOf } from '../protocol/contract.ts';
import { caller, parse } from '../protocol/contract.ts';
import type { HostNotifications, HostRequests } from '../protocol/host.ts';
import { hostNotifications, hostRequests } from '../protocol/host.ts';
import type { Attached, HostFinder } from './findHost.ts';
import type { HelloAnswer } from './helloSocket.ts';
import type { Transport, TransportConnection } from './transport.ts';

/** How a link stands to its host, with a sentence for a person where something is wrong. */
export interface LinkState {
  readonly state: 'idle' | 'connecting' | 'connected' | 'lost' | 'other-version' | 'elsewhere';
  readonly text?: string;
}

export interface HostLinkOptions {
  readonly finder: HostFinder;
  readonly transport: Transport;
  readonly log: Log;
  /** Resolves while the person behind the client is really there; awaited before each heartbeat. */
  readonly alive?: () => Promise<void>;
  /** Called on each new connection before anything else is sent on it. */
  readonly onConnected?: (call: Call<HostRequests>) => Promise<void>;
}

/** Milliseconds between attempts after a lost connection; the last one repeats. */
const backOff = [0, 50, 100, 200, 400, 800, 1600, 3000] as const;

/** Attempts for which a client waits for the successor of a host that left. */
const replacedAttempts = 12;

/** One client's connection to the host of one workspace, kept up by its own loop. */
export class HostLink implements Disposable {
  readonly #options: HostLinkOptions;
  readonly #stateChanged = new Emitter<LinkState>();
  readonly #notified = new Emitter<{ method: string; params: unknown }>();
  readonly #stop = new AbortController();
  #state: LinkState = { state: 'idle' };
  #connection: TransportConnection | undefined;
  #answer: HelloAnswer | undefined;
  #connecting: Promise<boolean> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #leaving = false;

  readonly onStateChanged: Event<LinkState> = this.#stateChanged.event;

  /** Calls a request of the host; starts the host first when none runs. */
  readonly call: Call<HostRequests> = caller(hostRequests, async (method, params) => {
    if (this.#connection === undefined) await this.#mustAttach();
    const connection = this.#connection;
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
    return this.#answer;
  }

  /** Connects: with `start` to a host that is started if need be, with `if-running` only to one that is there. False when there is none. */
  async attach(mode: 'start' | 'if-running'): Promise<boolean> {
    if (this.#connection !== undefined) return true;
    if (this.#connecting !== undefined && (await this.#connecting)) return true;
    this.#connecting ??= this.#connect(mode).finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  /** Listens for one notification; what arrives is parsed. */
  on<Method extends keyof HostNotifications>(method: Method, listener: (params: ParamsOf<HostNotifications[Method]>) => void): Disposable {
    return this.#notified.event((message) => {
      if (message.method !== method) return;
      try {
        listener(
          parse(hostNotifications[method].params, message.params, `The notification "${method}"`) as ParamsOf<HostNotifications[Method]>,
        );
      } catch (error) {
        this.#options.log.error('A notification of the host was not understood.', { method, error: messageOf(error) });
      }
    });
  }

  dispose(): void {
    this.#stop.abort();
    clearInterval(this.#heartbeat);
    this.#connection?.dispose();
    this.#connection = undefined;
    this.#stateChanged.dispose();
    this.#notified.dispose();
  }

  async #mustAttach(): Promise<void> {
    if (!(await this.attach('start'))) throw new LoomError('unavailable', this.#state.text ?? 'No session host runs here.');
  }

  async #connect(mode: 'start' | 'if-running'): Promise<boolean> {
    this.#set({ state: 'connecting' });
    try {
      const found = await this.#options.finder.attach(mode, this.#stop.signal);
      if (found === undefined) {
        this.#set({ state: 'idle' });
        return false;
      }
      await this.#use(found);
      return true;
    } catch (error) {
      const elsewhere = error instanceof LoomError && error.code === 'running-elsewhere';
      this.#set({ state: elsewhere ? 'elsewhere' : 'lost', text: messageOf(error) });
      throw error;
    }
  }

  async #use(found: Attached): Promise<void> {
    const connection = await this.#options.transport.open(found.socket);
    this.#connection = connection;
    this.#answer = found.answer;
    connection.onNotification((method, params) => {
      if (method === 'host/leaving') this.#leaving = true;
      this.#notified.fire({ method, params });
    });
    connection.onClosed(() => void this.#lost(connection));
    this.#heartbeat = setInterval(() => void this.#beat(connection), (found.answer.heartbeatSeconds * 1000) / 2);
    this.#heartbeat.unref();
    if (found.answer.sameVersion) await this.#options.onConnected?.(this.call);
    this.#set(found.answer.sameVersion ? { state: 'connected' } : { state: 'other-version', text: otherVersion(found.answer) });
  }

  async #beat(connection: TransportConnection): Promise<void> {
    try {
      await this.#options.alive?.();
      await connection.request('host/heartbeat', {});
    } catch (error) {
      this.#options.log.debug('A heartbeat failed.', { error: messageOf(error) });
    }
  }

  async #lost(connection: TransportConnection): Promise<void> {
    if (this.#connection !== connection || this.#stop.signal.aborted) return;
    this.#connection = undefined;
    this.#answer = undefined;
    clearInterval(this.#heartbeat);
    this.#set({ state: 'lost', text: 'The session host ended. Reconnecting…' });
    const replaced = this.#leaving;
    this.#leaving = false;
    for (let attempt = 0; this.#wantsConnection(); attempt++) {
      await pause(backOff[Math.min(attempt, backOff.length - 1)] ?? 3000);
      // A host that said that it leaves is being replaced by a newer window: starting our own again would undo that.
      const mode = replaced && attempt < replacedAttempts ? 'if-running' : 'start';
      try {
        await this.attach(mode);
      } catch (error) {
        this.#options.log.warn('Reconnecting to the session host failed.', { attempt, error: messageOf(error) });
      }
    }
  }

  #wantsConnection(): boolean {
    return !this.#stop.signal.aborted && this.#connection === undefined;
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

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
