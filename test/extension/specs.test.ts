import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeTabs, newSession, until, workspaceFolder } from './window.ts';

const tasks = (): vscode.Uri => vscode.Uri.joinPath(workspaceFolder(), 'specs', 'sample', 'tasks.md');

/** The problems of the sample's tasks, once there are any. */
async function problems(): Promise<readonly string[]> {
  return until('a problem in tasks.md', () => {
    const found = vscode.languages.getDiagnostics(tasks());
    return found.length === 0 ? undefined : found.map(({ message }) => message);
  });
}

interface Symbol {
  readonly name: string;
  readonly children?: readonly Symbol[];
}

/** The names of the outline at every depth. */
async function symbols(): Promise<readonly string[]> {
  const found = await vscode.commands.executeCommand<readonly Symbol[] | undefined>('vscode.executeDocumentSymbolProvider', tasks());
  const namesOf = (symbol: Symbol): readonly string[] => [symbol.name, ...(symbol.children ?? []).flatMap(namesOf)];
  return (found ?? []).flatMap(namesOf);
}

describe('R6.3 The language of the spec documents in a real VS Code', () => {
  afterEach(closeTabs);

  it('a requirement that does not exist is a problem, with or without a host', async () => {
    await vscode.window.showTextDocument(tasks());
    assert.match((await problems()).join('\n'), /7\.1/);
  });

  it('the outline shows the tasks', async () => {
    await vscode.window.showTextDocument(tasks());
    await until('the tasks in the outline', async () =>
      (await symbols()).some((name) => name.includes('Say goodbye')) ? true : undefined,
    );
  });

  it('it goes on when a host takes over, and no problem is told twice', async () => {
    await vscode.window.showTextDocument(tasks());
    await problems();
    await newSession();
    await vscode.window.showTextDocument(tasks(), { viewColumn: vscode.ViewColumn.One });
    // Both servers may be there for a moment; then one of them remains.
    await until('each problem once', async () => {
      const found = await problems();
      return new Set(found).size === found.length ? true : undefined;
    });
    await until('the tasks in the outline', async () =>
      (await symbols()).some((name) => name.includes('Say goodbye')) ? true : undefined,
    );
  });
});
