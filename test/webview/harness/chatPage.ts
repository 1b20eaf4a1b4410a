/** A chat page in a real browser with the test as its extension. */
import type { Page } from 'playwright-core';
import type { SessionEvent } from '../../../src/model/events.ts';
import type { SessionState } from '../../../src/model/session.ts';
import { windowOf } from '../../../src/model/window.ts';
import { ToExtension } from '../../../src/protocol/panel.ts';
import type { Theme } from './themes.ts';

/** A request of the page as it arrived. */
export interface Asked {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a handler gives back is the result; what it throws is the error. */
type Handler = (params: Readonly<Record<string, unknown>>) => unknown;

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly sendWith?: 'enter' | 'ctrl+enter';
  /** Entries of the window that the checkpoint shows. */
  readonly entries?: number;
  /** The session comes only when the test says `begin`. */
  readonly late?: boolean;
  /** A place that the extension sends the page to at once. */
  readonly reveal?: { readonly turn: number; readonly entry?: string; readonly text?: string };
  /** A page of its own, for a test that changes what outlives a navigation, such as the clock. */
  readonly ownPage?: boolean;
}

/** What a chat is opened in. `visit` stands in its address and comes back with its messages: pages that were there before have others. */
export interface Visit {
  readonly page: Page;
  readonly url: string;
  readonly leave: () => Promise<void>;
}

/** The page, and the extension's side of it. */
export class ChatPage {
  readonly page: Page;
  readonly asked: Asked[] = [];
  readonly logged: string[] = [];
  /** Addresses that the page asked for beside its own files. */
  readonly fetched: string[] = [];
  readonly #visit: Visit;
  readonly #state: SessionState;
  readonly #options: OpenOptions;
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting: { readonly method: string; readonly resolve: (asked: Asked) => void }[] = [];

  constructor(visit: Visit, state: SessionState, options: OpenOptions) {
    this.#visit = visit;
    this.#state = state;
    this.#options = options;
    this.page = visit.page;
    this.on('session/prompt', () => ({ queued: false }));
    this.on('session/turns', () => ({ turns: [] }));
    this.on('session/transcript', () => ({ markdown: '# Session', redacted: 0 }));
    this.on('turn/cancel', () => ({ cancelled: true }));
    this.on('ui/instructions', () => ({ files: [] }));
    this.on('ui/mentions', () => ({ mentions: [] }));
  }

  async load(): Promise<void> {
    await this.page.goto(this.#visit.url);
    await this.page.locator('[data-part=transcript]').waitFor();
    await this.settled();
  }

  /** Answers a request of the page from now on. */
  on(method: string, handler: Handler): void {
    this.#handlers.set(method, handler);
  }

  /** Sends the session as a whole. */
  begin(state: SessionState): Promise<void> {
    return this.notify('panel/checkpoint', { state });
  }

  /** Sends events to the page, in one message or one message each. */
  async events(events: readonly SessionEvent[], apart = false): Promise<void> {
    const messages = (apart ? events.map((event) => [event]) : [events]).map((list) => note('panel/events', { events: list }));
    await this.#post(messages);
    await this.settled();
  }

  async notify(method: string, params: unknown): Promise<void> {
    await this.#post([note(method, params)]);
    await this.settled();
  }

  /** Resolves with the next request of this method, or one that came already. */
  async request(method: string, which: (params: Asked['params']) => boolean = () => true): Promise<Asked> {
    for (;;) {
      const found = this.asked.find((asked) => asked.method === method && which(asked.params));
      if (found !== undefined) return found;
      await new Promise<Asked>((resolve) => this.#waiting.push({ method, resolve }));
    }
  }

  count(method: string): number {
    return this.asked.filter((asked) => asked.method === method).length;
  }

  /** Two frames have been drawn, so that everything that arrived is laid out. */
  async settled(): Promise<void> {
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))));
  }

  violations(): Promise<readonly string[]> {
    return this.page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
  }

  nodes(): Promise<number> {
    return this.page.evaluate(() => document.querySelectorAll('*').length);
  }

  /** Pixels between the bottom of the visible part and the end of the conversation. */
  gap(): Promise<number> {
    return this.page
      .locator('[data-part=transcript]')
      .evaluate((scroller) => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop);
  }

  close(): Promise<void> {
    return this.#visit.leave();
  }

  async #post(messages: readonly unknown[]): Promise<void> {
    await this.page.evaluate((list) => {
      for (const message of list) (globalThis as unknown as { fromExtension: (one: unknown) => void }).fromExtension(message);
    }, messages);
  }

  /** Takes a message of the page. */
  async receive(raw: unknown): Promise<void> {
    const options = this.#options;
    const message = ToExtension.parse(raw);
    if (message.type === 'log') this.logged.push(`${message.level}: ${message.text}`);
    else if (message.type === 'ready') {
      await this.#post([
        note('panel/settings', { sendWith: options.sendWith ?? 'enter', platform: 'other', locale: 'en' }),
        note('panel/connection', { state: 'connected' }),
        ...(options.late === true ? [] : [note('panel/checkpoint', { state: windowOf(this.#state, options.entries ?? 1000) })]),
        ...(options.reveal === undefined ? [] : [note('panel/reveal', options.reveal)]),
      ]);
    } else await this.#answer(message.id, message.method, (message.params ?? {}) as Asked['params']);
  }

  async #answer(id: number, method: string, params: Asked['params']): Promise<void> {
    const asked = { method, params };
    this.asked.push(asked);
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.method === method) waiting.resolve(asked);
      else this.#waiting.push(waiting);
    }
    let answer: unknown;
    try {
      answer = { type: 'result', id, result: (await this.#handlers.get(method)?.(params)) ?? {} };
    } catch (thrown) {
      answer = { type: 'error', id, error: { code: 'unavailable', message: thrown instanceof Error ? thrown.message : String(thrown) } };
    }
    await this.#post([answer]).catch(() => undefined);
  }
}

function note(method: string, params: unknown): unknown {
  return { type: 'notification', method, params };
}
