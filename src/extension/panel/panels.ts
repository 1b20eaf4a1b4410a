import * as vscode from 'vscode';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import type { SessionLink, SessionStore } from '../sessions/sessionStore.ts';
import { keepsPanels, opensBeside } from '../settings.ts';
import { t } from '../words.ts';
import { sayingHtml } from './pageHtml.ts';
import type { RememberedPanel } from './panelMemory.ts';
import { readMemory, sessionOfState, sessionOfTab } from './panelMemory.ts';
import type { SessionPanel } from './sessionPanel.ts';

/** How a panel is opened. */
export interface OpenOptions {
  readonly beside?: boolean;
  readonly preserveFocus?: boolean;
}

/** What the panels of a window are made with. */
export interface PanelsOptions {
  readonly extensionUri: vscode.Uri;
  readonly store: SessionStore;
  readonly log: Log;
  /** Fills an empty panel with a session. Only called for a link that is there, so all that links need has been loaded by then. */
  readonly fill: (panel: vscode.WebviewPanel, sessionId: string, link: SessionLink) => SessionPanel;
  /** Finds the host that has a session, waiting for hosts that are being reached. */
  readonly findLink: (sessionId: string) => Promise<SessionLink | undefined>;
  /** Resolves when the list of sessions of the hosts that run has been read. */
  readonly loaded: () => Promise<void>;
  readonly memory: vscode.Memento;
}

/** The view type of session panels, as VS Code knows it. */
const panelViewType = 'sessionLoom.session';

const memoryKey = 'sessionLoom.panels';

/** Milliseconds in which VS Code gives back the visible panels of a window that it opens again. */
const settleMs = 1_500;

/** The session panels of a window: one per session at most. */
export class Panels implements vscode.WebviewPanelSerializer, Disposable {
  readonly #options: PanelsOptions;
  readonly #panels = new Map<string, SessionPanel>();
  readonly #owned = new DisposableStore();
  readonly #changed = new Emitter<void>();
  /** Taken when the window opens: what the last one remembered. */
  readonly #remembered: readonly RememberedPanel[];
  #lastActive: string | undefined;
  #isLeaving = false;

