import * as vscode from 'vscode';
import type * as z from 'zod';
import type { InputOf } from '../protocol/contract.ts';
import type { HostRequests } from '../protocol/host.ts';
import { AgentLaunch } from '../protocol/settings.ts';
import { section } from './settings.ts';
import { hostSettingsFrom } from './settingsValues.ts';
import type { ReadSettings } from './settingsValues.ts';
import { windowProblems } from './windowValues.ts';

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
