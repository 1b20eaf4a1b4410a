import * as vscode from 'vscode';
import type { InputOf } from '../protocol/contract.ts';
import type { HostRequests } from '../protocol/host.ts';
import type { PanelSettings } from '../protocol/panel.ts';
import type * as z from 'zod';
import type { GroupBy } from './sessions/arrange.ts';
import type { NoticeKind } from './sessions/notices.ts';
import { hostSettingsFrom } from './settingsValues.ts';
import type { ReadSettings } from './settingsValues.ts';

/** The settings as a person wrote them; every reader below checks what it takes. */
function section(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('sessionLoom');
}

/** What a host is told of the settings, and what is wrong with them. */
export function readHostSettings(): ReadSettings<InputOf<HostRequests['host/configure']>> {
  const settings = section();
  const patterns = settings.inspect<unknown>('redactionPatterns');
  return hostSettingsFrom({
    agents: settings.get('agents'),
    defaultAgent: settings.get('defaultAgent'),
    history: settings.get('history'),
    // A workspace adds patterns; it does not replace those of the person.
    redactionPatterns: [patterns?.globalValue, patterns?.workspaceValue, patterns?.workspaceFolderValue],
  });
}

/** What pages are told of the settings. */
export function readPanelSettings(): z.infer<typeof PanelSettings> {
  return {
    sendWith: section().get('sendWith') === 'ctrl+enter' ? 'ctrl+enter' : 'enter',
    // With a remote workspace the keyboard is elsewhere; the page asks the browser where it matters.
    platform: process.platform === 'darwin' && vscode.env.remoteName === undefined ? 'mac' : 'other',
    locale: vscode.env.language,
  };
}

/** How the sessions view groups its rows. */
export function readGroupBy(): GroupBy {
  const value = section().get<string>('groupBy');
  return value === 'agent' || value === 'branch' || value === 'date' ? value : 'status';
}

/** Keeps how the sessions view groups its rows. */
export async function writeGroupBy(groupBy: GroupBy): Promise<void> {
  await section().update('groupBy', groupBy, vscode.ConfigurationTarget.Global);
}

/** Whether a person wants to hear of this. */
export function wantsNotice(kind: NoticeKind): boolean {
  return section().get<boolean>(`notifications.${kind}`) !== false;
}

/** Whether the indicator is shown in the status bar. */
export function wantsStatusBar(): boolean {
  return section().get<boolean>('statusBar') !== false;
}

/** Whether a new panel opens beside the active editor. */
export function opensBeside(): boolean {
  return section().get<string>('openIn') === 'beside';
}

/** The Node program that runs the host; the editor's own where nothing else is set. */
export function hostNode(): string {
  const value = section().get<unknown>('hostNode');
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : process.execPath;
}
