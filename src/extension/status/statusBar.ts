import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Panels } from '../panel/panels.ts';
import { statusBarText } from '../sessions/statusBarText.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { wantsStatusBar } from '../settings.ts';
import { plainTooltip } from '../plainTooltip.ts';
import { t } from '../words.ts';

/** Milliseconds for which changes of sessions are gathered: those that stream change twenty times a second each. */
const gatherMs = 100;

/** The indicator in the status bar: how many sessions, what they do, which one is in focus. A click lists them all. */
export class StatusBar implements Disposable {
  readonly #store: SessionStore;
  readonly #panels: Panels;
  readonly #owned = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  /** What the item shows, as one text, or empty while it is hidden. */
  #shown = '';
  #gathering: NodeJS.Timeout | undefined;

  constructor(store: SessionStore, panels: Panels) {
    this.#store = store;
    this.#panels = panels;
    this.#item = this.#owned.add(vscode.window.createStatusBarItem('sessions', vscode.StatusBarAlignment.Left, 50));
    this.#item.name = t('Session Loom: Sessions');
    this.#item.command = 'sessionLoom.switchSession';
    this.#owned.add(store.onDidChange(() => this.#drawSoon()));
    this.#owned.add(panels.onDidChange(() => this.#draw()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('sessionLoom.statusBar') && this.#draw()),
    );
    this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    this.#owned.dispose();
  }

  #drawSoon(): void {
    this.#gathering ??= setTimeout(() => this.#draw(), gatherMs);
  }

  #draw(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const sessions = this.#store.all;
    if (sessions.length === 0 || !wantsStatusBar()) {
      this.#item.hide();
      this.#shown = '';
      return;
    }
    const drawn = statusBarText(sessions, this.#panels.lastActive, t);
    // VS Code sends and draws an item anew with each property that is set, also with the one it has.
    const shown = JSON.stringify(drawn);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { text, spoken, tooltip, warns } = drawn;
    this.#item.text = text;
    this.#item.tooltip = plainTooltip(tooltip);
    this.#item.accessibilityInformation = { label: spoken, role: 'button' };
    this.#item.backgroundColor = warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.show();
  }
}
