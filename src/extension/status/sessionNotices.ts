import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Panels } from '../panel/panels.ts';
import type { SessionNotice } from '../sessions/notices.ts';
import { joined, noticeFor } from '../sessions/notices.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { wantsNotice } from '../settings.ts';
import { t } from '../words.ts';

/** Milliseconds for which news is collected, so that several things at once make one notice. */
const collectMs = 300;

/** Tells a person what happened in sessions that nobody looks at, as far as the settings want it. */
export class SessionNotices implements Disposable {
  readonly #store: SessionStore;
  readonly #panels: Panels;
  readonly #owned = new DisposableStore();
  #collected: SessionNotice[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(store: SessionStore, panels: Panels) {
    this.#store = store;
    this.#panels = panels;
    this.#owned.add(
      store.onDidChange(({ changed }) => {
        for (const { before, after } of changed) this.#take(noticeFor(before, after, t));
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #take(notice: SessionNotice | undefined): void {
    if (notice === undefined || !wantsNotice(notice.kind)) return;
    this.#collected.push(notice);
    this.#timer ??= setTimeout(() => void this.#tell(), collectMs);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const collected = this.#collected.splice(0);
    const lookedAt = (id: string): boolean => vscode.window.state.focused && this.#panels.isVisible(id);
    const notices = collected.filter(({ sessionId }) => !lookedAt(sessionId) && this.#store.get(sessionId) !== undefined);
    const [first] = notices;
    if (first === undefined) return;
    const show = notices.length === 1 ? t('Open Session') : t('Show Sessions');
    const isBad = notices.some(({ kind }) => kind === 'failed');
    const tell = isBad ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    if ((await tell(joined(notices, t), show)) !== show) return;
    if (notices.length === 1) await vscode.commands.executeCommand('sessionLoom.openSession', first.sessionId);
    else await vscode.commands.executeCommand('sessionLoom.switchSession');
  }
}
