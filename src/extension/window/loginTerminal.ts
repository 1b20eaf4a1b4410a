import * as vscode from 'vscode';
import type { ParamsOf } from '../../protocol/contract.ts';
import type { WindowRequests } from '../../protocol/window.ts';

/** Runs a program in a terminal in which the person signs in. Resolves with its exit code when it has ended; undefined when that is not known. */
export async function runLogin(
  { title, command, args, env, cwd }: ParamsOf<WindowRequests['window/runLogin']>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const terminal = vscode.window.createTerminal({
    name: title,
    shellPath: command,
    shellArgs: [...args],
    env: { ...env },
    isTransient: true,
    iconPath: new vscode.ThemeIcon('key'),
    ...(cwd === undefined ? {} : { cwd }),
  });
  terminal.show();
  return new Promise((resolve) => {
    const end = (code: number | undefined): void => {
      closed.dispose();
      resolve(code);
    };
    const closed = vscode.window.onDidCloseTerminal((other) => {
      if (other === terminal) end(terminal.exitStatus?.code);
    });
    signal.addEventListener('abort', () => {
      terminal.dispose();
      end(undefined);
    });
  });
}
