import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore, disposable } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { answer } from '../../protocol/contract.ts';
import type { Mention } from '../../protocol/panel.ts';
import { panelHostMethods, panelUiRequests } from '../../protocol/panel.ts';
import { isRunning, needsPerson } from '../sessions/order.ts';
import { iconOf } from '../sessions/rowText.ts';
import type { SessionLink, SessionStore, StoreChange } from '../sessions/sessionStore.ts';
import { readPanelSettings } from '../settings.ts';
import { t } from '../words.ts';
import { connectionOf } from './connectionText.ts';
import { EventRelay } from './eventRelay.ts';
import { pageHtml } from './pageHtml.ts';
import { PageLink } from './pageLink.ts';
import { SessionFeed } from './sessionFeed.ts';
import type { UiHandlers } from './uiHandlers.ts';

/** What panels are made with. */
export interface PanelSurroundings {
  readonly extensionUri: vscode.Uri;
  readonly store: SessionStore;
  readonly ui: UiHandlers;
  readonly log: Log;
}

/** Milliseconds between the heartbeats that tell a page that somebody is there. */
const heartbeatMs = 5_000;

/** Milliseconds for which an unread session must be looked at to count as read. */
const readMs = 400;

/** One session's panel in the editor area: the page, its feed, and the requests that it may make. */
export class SessionPanel implements Disposable {
  readonly sessionId: string;
  readonly #panel: vscode.WebviewPanel;
  readonly #link: SessionLink;
  readonly #around: PanelSurroundings;
  readonly #page: PageLink;
  readonly #feed: SessionFeed;
  readonly #relay: EventRelay;
  readonly #owned = new DisposableStore();
  readonly #viewChanged = new Emitter<void>();
  readonly #closed = new Emitter<void>();
  #isPageReady = false;
  #isGone = false;
  /** The icon of the tab as it was set last. */
  #shownIcon = '';
  #isReleased = false;
  /** What the page was told of the sessions that came from this one. */
  #saidChildren = '';
  #wasVisible = false;
  /** The page has the session as far as it was delivered. */
  #isFed = false;
  /** The delivery of the session that is under way, begun while the page still loads. */
  #fed: Promise<void> = Promise.resolve();
  /** What came of it before the page was ready; undefined once it is. */
  #held: (() => void)[] | undefined;
  /** What could not be said to the page yet, because it is still loading. */
  #whenReady: (() => void)[] = [];
  #reading: NodeJS.Timeout | undefined;

  /** The panel became active, visible or hidden, or has another title. */
  readonly onDidChangeView: Event<void> = this.#viewChanged.event;
  readonly onDidClose: Event<void> = this.#closed.event;