  /** A panel was opened or closed, or another one is active. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(options: PanelsOptions) {
    this.#options = options;
    this.#remembered = readMemory(options.memory.get(memoryKey));
    this.#owned.add(vscode.window.registerWebviewPanelSerializer(panelViewType, this));
  }

  /** The session whose panel is active now. */
  get active(): string | undefined {
    return [...this.#panels.values()].find(({ isActive }) => isActive)?.sessionId;
  }

  /** The session whose panel was active last, as long as it is open. */
  get lastActive(): string | undefined {
    return this.active ?? (this.#lastActive !== undefined && this.#panels.has(this.#lastActive) ? this.#lastActive : undefined);
  }

  get(sessionId: string): SessionPanel | undefined {
    return this.#panels.get(sessionId);
  }

  isVisible(sessionId: string): boolean {
    return this.#panels.get(sessionId)?.isVisible === true;
  }

  /** Shows the panel of a session, and makes it where there is none. */
  open(sessionId: string, { beside = false, preserveFocus = false }: OpenOptions = {}): SessionPanel {
    const there = this.#panels.get(sessionId);
    if (there !== undefined) {
      there.reveal(preserveFocus);
      return there;
    }
    const session = this.#options.store.get(sessionId);
    const link = this.#options.store.linkOf(sessionId);
    if (session === undefined || link === undefined) {
      throw new LoomError('not-found', t('This session does not exist any more. Choose another one in the Sessions view.'));
    }
    const asleep = this.#unansweredTabs().find((tab) => tab.label === session.title);
    const column = asleep?.group.viewColumn ?? this.#columnOfPanels() ?? vscode.ViewColumn.Active;
    const viewColumn = beside || (asleep === undefined && opensBeside()) ? vscode.ViewColumn.Beside : column;
    const panel = vscode.window.createWebviewPanel(panelViewType, session.title, { viewColumn, preserveFocus }, this.#webviewOptions());
    const own = this.#adopt(panel, sessionId, link);
    // After a reload VS Code wakes a tab in the background when it is first shown; until then nobody can reveal it, so this one takes its place.
    if (asleep !== undefined) void vscode.window.tabGroups.close(asleep, true);
    return own;
  }

  /** Called by VS Code for each panel of the last window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = this.#webviewOptions();
    if (!vscode.workspace.isTrusted) {
      panel.webview.html = sayingHtml(
        t('This folder is in Restricted Mode, so sessions are not shown. Trust the folder and open the session again.'),
        vscode.env.language,
      );
      return;
    }
    const closed = new AbortController();
    panel.onDidDispose(() => closed.abort());
    const sessionId = sessionOfState(state) ?? (await this.#sessionOf(panel.title, panel.viewColumn));
    const link = sessionId === undefined ? undefined : await this.#options.findLink(sessionId).catch((error: unknown) => this.#warn(error));
    if (sessionId === undefined || link === undefined || this.#panels.has(sessionId)) {
      // A tab that can never show its session again is in the way.
      panel.dispose();
      return;
    }
    if (!closed.signal.aborted) this.#adopt(panel, sessionId, link);
  }

  /**
   * Replaces the tabs that an extension host left behind when it crashed: they are there, but nobody answers them. To be called only
   * after a crash: tabs in the background of a reloaded window look the same, and VS Code gives them back when they are first shown.
   */
  async replaceOrphans(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const inFront: string[] = [];
    for (const tab of this.#unansweredTabs()) {
      const isInFront = tab.isActive;
      const sessionId = await this.#replace(tab);
      if (isInFront && sessionId !== undefined) inFront.push(sessionId);
    }
    for (const sessionId of inFront) this.#panels.get(sessionId)?.reveal(true);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#changed.dispose();
    const panels = [...this.#panels.values()];
    this.#isLeaving = true;
    for (const panel of panels) panel.release();
  }

  /** Our tabs behind which no panel of this extension host stands: left by a crash, or not shown yet since the window was opened. */
  #unansweredTabs(): readonly vscode.Tab[] {
    const answered = [...this.#panels.values()].map(({ title }) => title);
    const ours = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isOurTab);
    return ours.filter(({ label }) => {
      const at = answered.indexOf(label);
      if (at !== -1) answered.splice(at, 1);
      return at === -1;
    });
  }

  /** Gives back the session that the new panel shows; undefined where none was made. */
  async #replace(tab: vscode.Tab): Promise<string | undefined> {
    const column = tab.group.viewColumn;
    const sessionId = await this.#sessionOf(tab.label, column);
    const link = sessionId === undefined ? undefined : await this.#options.findLink(sessionId).catch((error: unknown) => this.#warn(error));
    if (sessionId === undefined || link === undefined || this.#panels.has(sessionId)) return undefined;
    const showOptions = { viewColumn: column, preserveFocus: !(tab.isActive && tab.group.isActive) };
    const panel = vscode.window.createWebviewPanel(panelViewType, tab.label, showOptions, this.#webviewOptions());
    this.#adopt(panel, sessionId, link);
    await vscode.window.tabGroups.close(tab, true);
    return sessionId;
  }

  /** The session of a tab whose page cannot say it: the remembered one, else one that has the tab's title. */
  async #sessionOf(label: string, column: number | undefined): Promise<string | undefined> {
    const taken = new Set(this.#panels.keys());
    const remembered = sessionOfTab({ label, column }, this.#remembered, taken);
    if (remembered !== undefined) return remembered;
    await this.#options.loaded();
    return this.#options.store.all.find(({ id, title }) => title === label && !taken.has(id))?.id;
  }

  #adopt(panel: vscode.WebviewPanel, sessionId: string, link: SessionLink): SessionPanel {
    const own = this.#options.fill(panel, sessionId, link);
    this.#panels.set(sessionId, own);
    own.onDidChangeView(() => this.#announce());
    own.onDidClose(() => {
      this.#panels.delete(sessionId);
      this.#announce();
    });
    this.#announce();
    return own;
  }

  #announce(): void {
    // What is remembered is for the next extension host: this one lets go of its panels without closing them.
    if (this.#isLeaving) return;
    this.#lastActive = this.active ?? this.#lastActive;
    this.#remember();
    this.#changed.fire();
  }

  #remember(): void {
    const panels = [...this.#panels.values()].map(({ sessionId, title, viewColumn }) => ({
      sessionId,
      title,
      ...(viewColumn === undefined ? {} : { column: viewColumn }),
    }));
    void this.#options.memory.update(memoryKey, panels);
  }

  /** New panels join those that are there, so that sessions do not cover the code that one reads. */
  #columnOfPanels(): vscode.ViewColumn | undefined {
    const last = this.#lastActive === undefined ? undefined : this.#panels.get(this.#lastActive);
    return last?.viewColumn ?? [...this.#panels.values()].find(({ isVisible }) => isVisible)?.viewColumn;
  }

  #webviewOptions(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return {
      retainContextWhenHidden: keepsPanels(),
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [vscode.Uri.joinPath(this.#options.extensionUri, 'dist')],
    };
  }

  #warn(error: unknown): undefined {
    this.#options.log.warn(`A panel was not restored: ${messageOf(error)}`);
    return undefined;
  }
}

function isOurTab({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(`-${panelViewType}`);
}
