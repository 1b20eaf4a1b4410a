import * as vscode from 'vscode';
import type { ShellMode } from '../client/loginShell.ts';
import type { PanelSettings } from '../protocol/panel.ts';
import type * as z from 'zod';
import type { GroupBy } from './sessions/arrange.ts';
import type { NoticeKind } from './sessions/notices.ts';
import { choiceFrom, hostNodeFrom, switchFrom } from './windowValues.ts';

/** The settings as a person wrote them; every reader below checks what it takes. */
export function section(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('sessionLoom');
}

/** What pages are told of the settings. */
export function readPanelSettings(): z.infer<typeof PanelSettings> {
  return {
    sendWith: choiceFrom('sendWith', section().get('sendWith')),
    // With a remote workspace the keyboard is elsewhere; the page asks the browser where it matters.
    platform: process.platform === 'darwin' && vscode.env.remoteName === undefined ? 'mac' : 'other',
    locale: vscode.env.language,
  };
}

/** Whether the list of agents is loaded anew from the network. */
export function refreshesRegistry(): boolean {
  return choiceFrom('agentRegistry', section().get('agentRegistry')) === 'refresh';
}

/** Whether the login shell is asked for its environment. */
export function readShellMode(): ShellMode {
  return choiceFrom('loginShell', section().get('loginShell'));
}

/** How the sessions view groups its rows. */
export function readGroupBy(): GroupBy {
  return choiceFrom('groupBy', section().get('groupBy'));
}

/** Keeps how the sessions view groups its rows. */
export async function writeGroupBy(groupBy: GroupBy): Promise<void> {
  await section().update('groupBy', groupBy, vscode.ConfigurationTarget.Global);
}

/** Whether a person wants to hear of this. */
export function wantsNotice(kind: NoticeKind): boolean {
  return switchFrom(section().get(`notifications.${kind}`));
}

/** Whether the indicator is shown in the status bar. */
export function wantsStatusBar(): boolean {
  return switchFrom(section().get('statusBar'));
}

/** Whether a new panel opens beside the active editor. */
export function opensBeside(): boolean {
  return choiceFrom('openIn', section().get('openIn')) === 'beside';
}

/** Whether the pages of panels in the background stay loaded. */
export function keepsPanels(): boolean {
  return switchFrom(section().get('keepPanelsLoaded'));
}

/** The Node program that runs the host; the editor's own where nothing else is set. */
export function hostNode(): string {
  return hostNodeFrom(section().get('hostNode')) ?? process.execPath;
}
