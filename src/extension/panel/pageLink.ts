import type * as vscode from 'vscode';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import type { InputOf } from '../../protocol/contract.ts';
import { parse, toWireError } from '../../protocol/contract.ts';
import type { ToPage, panelNotifications } from '../../protocol/panel.ts';
import { ToExtension } from '../../protocol/panel.ts';

type Notifications = typeof panelNotifications;

/** What a page asks of whoever holds it. */
export interface PageHandlers {
  /** The page has been loaded and knows nothing yet. */
  ready(): void;
  request(method: string, params: unknown): Promise<unknown>;
}

/** The one channel between the extension and a page: parses what arrives, answers requests, sends notifications. */
export class PageLink implements Disposable {
  readonly #webview: vscode.Webview;
  readonly #handlers: PageHandlers;
  readonly #log: Log;
  readonly #listening: vscode.Disposable;

  constructor(webview: vscode.Webview, handlers: PageHandlers, log: Log) {
    this.#webview = webview;
    this.#handlers = handlers;
    this.#log = log;
    this.#listening = webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
  }

  /** Sends a notification of the panel contract. A page that is hidden does not get it. */
  notify<Method extends keyof Notifications>(method: Method, params: InputOf<Notifications[Method]>): void {
    void this.deliver(method, params);
  }

  /** Like `notify`; resolves when the window has taken it, or has said that it will not. */
  deliver<Method extends keyof Notifications>(method: Method, params: InputOf<Notifications[Method]>): Promise<void> {
    return this.#post({ type: 'notification', method, params });
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #receive(data: unknown): void {
    let message: ToExtension;
    try {
      message = parse(ToExtension, data, 'A message of a page');
    } catch (error) {
      this.#log.warn('A page sent what is no message.', { error: messageOf(error) });
      return;
    }
    if (message.type === 'ready') this.#handlers.ready();
    else if (message.type === 'log') this.#log[message.level](`page: ${message.text.slice(0, 2000)}`);
    else void this.#answer(message.id, message.method, message.params);
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    try {
      void this.#post({ type: 'result', id, result: (await this.#handlers.request(method, params)) ?? {} });
    } catch (error) {
      if (!(error instanceof LoomError)) this.#log.error(`The request ${method} of a page failed.`, { error: messageOf(error) });
      void this.#post({ type: 'error', id, error: toWireError(error) });
    }
  }

  async #post(message: ToPage): Promise<void> {
    try {
      // A page that closes while it is written to says so by `false`; nobody waits for what it would have shown.
      await this.#webview.postMessage(message);
    } catch (error) {
      this.#log.debug(messageOf(error));
    }
  }
}
