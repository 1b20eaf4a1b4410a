import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { t } from '../words.ts';

const scheme = 'sessionloom-session';

/** The address by which marks find a session's row. */
export function sessionUri(sessionId: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${sessionId}` });
}

/** The dot behind a session that has news which nobody has read. */
export class UnreadMarks implements vscode.FileDecorationProvider, Disposable {
  readonly #store: SessionStore;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(store: SessionStore) {
    this.#store = store;
    this.#owned.add(this.#changed);
    this.#owned.add(
      store.onDidChange(({ changed }) => {
        const turned = changed.filter(({ before, after }) => before?.unread !== after.unread || before.pinned !== after.pinned);
        if (turned.length > 0) this.#changed.fire(turned.map(({ after }) => sessionUri(after.id)));
      }),
    );
    this.#owned.add(vscode.window.registerFileDecorationProvider(this));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== scheme) return undefined;
    const session = this.#store.get(uri.path.slice(1));
    if (session?.unread === true) {
      return new vscode.FileDecoration('●', t('Unread'), new vscode.ThemeColor('list.highlightForeground'));
    }
    return session?.pinned === true ? new vscode.FileDecoration('⚲', t('Pinned')) : undefined;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
