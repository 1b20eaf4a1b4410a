import type * as z from 'zod';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Call, InputOf, ParamsOf, ResultOf } from '../../protocol/contract.ts';
import { caller, fromWireError, parse } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { hostRequests } from '../../protocol/host.ts';
import type { PanelHostMethod, ToExtension } from '../../protocol/panel.ts';
import { panelNotifications, panelUiRequests, ToPage } from '../../protocol/panel.ts';

/** Calls a request of the host for the session of this panel; the extension adds the session's id. */
export type HostCall = <Method extends PanelHostMethod>(
  method: Method,
  params: Omit<InputOf<HostRequests[Method]>, 'sessionId'>,
) => Promise<ResultOf<HostRequests[Method]>>;

type Notifications = typeof panelNotifications;

/** One function per notification of the extension. */
export type PanelHandlers = { readonly [Method in keyof Notifications]: (params: ParamsOf<Notifications[Method]>) => void };

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: LoomError) => void;
}

/** The one channel between the page and the extension. */
export class Link {
  readonly #post: (message: ToExtension) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** Requests that the editor answers. */
  readonly ui: Call<typeof panelUiRequests>;
  readonly host: HostCall;

  constructor(post: (message: ToExtension) => void) {
    this.#post = post;
    this.ui = caller(panelUiRequests, (method, params) => this.#request(method, params));
    this.host = async (method, params) =>
      parse(hostRequests[method].result as z.ZodType, await this.#request(method, params), `The answer to "${method}"`) as ResultOf<
        HostRequests[typeof method]
      >;
  }

  ready(): void {
    this.#post({ type: 'ready' });
  }

  log(level: 'info' | 'warn' | 'error', text: string): void {
    this.#post({ type: 'log', level, text: text.slice(0, 2000) });
  }

  /** Takes a message of the extension: settles a request or calls a handler. One that is not understood is logged and left. */
  receive(data: unknown, handlers: PanelHandlers): void {
    try {
      const message = parse(ToPage, data, 'A message of the extension');
      if (message.type === 'notification') this.#notify(message.method, message.params, handlers);
      else if (message.type === 'result') this.#take(message.id)?.resolve(message.result);
      else this.#take(message.id)?.reject(fromWireError(message.error));
    } catch (thrown) {
      this.log('warn', messageOf(thrown));
    }
  }

  /** Gives up on every request that still waits, because nobody is there to answer. */
  abandon(): void {
    for (const { reject } of this.#waiting.values())
      reject(new LoomError('disconnected', 'The window lost its connection. Try again in a moment.'));
    this.#waiting.clear();
  }

  #notify(method: string, params: unknown, handlers: PanelHandlers): void {
    if (!Object.hasOwn(panelNotifications, method)) return;
    const known = method as keyof Notifications;
    const handle = handlers[known] as (value: unknown) => void;
    handle(parse(panelNotifications[known].params, params, `The notification "${method}"`));
  }

  #request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ type: 'request', id, method, params });
    });
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