  constructor(panel: vscode.WebviewPanel, sessionId: string, link: SessionLink, around: PanelSurroundings) {
    this.sessionId = sessionId;
    this.#panel = panel;
    this.#link = link;
    this.#around = around;
    const handlers = { ready: () => this.#begin(), request: (method: string, params: unknown) => this.#request(method, params) };
    this.#page = this.#owned.add(new PageLink(panel.webview, handlers, around.log));
    this.#relay = this.#owned.add(new EventRelay((events) => this.#page.deliver('panel/events', { events: [...events] })));
    this.#feed = this.#owned.add(
      new SessionFeed(
        link,
        sessionId,
        {
          checkpoint: (state) =>
            this.#deliver(() => {
              this.#relay.restart();
              this.#page.notify('panel/checkpoint', { state });
            }),
          events: (events) => this.#deliver(() => this.#relay.push(events)),
          gone: () => this.#setGone(),
        },
        around.log,
      ),
    );
    this.#owned.add(link.onStateChanged(() => this.#sayConnection()));
    this.#owned.add(around.store.onDidChange(({ changed, removed }) => this.#listChanged(changed, removed)));
    this.#owned.add(panel.onDidChangeViewState(() => this.#viewStateChanged()));
    this.#owned.add(vscode.window.onDidChangeWindowState(() => this.#readSoon()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('sessionLoom') && this.#saySettings()),
    );
    const heartbeat = setInterval(() => this.#isPageReady && this.#page.notify('panel/heartbeat', {}), heartbeatMs);
    this.#owned.add(disposable(() => clearInterval(heartbeat)));
    panel.onDidDispose(() => this.release());
    this.#look();
    this.#load();
    this.#viewStateChanged();
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  get viewColumn(): vscode.ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  get title(): string {
    return this.#panel.title;
  }

  /** Brings the panel to the front of its group. */
  reveal(preserveFocus: boolean): void {
    this.#panel.reveal(undefined, preserveFocus);
  }

  /** Puts the keyboard into the composer, or opens find. */
  focus(target: 'composer' | 'find'): void {
    this.#soon(() => this.#page.notify('panel/focus', { target }));
  }

  /** Puts the keyboard on a question that waits for an answer. */
  showQuestion(entry: string): void {
    this.#soon(() => this.#page.notify('panel/focus', { target: 'question', entry }));
  }

  /** Goes to a place of the session. Without `entry`, to the prompt of the turn; `text` is what to look at there. */
  show({ turn, entry, text }: { readonly turn: number; readonly entry?: string; readonly text?: string }): void {
    const place = { turn, ...(entry === undefined ? {} : { entry }), ...(text === undefined ? {} : { text }) };
    this.#soon(() => this.#page.notify('panel/reveal', place));
  }

  /** Puts text or a mention into the composer. */
  insert(content: { readonly text?: string; readonly mention?: Mention }): void {
    this.#soon(() => this.#page.notify('panel/insert', content));
  }

  /** Lets go of the panel without closing it: the window keeps it for the next extension host. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#reading);
    this.#owned.dispose();
    this.#closed.fire();
    this.#closed.dispose();
    this.#viewChanged.dispose();
  }

  /** Closes the panel. */
  dispose(): void {
    this.#panel.dispose();
    this.release();
  }

  #load(): void {
    const { webview } = this.#panel;
    const file = (...path: string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#around.extensionUri, 'dist', ...path)).toString();
    webview.html = pageHtml({
      script: file('chat.js'),
      styles: [file('codicons', 'codicon.css'), file('chat.css')],
      source: webview.cspSource,
      nonce: randomBytes(18).toString('base64url'),
      sessionId: this.sessionId,
      title: this.#panel.title,
      language: vscode.env.language,
      sentences: vscode.l10n.bundle,
    });
  }

  #begin(): void {
    this.#isPageReady = true;
    this.#saidChildren = '';
    this.#saySettings();
    this.#page.notify('panel/heartbeat', {});
    this.#sayChildren();
    this.#sayConnection();
    // A page that loads again without having been hidden, as one that was moved, begins anew; one that is hidden by now begins when it is shown.
    this.#isFed = false;
    if (this.#panel.visible) this.#fill();
    this.#readSoon();
  }

  /** Gives a page that is ready its session. */
  #fill(): void {
    if (this.#held === undefined) this.#feedAhead();
    for (const say of this.#held ?? []) say();
    this.#held = undefined;
    this.#isFed = true;
    void this.#fed.then(() => this.#sayWaiting());
  }

  #sayWaiting(): void {
    for (const say of this.#whenReady.splice(0)) say();
  }

  /** Asks for the session while the page loads, so that the two do not wait for each other. */
  #feedAhead(): void {
    this.#held = [];
    this.#fed = this.#feed.start();
  }

  #deliver(say: () => void): void {
    if (this.#held === undefined) say();
    else this.#held.push(say);
  }

  #viewStateChanged(): void {
    const { visible } = this.#panel;
    if (visible && !this.#wasVisible) this.#shown();
    if (!visible && this.#wasVisible) this.#hidden();
    this.#wasVisible = visible;
    this.#readSoon();
    this.#viewChanged.fire();
  }

  #shown(): void {
    if (!this.#isPageReady) this.#feedAhead();
    else if (!this.#isFed) this.#fill();
    else void this.#feed.resume().then(() => this.#sayWaiting());
  }

  /** A hidden page that is kept shows its last screen when it comes back; meanwhile it costs nothing. One that is not kept says "ready" again. */
  #hidden(): void {
    if (this.#panel.options.retainContextWhenHidden !== true) this.#isPageReady = false;
    this.#held = undefined;
    this.#feed.stop();
  }

  #soon(say: () => void): void {
    if (this.#isPageReady && this.#panel.visible) say();
    else this.#whenReady.push(say);
  }

  #saySettings(): void {
    if (this.#isPageReady) this.#page.notify('panel/settings', readPanelSettings());
  }

  #sayConnection(): void {
    if (!this.#isPageReady) return;
    const gone = { state: 'gone', text: t('This session was deleted. You can close the tab.') } as const;
    this.#page.notify('panel/connection', this.#isGone ? gone : connectionOf(this.#link.state, t));
  }

  /** How the sessions are that came from this one. */
  #sayChildren(): void {
    if (!this.#isPageReady) return;
    const children = this.#around.store.all.filter(({ parent, archived }) => parent === this.sessionId && !archived);
    const running = children.filter((child) => isRunning(child) && !needsPerson(child)).length;
    const waiting = children.filter(needsPerson).length;
    const counts = { count: children.length, running, waiting };
    const said = JSON.stringify(counts);
    if (said === this.#saidChildren) return;
    this.#saidChildren = said;
    this.#page.notify('panel/children', counts);
  }

  #setGone(): void {
    this.#isGone = true;
    this.#sayConnection();
  }

  #listChanged(changed: StoreChange['changed'], removed: StoreChange['removed']): void {
    const isChild = ({ parent }: SessionSummary): boolean => parent === this.sessionId;
    if (removed.some(isChild) || changed.some(({ after }) => isChild(after))) this.#sayChildren();
    if (removed.some(({ id }) => id === this.sessionId)) this.#setGone();
    if (!changed.some(({ after }) => after.id === this.sessionId)) return;
    // A host that had lost its list has read the session again.
    if (this.#isGone) {
      this.#isGone = false;
      this.#sayConnection();
    }
    this.#look();
    this.#readSoon();
  }

  /** The tab's title and icon follow the session. */
  #look(): void {
    const session = this.#around.store.get(this.sessionId);
    if (session === undefined) return;
    if (this.#panel.title !== session.title) {
      this.#panel.title = session.title;
      this.#viewChanged.fire();
    }
    const { icon, color } = iconOf(session);
    const shown = `${icon} ${color ?? ''}`;
    // Each icon that is set lays out all tabs anew, also when it is the same, and a session that streams changes twenty times a second.
    if (shown === this.#shownIcon) return;
    this.#shownIcon = shown;
    const themeColor = color === undefined ? undefined : new vscode.ThemeColor(color);
    this.#panel.iconPath = new vscode.ThemeIcon(icon, themeColor);
  }

  #readSoon(): void {
    clearTimeout(this.#reading);
    if (!this.#isBeingRead()) return;
    this.#reading = setTimeout(() => {
      if (!this.#isBeingRead()) return;
      this.#link
        .call('session/view', { sessionId: this.sessionId, read: true })
        .catch((error: unknown) => this.#around.log.debug(`The read mark was not kept: ${String(error)}`));
    }, readMs);
  }

  #isBeingRead(): boolean {
    return this.#panel.visible && vscode.window.state.focused && this.#around.store.get(this.sessionId)?.unread === true;
  }

  async #request(method: string, params: unknown): Promise<unknown> {
    if (Object.hasOwn(panelUiRequests, method)) return answer(panelUiRequests, this.#around.ui, method, params, this);
    if (!(panelHostMethods as readonly string[]).includes(method)) {
      throw new LoomError('not-allowed', `A page may not ask for "${method}".`);
    }
    // The host parses what a page sends; here only the session is set, so that a page can reach no other one.
    const call = this.#link.call as (name: string, values: unknown) => Promise<unknown>;
    return call(method, { ...(params as object), sessionId: this.sessionId });
  }
}
