import * as vscode from 'vscode';
import type { InputOf } from '../protocol/contract.ts';
import type { ShellMode } from '../client/loginShell.ts';
import type { HostRequests } from '../protocol/host.ts';
import type { PanelSettings } from '../protocol/panel.ts';
import { AgentLaunch } from '../protocol/settings.ts';
import type * as z from 'zod';
import type { GroupBy } from './sessions/arrange.ts';
import type { NoticeKind } from './sessions/notices.ts';
import { choiceFrom, hostNodeFrom, hostSettingsFrom, switchFrom, windowProblems } from './settingsValues.ts';
import type { ReadSettings } from './settingsValues.ts';

/** The settings as a person wrote them; every reader below checks what it takes. */
function section(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('sessionLoom');
}

/** What a host is told of the settings, and what is wrong with them. `known` are the ids of agents beside those of the settings. */
export function readHostSettings(known?: readonly string[]): ReadSettings<InputOf<HostRequests['host/configure']>> {
  const settings = section();
  const patterns = settings.inspect<unknown>('redactionPatterns');
  const rules = settings.inspect<unknown>('permissions');
  return hostSettingsFrom(
    {
      agents: settings.get('agents'),
      defaultAgent: settings.get('defaultAgent'),
      history: settings.get('history'),
      // A workspace adds patterns; it does not replace those of the person.
      redactionPatterns: [patterns?.globalValue, patterns?.workspaceValue, patterns?.workspaceFolderValue],
      // Of the person only: what a workspace brings runs after an approval.
      mcpServers: settings.inspect<unknown>('mcpServers')?.globalValue,
      editorMcpServers: vscode.workspace.getConfiguration('mcp').inspect<unknown>('servers')?.globalValue,
      permissions: { user: rules?.globalValue, workspace: [rules?.workspaceValue, rules?.workspaceFolderValue] },
      limits: (name) => {
        const found = settings.inspect<unknown>(name);
        return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
      },
    },
    known ?? 'any',
  );
}

/** The agents that the settings name, as far as they are usable. */
export function readAgentLaunches(): readonly z.infer<typeof AgentLaunch>[] {
  return readHostSettings().values.agents.map((agent) => AgentLaunch.parse(agent));
}

/** A sentence for each setting that cannot be used. */
export function settingProblems(known?: readonly string[]): readonly string[] {
  return [...readHostSettings(known).problems, ...windowProblems((name) => section().get(name))];
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
