import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Panels } from '../panel/panels.ts';
import { statusBarText } from '../sessions/statusBarText.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { wantsStatusBar } from '../settings.ts';
import { plainTooltip } from '../plainTooltip.ts';
import { t } from '../words.ts';

/** The indicator in the status bar: how many sessions, what they do, which one is in focus. A click lists them all. */
export class StatusBar implements Disposable {
  readonly #store: SessionStore;
  readonly #panels: Panels;
  readonly #owned = new DisposableStore();
  readonly #item: vscode.StatusBarItem;

  constructor(store: SessionStore, panels: Panels) {
    this.#store = store;
    this.#panels = panels;
    this.#item = this.#owned.add(vscode.window.createStatusBarItem('sessions', vscode.StatusBarAlignment.Left, 50));
    this.#item.name = t('Session Loom: Sessions');
    this.#item.command = 'sessionLoom.switchSession';
    this.#owned.add(store.onDidChange(() => this.#draw()));
    this.#owned.add(panels.onDidChange(() => this.#draw()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('sessionLoom.statusBar') && this.#draw()),
    );
    this.#draw();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #draw(): void {
    const sessions = this.#store.all;
    if (sessions.length === 0 || !wantsStatusBar()) {
      this.#item.hide();
      return;
    }
    const { text, spoken, tooltip, warns } = statusBarText(sessions, this.#panels.lastActive, t);
    this.#item.text = text;
    this.#item.tooltip = plainTooltip(tooltip);
    this.#item.accessibilityInformation = { label: spoken, role: 'button' };
    this.#item.backgroundColor = warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.show();
  }
}
