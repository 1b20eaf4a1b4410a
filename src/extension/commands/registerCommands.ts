import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { App, CommandRun } from './app.ts';
import { sayError } from './say.ts';

/** Registers the commands of the table. What a command throws is told to the person and logged, once. */
export function registerCommands(app: App, table: Readonly<Record<string, CommandRun>>): Disposable {
  const owned = new DisposableStore();
  for (const [name, run] of Object.entries(table)) {
    owned.add(vscode.commands.registerCommand(`sessionLoom.${name}`, (...args: unknown[]) => guarded(app, name, run, args)));
  }
  return owned;
}

async function guarded(app: App, name: string, run: CommandRun, args: readonly unknown[]): Promise<unknown> {
  app.log.debug(`Command ${name}`);
  try {
    return await run(app, ...args);
  } catch (error) {
    // Not awaited: whoever ran the command does not wait for a person to close a message.
    void sayError(error, app.log);
    return undefined;
  }
}
