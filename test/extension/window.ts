import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** Milliseconds for which a test waits for something that must come. */
const patience = 25_000;

/** Waits until something holds, and fails with `what` when it does not. It is asked again after every change that VS Code tells of, and now and then. */
export async function until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>): Promise<NonNullable<T>> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found;
    assert.ok(Date.now() < end, `${what} did not come in ${String(patience / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs one of our commands. */
export async function run<T = unknown>(name: string, ...args: unknown[]): Promise<T> {
  return vscode.commands.executeCommand<T>(`sessionLoom.${name}`, ...args);
}

/** Makes a session and gives back its id. */
export async function newSession(wish: { readonly title?: string; readonly prompt?: string } = {}): Promise<string> {
  const id = await run<string | undefined>('newSession', wish);
  assert.ok(id, 'the command gives back the id of the new session');
  return id;
}

/** The tabs that show sessions. */
export function sessionTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('sessionLoom.session'));
}

/** The labels of the tabs that show sessions. */
export function sessionTitles(): readonly string[] {
  return sessionTabs().map(({ label }) => label);
}

/** The label of the tab in focus. */
export function activeTitle(): string | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab?.label;
}

/** Closes all tabs. */
export async function closeTabs(): Promise<void> {
  await vscode.window.tabGroups.close(
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs),
    true,
  );
}

/** What a session says of itself as markdown, once `pattern` occurs in it. */
export async function transcript(sessionId: string, pattern: RegExp): Promise<string> {
  return until(`${String(pattern)} in the transcript`, async () => {
    await vscode.env.clipboard.writeText('');
    await run('copyAsMarkdown', sessionId);
    const text = await vscode.env.clipboard.readText();
    return pattern.test(text) ? text : undefined;
  });
}

/** The folder of the sample workspace. */
export function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder.uri;
}
