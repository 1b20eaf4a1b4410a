import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { App, CommandRun } from './app.ts';
import type { CommandName } from './commandNames.ts';
import { commandNames } from './commandNames.ts';
import { sayError } from './say.ts';

/** What commands run on, and what each of them does; got when the first one is run. */
export interface Commands {
  readonly app: App;
  readonly table: Readonly<Record<CommandName, CommandRun>>;
}

/** Registers the commands by their names. What a command throws is told to the person and logged, once. */
export function registerCommands(load: () => Promise<Commands>, log: vscode.LogOutputChannel): Disposable {
  const owned = new DisposableStore();
  for (const name of commandNames) {
    owned.add(vscode.commands.registerCommand(`sessionLoom.${name}`, (...args: unknown[]) => guarded(load, log, name, args)));
  }
  return owned;
}

async function guarded(
  load: () => Promise<Commands>,
  log: vscode.LogOutputChannel,
  name: CommandName,
  args: readonly unknown[],
): Promise<unknown> {
  log.debug(`Command ${name}`);
  try {
    const { app, table } = await load();
    return await table[name](app, ...args);
  } catch (error) {
    // Not awaited: whoever ran the command does not wait for a person to close a message.
    void sayError(error, log);
    return undefined;
  }
}
