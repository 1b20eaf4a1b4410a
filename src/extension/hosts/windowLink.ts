import { join } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { HostLink } from '../../client/hostLink.ts';
import { openLink } from '../../client/openLink.ts';
import type { Transport } from '../../client/transport.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { AgentCatalogue } from '../agents/agentCatalogue.ts';
import type { CapabilitySecret } from './capabilitySecret.ts';
import { hostNode } from '../settings.ts';
import { readHostSettings, settingProblems } from '../hostSettings.ts';
import { windowHandlers } from '../window/windowHandlers.ts';
import { t } from '../words.ts';

/** A window as a client of the hosts of its folders. */
export interface WindowClient {
  readonly context: vscode.ExtensionContext;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
  /** The environment for agents. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  readonly agents: AgentCatalogue;
  /** What lets this window approve. */
  readonly capability: CapabilitySecret;
}

/** A link between this window and the host of a folder; it connects to nobody yet. */
export function openWindowLink(client: WindowClient, folder: vscode.WorkspaceFolder, transport: Transport): Promise<HostLink> {
  const { context, version, log } = client;
  const program = (name: string): string => join(context.extensionPath, 'dist', name);
  return openLink({
    folder: folder.uri.fsPath,
    fallbackStorage: (context.storageUri ?? context.globalStorageUri).fsPath,
    runtimeStorage: context.globalStorageUri.fsPath,
    version,
    client: 'window',
    clientName: t('a window of {0}', vscode.env.appName),
    programs: { host: program('host.cjs'), agent: program('agent.cjs'), wasm: program('sql-wasm.wasm') },
    node: hostNode(),
    environment: () => {
      // The host that is greeted with it is told of the agents next: they are looked for meanwhile.
      void client.agents.read().catch(() => undefined);
      return client.environment();
    },
    transport,
    log,
    capability: () => client.capability.get(),
    alive: windowIsThere,
    window: windowHandlers(context),
    onConnected: (call) => configure(call, log, client.agents),
  });
}

/** Tells a host the settings of this window and the agents that it knows, and the log what is wrong with them. Never rejects. */
export async function configure(call: Call<HostRequests>, log: vscode.LogOutputChannel, agents: AgentCatalogue): Promise<void> {
  try {
    const { rows, launches } = await agents.read();
    const { values } = readHostSettings(agents.known);
    for (const problem of settingProblems(agents.known)) log.warn(problem);
    await call('host/configure', { ...values, agents: [...values.agents, ...launches], catalogue: [...rows] });
  } catch (error) {
    log.warn(`The host did not take the settings: ${messageOf(error)}`);
  }
}

/** Tells a person which settings cannot be used; whoever calls this says when. */
export async function sayBadSettings(agents: AgentCatalogue): Promise<void> {
  const problems = settingProblems(agents.known);
  const [first] = problems;
  if (first === undefined) return;
  const open = t('Open Settings');
  const text = problems.length === 1 ? first : t('{0} ({1} more settings cannot be used.)', first, problems.length - 1);
  if ((await vscode.window.showWarningMessage(text, open)) === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'sessionLoom');
  }
}

/** Resolves when the window has answered. An extension host can outlive its window for hours, and only the window answers this. */
async function windowIsThere(): Promise<void> {
  await vscode.commands.executeCommand('setContext', 'sessionLoom.isAlive', true);
}
