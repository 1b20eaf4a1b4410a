import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { Panels } from './panel/panels.ts';
import { isDone, isRunning } from './sessions/order.ts';
import type { SessionStore } from './sessions/sessionStore.ts';

/** Keeps the context keys up that menus, key bindings and the tour ask for. */
export function keepContextKeys(store: SessionStore, panels: Panels): Disposable {
  const owned = new DisposableStore();
  const said = new Map<string, unknown>();
  const say = (name: string, value: unknown): void => {
    if (said.has(name) && said.get(name) === value) return;
    said.set(name, value);
    void vscode.commands.executeCommand('setContext', `sessionLoom.${name}`, value);
  };
  const sayAll = (): void => {
    const active = panels.active === undefined ? undefined : store.get(panels.active);
    const sessions = store.all;
    say('hasSessions', sessions.length > 0);
    say('hasDone', sessions.some(isDone));
    say(
      'hasArchived',
      sessions.some(({ archived }) => archived),
    );
    say(
      'hasChanges',
      sessions.some(({ filesTouched }) => filesTouched > 0),
    );
    say('active', active !== undefined);
    say('activeRunning', active !== undefined && isRunning(active));
    say('activeChanged', active !== undefined && active.filesTouched > 0);
    say('activeLifecycle', active?.lifecycle ?? '');
  };
  owned.add(store.onDidChange(sayAll));
  owned.add(panels.onDidChange(sayAll));
  sayAll();
  return owned;
}
